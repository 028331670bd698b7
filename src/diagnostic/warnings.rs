//! Warnings of a whole account: what would be said of many orgs alike is said once.

use std::collections::BTreeMap;

use super::code::Code;
use super::finding::Diagnostic;
use super::findings::Diagnostics;
use super::number::counted;

/// So many orgs have a warning each, with its line; more have one in common.
const EACH: usize = 3;

/// So many of them are named in it.
const NAMED: usize = 5;

/// Warnings that are put together by kind.
#[derive(Debug, Default)]
pub struct Warnings {
    single: Vec<Diagnostic>,
    kinds: BTreeMap<(Code, String), Vec<(String, Diagnostic)>>,
}

impl Warnings {
    /// Adds a warning that stands alone.
    pub fn push(&mut self, warning: Diagnostic) {
        self.single.push(warning);
    }

    /// Adds a warning about one org. `said` is what is said of several such orgs, after their number: two warnings of which
    /// the same is said are of one kind.
    pub fn push_of(&mut self, org: &str, said: impl Into<String>, warning: Diagnostic) {
        let kind = self.kinds.entry((warning.code, said.into())).or_default();
        kind.push((org.to_owned(), warning));
    }

    /// Takes in those of another part.
    pub fn join(&mut self, other: Self) {
        self.single.extend(other.single);
        for (kind, cases) in other.kinds {
            self.kinds.entry(kind).or_default().extend(cases);
        }
    }

    /// All of them, by place.
    #[must_use]
    pub fn grouped(self) -> Diagnostics {
        let kinds = self.kinds.into_iter();
        let kinds = kinds.flat_map(|((_, said), cases)| together(&said, cases));
        let all = self.single.into_iter().chain(kinds);
        all.collect::<Diagnostics>().sorted()
    }
}

/// Adds warnings that stand alone.
impl Extend<Diagnostic> for Warnings {
    fn extend<T: IntoIterator<Item = Diagnostic>>(&mut self, more: T) {
        self.single.extend(more);
    }
}

fn together(said: &str, mut cases: Vec<(String, Diagnostic)>) -> Vec<Diagnostic> {
    let all = cases.len();
    if all <= EACH {
        return cases.into_iter().map(|(_, warning)| warning).collect();
    }
    cases.sort_by(|(a, _), (b, _)| a.cmp(b));
    let names: Vec<&str> = cases.iter().map(|(org, _)| org.as_str()).collect();
    let named = names.get(..NAMED).unwrap_or(&names).join(", ");
    let more = match all.saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let message = format!("{} {said} ({named}{more})", counted(all, "org"));
    let first = cases.into_iter().next();
    first
        .map(|(_, first)| Diagnostic { message, ..first })
        .into_iter()
        .collect()
}

/// A text about one org without what is of this org or of one request alone, so that two that mean the same are the same.
#[must_use]
pub fn alike<'a>(text: &str, own: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = without_request_ids(text);
    for own in own {
        text = text.replace(own, "(the org)");
    }
    text
}

fn without_request_ids(text: &str) -> String {
    let mut parts = text.split(" (request ");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str(part.split_once(')').map_or("", |(_, rest)| rest));
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_many_orgs_alike_is_said_once() {
        let of = |orgs: std::ops::Range<usize>| {
            let mut warnings = Warnings::default();
            for n in orgs {
                let warning =
                    Diagnostic::warning(Code::BaselineUnread, format!("org-{n} is closed"));
                warnings.push_of(&format!("org-{n}"), "are closed", warning);
            }
            warnings.push(Diagnostic::warning(Code::Notice, "alone"));
            let found = warnings.grouped();
            let said = found.iter().map(|one| one.message.clone());
            said.collect::<Vec<String>>()
        };
        assert_eq!(of(1..4).len(), 4);
        assert_eq!(
            of(1_000..6_000),
            [
                "5000 orgs are closed (org-1000, org-1001, org-1002, org-1003, org-1004 and 4995 more)",
                "alone"
            ]
        );
        assert_eq!(
            of(1..5),
            ["4 orgs are closed (org-1, org-2, org-3, org-4)", "alone"]
        );
    }

    #[test]
    fn what_names_one_request_or_one_org_alone_is_left_out() {
        for (text, kept) in [
            ("403 (request reqA): b (request reqC)", "403: b"),
            ("403 (request reqA", "403"),
            ("403 (requests)", "403 (requests)"),
            ("GET a.okta.com/x: 403", "GET (the org)/x: 403"),
        ] {
            assert_eq!(alike(text, ["a.okta.com"]), kept);
        }
    }
}
