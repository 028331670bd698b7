//! Baselines: from the file's mappings to objects in the order in which they can be made.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::baseline::{Baseline, BaselineObject, Gaps, gaps, is_always_there};
use super::bodies;
use super::raw::RawFile;
use super::suggest::Candidates;
use super::taken::{At, WordAt};
use super::tree::{Key, Node, Value};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity, Span, quote};
use crate::ids::{Collection, ObjectName};

/// The word on an org that opts out.
pub(super) const NONE: &str = "none";

/// Okta's longest name [Okta, Groups API], in characters.
const LONGEST_NAME: usize = 255;

/// The baselines of all files; one that stands in two files is reported elsewhere, and the first counts.
pub(super) fn baselines(
    files: &[RawFile<'_>],
    found: &mut Diagnostics,
) -> BTreeMap<Arc<str>, Arc<Baseline>> {
    let mut all = BTreeMap::new();
    for (name, node) in files.iter().flat_map(|file| &file.baselines) {
        if name.value == NONE {
            found.push(
                Diagnostic::error(Code::InvalidName, "no baseline can be called `none`")
                    .at(name.span)
                    .help("`baseline: none` is how an org opts out: give it another name"),
            );
        }
        let baseline = Arc::new(baseline(node, found));
        all.entry(Arc::from(&*name.value)).or_insert(baseline);
    }
    all
}

/// The baseline that an org or the defaults name; the outer `None` where there is no such one, which is reported.
pub(super) fn named(
    word: &WordAt<'_>,
    baselines: &BTreeMap<Arc<str>, Arc<Baseline>>,
    found: &mut Diagnostics,
) -> Option<Option<Arc<str>>> {
    if word.value == NONE {
        return Some(None);
    }
    if let Some((name, _)) = baselines.get_key_value(&*word.value) {
        return Some(Some(Arc::clone(name)));
    }
    found.push_with(Severity::Error, || {
        Diagnostic::error(
            Code::UnknownBaseline,
            format!("no baseline is called {}", quote(&word.value)),
        )
        .at(word.span)
        .help(meant(&word.value, baselines))
    });
    None
}

/// What to write instead of the name of a baseline that isn't there.
fn meant(word: &str, baselines: &BTreeMap<Arc<str>, Arc<Baseline>>) -> String {
    const SHOWN: usize = 10;
    let names = || baselines.keys().map(AsRef::as_ref);
    if let Some(near) = Candidates::new(names()).closest(word) {
        return format!("did you mean `{near}`?");
    }
    if baselines.is_empty() {
        return "declare it under `baselines`; `none` is none at all".to_owned();
    }
    let names: Vec<String> = names()
        .take(SHOWN)
        .map(|name| format!("`{name}`"))
        .collect();
    format!(
        "the baselines are {}; `none` is none at all",
        names.join(", ")
    )
}

fn baseline(node: &Node<'_>, found: &mut Diagnostics) -> Baseline {
    let mut objects = Vec::new();
    for collection in Collection::ALL {
        let Some((key, value)) = node.entry(collection.as_str()) else {
            continue;
        };
        match collection {
            Collection::OrgSettings | Collection::ThreatInsight => {
                objects.extend(object(ObjectName::single(collection), key, value, found));
            }
            Collection::Policies => policies(value, &mut objects, found),
            Collection::Rules => {}
            Collection::Zones
            | Collection::TrustedOrigins
            | Collection::Groups
            | Collection::BookmarkApps => {
                for (key, value) in value.entries() {
                    if !is_name(key, found) {
                        continue;
                    }
                    let name = ObjectName::named(collection, &key.text);
                    objects.extend(object(name, key, value, found));
                }
            }
        }
    }
    let known: BTreeSet<ObjectName> = objects.iter().map(|one| one.object.name.clone()).collect();
    let written: BTreeSet<String> = known.iter().map(ToString::to_string).collect();
    let candidates = Candidates::new(written.iter().map(String::as_str));
    for one in &objects {
        for reference in &one.references {
            self::reference(&one.object.name, reference, &known, &candidates, found);
        }
    }
    Baseline::of(objects.into_iter().map(|one| one.object).collect())
}

/// An object and the references in it.
struct Placed {
    object: BaselineObject,
    references: Vec<At<String>>,
}

fn policies(node: &Node<'_>, objects: &mut Vec<Placed>, found: &mut Diagnostics) {
    for (kind, of_kind) in node.entries() {
        if !is_policy_type(&kind.text) {
            found.push(
                Diagnostic::error(
                    Code::InvalidBaseline,
                    format!("{} is no type of policies", quote(&kind.text)),
                )
                .at(kind.span)
                .help("write Okta's word for it, such as `PASSWORD`, `OKTA_SIGN_ON` or `ACCESS_POLICY`"),
            );
            continue;
        }
        if !POLICY_TYPES.contains(&&*kind.text) {
            found.push(unknown_type(kind));
        }
        let gaps = gaps(&kind.text);
        let mut places = BTreeMap::new();
        for (key, value) in of_kind.entries() {
            if !is_name(key, found) {
                continue;
            }
            let name = ObjectName::policy(&kind.text, &key.text);
            let among = format!("policies of type {}", kind.text);
            priority(&name, value, (&among, gaps), &mut places, found);
            objects.extend(object(name, key, value, found));
            let mut of_rules = BTreeMap::new();
            let rules = value.get("rules").map(Node::entries).unwrap_or_default();
            for (rule, body) in rules {
                if !is_name(rule, found) {
                    continue;
                }
                let name = ObjectName::rule(&kind.text, &key.text, &rule.text);
                let among = format!("rules of {}", quote(&key.text));
                priority(&name, body, (&among, gaps), &mut of_rules, found);
                objects.extend(object(name, rule, body, found));
            }
            gap(gaps, &of_rules, found);
        }
        gap(gaps, &places, found);
    }
}

/// The types of policies that are known: another one is only warned about, since Okta adds types.
const POLICY_TYPES: [&str; 14] = [
    "ACCESS_POLICY",
    "CLIENT_UPDATE",
    "DEVICE_SIGNAL_COLLECTION",
    "ENTITY_RISK",
    "IDENTITY_CLAIM_SOURCING",
    "IDP_DISCOVERY",
    "MFA_ENROLL",
    "OKTA_SIGN_ON",
    "PASSWORD",
    "POST_AUTH_SESSION",
    "PROFILE_ENROLLMENT",
    "RESOURCE_ACCESS",
    "SELF_SERVICE_REGISTRATION",
    "SESSION_VIOLATION_DETECTION",
];

/// A type that isn't among them: a slip, where one of them is close; else Okta may have added it.
fn unknown_type(kind: &Key<'_>) -> Diagnostic {
    let word = &kind.text;
    let message = format!("Okta documents no policies of the type {}", quote(word));
    match Candidates::new(POLICY_TYPES).closest(word) {
        Some(near) => Diagnostic::error(Code::InvalidBaseline, message)
            .at(kind.span)
            .help(format!("did you mean `{near}`?")),
        None => Diagnostic::warning(Code::InvalidBaseline, message)
            .at(kind.span)
            .help(format!(
                "it is asked for as it stands; the known ones are {}",
                POLICY_TYPES.map(|one| format!("`{one}`")).join(", ")
            )),
    }
}

/// `PASSWORD`, `OKTA_SIGN_ON`: it stands in a query.
fn is_policy_type(word: &str) -> bool {
    let letters = |c: u8| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'_';
    (1..=100).contains(&word.len()) && word.bytes().all(letters)
}

/// Okta keeps one order among the policies of a type and the rules of a policy: two can't have one place.
fn priority(
    name: &ObjectName,
    node: &Node<'_>,
    (among, gaps): (&str, Gaps),
    places: &mut BTreeMap<i64, Span>,
    found: &mut Diagnostics,
) {
    let Some((key, value)) = node.entry("priority") else {
        return;
    };
    let Value::Int(number) = value.value else {
        return;
    };
    if let Some((wrong, help)) = impossible(name, node, number, gaps) {
        found.push(
            Diagnostic::error(Code::InvalidBaseline, wrong)
                .at(key.span)
                .help(help),
        );
    }
    if let Some(before) = places.insert(number, key.span) {
        found.push(
            Diagnostic::error(
                Code::RepeatedPriority,
                format!("two {among} have the priority {number}"),
            )
            .label(key.span, "here")
            .label(before, "and here")
            .help("give each its own: the lowest goes first"),
        );
    }
}

/// Why nothing can have a number, and what to write instead.
fn impossible(
    name: &ObjectName,
    node: &Node<'_>,
    number: i64,
    gaps: Gaps,
) -> Option<(&'static str, &'static str)> {
    // Where there are gaps, this is the place of Okta's own.
    const LAST: i64 = 99;
    if node.entry("system").is_some() || is_always_there(name) {
        let wrong = "what comes from Okta stands behind all others, with no priority to set";
        return Some((wrong, "remove its `priority`"));
    }
    match gaps {
        Gaps::Closed if number < 1 => Some((
            "the priorities of this type begin at 1",
            "write 1 for the first",
        )),
        Gaps::Kept if number >= LAST => Some((
            "from 99 on nothing goes before what comes from Okta",
            "write a number up to 98",
        )),
        Gaps::Closed | Gaps::Kept | Gaps::Unknown => None,
    }
}

/// Where Okta keeps no gaps, a listed one holds only in orgs that have something else to fill it.
fn gap(gaps: Gaps, places: &BTreeMap<i64, Span>, found: &mut Diagnostics) {
    let mut places = (1..)
        .zip(places)
        .filter(|(place, (number, _))| place != *number);
    let Some((place, (number, span))) = places.next().filter(|_| gaps == Gaps::Closed) else {
        return;
    };
    if *number > place {
        found.push(
            Diagnostic::warning(
                Code::PriorityGap,
                format!("priority {number} leaves a gap, and Okta keeps none: in an org that has fewer, it is the last place"),
            )
            .at(*span)
            .help(format!("write {place}, unless each org has others of its own to go before")),
        );
    }
}

fn is_name(key: &Key<'_>, found: &mut Diagnostics) -> bool {
    let name = &*key.text;
    let fits = (1..=LONGEST_NAME).contains(&name.chars().count());
    let right = fits && name.trim() == name && !name.chars().any(char::is_control);
    if !right {
        found.push(
            Diagnostic::error(
                Code::InvalidBaseline,
                format!("{} can't be the name of an object", quote(name)),
            )
            .at(key.span)
            .help(format!(
                "write its name in Okta: up to {LONGEST_NAME} characters, without blanks at its ends"
            )),
        );
    }
    right
}

fn object(
    name: ObjectName,
    key: &Key<'_>,
    node: &Node<'_>,
    found: &mut Diagnostics,
) -> Option<Placed> {
    // Anything but a mapping has broken the schema.
    let Value::Map(_) = node.value else {
        return None;
    };
    let mut references = Vec::new();
    bodies::check(&name, node, &mut references, found);
    let mut body = node.to_json();
    let mut marked = false;
    if let Some(fields) = body.as_object_mut() {
        marked = fields.remove("system").is_some();
        if name.collection() == Collection::Policies {
            fields.remove("rules");
        }
    }
    let object = BaselineObject {
        system: marked || is_always_there(&name),
        name,
        body: Arc::new(body),
        span: key.span,
    };
    Some(Placed { object, references })
}

/// A reference has to name something of the same baseline that comes before.
fn reference(
    from: &ObjectName,
    reference: &At<String>,
    known: &BTreeSet<ObjectName>,
    candidates: &Candidates<'_>,
    found: &mut Diagnostics,
) {
    let to = ObjectName::referred(&reference.value);
    if let Some(to) = to.as_ref().filter(|to| known.contains(to)) {
        if to.collection() >= from.collection() {
            found.push(
                Diagnostic::error(
                    Code::UnknownReference,
                    format!(
                        "{} can't refer to {}: references go backwards only",
                        quote(&from.to_string()),
                        quote(&reference.value)
                    ),
                )
                .at(reference.span)
                .help(order()),
            );
        }
        return;
    }
    found.push_with(Severity::Error, || {
        let help = match (candidates.closest(&reference.value), &to) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, Some(_)) => {
                "a reference names an object of the same baseline: add it there".to_owned()
            }
            (None, None) => {
                "write `zones/NAME`, `groups/NAME` and the like, or `policies/TYPE/NAME`".to_owned()
            }
        };
        let name = quote(&reference.value);
        let message = format!("this baseline has nothing called {name}");
        Diagnostic::error(Code::UnknownReference, message)
            .at(reference.span)
            .help(help)
    });
}

fn order() -> String {
    let words = Collection::ALL.map(Collection::as_str);
    format!("the order is {}", words.join(", "))
}
