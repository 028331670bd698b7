//! Which keys may stand in which file: what holds for the whole account isn't for everybody who may change an org.

use std::collections::BTreeMap;

use super::tree::{Key, Node};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, SourceId, Sources, Span};

/// A top-level key that holds for all orgs.
struct Rule {
    key: &'static str,
    /// At which depth several files may have it, each with names of its own: not at all, under it, or under each of its keys.
    names: usize,
}

/// The keys that are rules; a new one is a line here.
const RULES: [Rule; 6] = [
    Rule {
        key: "baselines",
        names: 1,
    },
    Rule {
        key: "constraints",
        names: 2,
    },
    Rule {
        key: "defaults",
        names: 0,
    },
    Rule {
        key: "guardrails",
        names: 0,
    },
    Rule {
        key: "ignoreProducts",
        names: 0,
    },
    Rule {
        key: "waves",
        names: 0,
    },
];

/// The one key of `account` that every file may repeat.
const REPEATABLE: &str = "id";

/// A rule of a file, and where it stands.
struct Stands {
    name: String,
    span: Span,
}

/// Checks where the rules stand; a file that is read alone may have all of them.
pub(super) fn check(files: &[(SourceId, Node<'_>)], sources: &Sources, found: &mut Diagnostics) {
    if files.len() < 2 {
        return;
    }
    let owners: Vec<SourceId> = files
        .iter()
        .filter(|(_, root)| !of_account(root).is_empty())
        .map(|(id, _)| *id)
        .collect();
    let mut first: BTreeMap<String, Span> = BTreeMap::new();
    for (id, root) in files {
        let may_rule = sources.may_rule(*id);
        let is_owner = owners == [*id];
        let orgs = root.entry("orgs").map(|(key, _)| key.span);
        for rule in of_account(root) {
            if may_rule {
                once("account", &rule, &mut first, found);
            } else {
                found.push(below(&rule));
            }
        }
        for rule in of_file(root) {
            if !may_rule {
                found.push(below(&rule));
                continue;
            }
            if let Some(orgs) = orgs.filter(|_| !is_owner) {
                found.push(
                    Diagnostic::error(
                        Code::MisplacedRule,
                        format!("a file with `orgs` has `{}`, which holds for all orgs", rule.name),
                    )
                    .label(rule.span, "this holds for all orgs")
                    .label(orgs, "this is about some")
                    .help("move it to the file that has the rest of `account`, or to one without `orgs`"),
                );
            }
            once(&rule.name, &rule, &mut first, found);
        }
    }
}

/// The keys of `account` that only one file may have.
fn of_account(root: &Node<'_>) -> Vec<Stands> {
    let keys = root.get("account").map(Node::entries).unwrap_or_default();
    let others = keys.iter().filter(|(key, _)| key.text != REPEATABLE);
    others.map(|(key, _)| stands("account", key)).collect()
}

/// The rules of a file; one that goes by names once for each name.
fn of_file(root: &Node<'_>) -> Vec<Stands> {
    let mut all = Vec::new();
    for rule in RULES {
        let Some((key, value)) = root.entry(rule.key) else {
            continue;
        };
        under(rule.key, key, value, rule.names, &mut all);
    }
    all
}

/// The names under a key at a depth; where there are none any more, the key itself.
fn under(name: &str, key: &Key<'_>, value: &Node<'_>, depth: usize, all: &mut Vec<Stands>) {
    let names = || {
        value
            .entries()
            .iter()
            .filter(|(key, _)| !key.text.starts_with("x-"))
    };
    if depth == 0 || names().next().is_none() {
        all.push(Stands {
            name: name.to_owned(),
            span: key.span,
        });
        return;
    }
    for (key, value) in names() {
        under(&format!("{name}.{}", key.text), key, value, depth - 1, all);
    }
}

fn stands(parent: &str, key: &Key<'_>) -> Stands {
    Stands {
        name: format!("{parent}.{}", key.text),
        span: key.span,
    }
}

fn below(rule: &Stands) -> Diagnostic {
    Diagnostic::error(
        Code::MisplacedRule,
        format!("`{}` may not stand in a file below the folder that is named", rule.name),
    )
    .at(rule.span)
    .help("move it to a file that lies directly in that folder: it holds for the whole account, and who may change a file below may change its orgs")
}

/// `what` stands in one file alone; the finding names both places.
fn once(what: &str, rule: &Stands, first: &mut BTreeMap<String, Span>, found: &mut Diagnostics) {
    let before = *first.entry(what.to_owned()).or_insert(rule.span);
    if before.source != rule.span.source {
        let name = if what == "account" {
            "more of `account` than its `id`".to_owned()
        } else {
            format!("`{}`", rule.name)
        };
        found.push(
            Diagnostic::error(Code::RepeatedRule, format!("two files have {name}"))
                .label(rule.span, "here")
                .label(before, "and here")
                .help("keep it in one of them"),
        );
    }
}
