//! Receipts read back: what earlier runs did, as far as their lines are whole. The last line of a run that was killed may be
//! cut, and a file may hold several runs.

use serde::Deserialize;

use crate::ids::OrgName;
use crate::plan::Kind;
use crate::plan::wire::OrgV1;

/// A write of an earlier run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastStep {
    /// The account of the run.
    pub account: String,
    /// Where that account is: an origin, or `emulator`; empty where the receipt doesn't say.
    pub endpoint: String,
    pub kind: Kind,
    pub org: OrgName,
    /// Whether it was seen to hold; else it may or may not have had an effect.
    pub certain: bool,
}

#[derive(Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
enum PastLine {
    Start {
        account: String,
        #[serde(default)]
        endpoint: String,
    },
    Step {
        kind: String,
        org: OrgV1,
        outcome: String,
        #[serde(default)]
        sent: bool,
        #[serde(default)]
        status: Option<u16>,
    },
    #[serde(other)]
    Another,
}

/// The writes that were applied, or may have been. What isn't a line of a receipt is passed over: it proves nothing.
#[must_use]
pub fn writes(text: &str) -> Vec<PastStep> {
    let mut run = None;
    let mut steps = Vec::new();
    for line in text.lines() {
        match serde_json::from_str(line) {
            Ok(PastLine::Start { account, endpoint }) => run = Some((account, endpoint)),
            Ok(PastLine::Step {
                kind,
                org,
                outcome,
                sent,
                status,
            }) => {
                let certain = outcome == "applied";
                let refused = status.is_some_and(|status| (400..500).contains(&status));
                if !certain && (!sent || refused) {
                    continue;
                }
                let kind = Kind::ALL.into_iter().find(|one| one.as_str() == kind);
                if let (Some((account, endpoint)), Some(kind), Some(org)) = (&run, kind, org.name())
                {
                    steps.push(PastStep {
                        account: account.clone(),
                        endpoint: endpoint.clone(),
                        kind,
                        org,
                        certain,
                    });
                }
            }
            Ok(PastLine::Another) | Err(_) => {}
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{Domain, OrgId};

    #[test]
    fn what_was_applied_is_read_of_whole_lines() {
        let text = r#"{"event":"step","id":1,"kind":"delete","org":{"id":"00oX","domain":null},"outcome":"applied"}
{"event":"start","version":1,"account":"0227a","steps":2}
{"event":"step","id":1,"kind":"delete","org":{"id":"00oA","domain":"a.okta.com"},"outcome":"applied"}
{"event":"step","id":2,"kind":"delete","org":{"id":"00oB","domain":null},"outcome":"failed"}
{"event":"step","id":2,"kind":"delete","org":{"id":"00oF","domain":null},"outcome":"failed","sent":true,"status":400}
{"event":"step","id":2,"kind":"delete","org":{"id":"00oG","domain":null},"outcome":"failed","sent":true,"status":null}
{"event":"step","id":3,"kind":"renovate","org":{"id":"00oC","domain":null},"outcome":"applied"}
{"event":"step","id":4,"kind":"link","org":{"id":null,"domain":null},"outcome":"applied"}
{"event":"end","interrupted":false}
{"event":"start","version":1,"account":"0227b","endpoint":"emulator","steps":1}
nonsense
{"event":"step","id":1,"kind":"link","org":{"id":null,"domain":"d.okta.com"},"outcome":"applied"}
{"event":"step","id":1,"kind":"delete","org":{"id":"00oE","#;
        let domain = |text: &str| Domain::parse(text).unwrap();
        let both = OrgName::Both(OrgId::parse("00oA").unwrap(), domain("a.okta.com"));
        let step = |account: &str, kind, org| PastStep {
            account: account.to_owned(),
            endpoint: if account == "0227b" { "emulator" } else { "" }.to_owned(),
            kind,
            certain: org != OrgName::Id(OrgId::parse("00oG").unwrap()),
            org,
        };
        assert_eq!(
            writes(text),
            [
                step("0227a", Kind::Delete, both),
                step(
                    "0227a",
                    Kind::Delete,
                    OrgName::Id(OrgId::parse("00oG").unwrap())
                ),
                step("0227b", Kind::Link, OrgName::Domain(domain("d.okta.com"))),
            ]
        );
    }
}
