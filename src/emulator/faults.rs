//! Faults on request: what a bad day does to which requests. For tests, and for users who want to rehearse one.

use serde::{Deserialize, Serialize};

/// A fault and the requests that it strikes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fault {
    /// The method; absent: any.
    #[serde(default)]
    pub method: Option<String>,
    /// The path after `/{accountId}/api/v1`, where `*` stands for one segment or the rest of one; absent: any. The token
    /// endpoint is `/token`; what an org's own host serves is `/~{domain}/…`.
    #[serde(default)]
    pub path: Option<String>,
    /// Matching requests that pass before it strikes.
    #[serde(default)]
    pub after: u32,
    /// How often it strikes; absent: once.
    #[serde(default = "once")]
    pub times: u32,
    /// What happens.
    #[serde(rename = "do")]
    pub action: Action,
}

fn once() -> u32 {
    1
}

/// What a fault does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Action {
    /// Answers with this status instead of doing anything.
    Status(u16),
    /// Does it, and answers with this status all the same.
    StatusAfter(u16),
    /// Answers later, by this number of milliseconds.
    DelayMs(u64),
    /// Closes the connection instead of doing anything.
    DropBefore,
    /// Does it, and closes the connection without an answer.
    DropAfter,
    /// Does it, and sends half of the answer.
    Cut,
    /// Answers 200 with a web page instead of doing anything.
    Html,
    /// Does it, and answers 200 with a web page.
    HtmlAfter,
    /// Answers 302 to another host.
    Redirect,
    /// 429: the time window is used up, for this number of seconds.
    WindowUsedUp(u64),
    /// 429: too many requests at a time.
    TooManyAtATime,
    /// 429 with `Retry-After` in seconds.
    RetryAfter(u64),
    /// Every token ends now.
    ExpireTokens,
    /// The DPoP nonce is another one from now on.
    NewNonce,
    /// From now on the server's clock is ahead by this number of seconds, or behind where it is negative.
    SkewSeconds(i64),
    /// Another admin replaces an org's products first.
    Products {
        /// The org's domain.
        org: String,
        /// Its products from now on.
        products: Vec<String>,
    },
    /// Another admin links an org first.
    Link {
        /// The org's domain.
        org: String,
    },
    /// Another admin changes an object inside of an org first.
    Object {
        /// The org's domain.
        org: String,
        /// As a seed names it: `zones`, `groups` and so on.
        collection: String,
        /// Its name, label or origin; not needed for the settings and the threat insight.
        #[serde(default)]
        name: String,
        /// What is different from now on; deeply.
        set: serde_json::Map<String, serde_json::Value>,
    },
    /// Another admin changes an org's status first.
    OrgStatus {
        /// The org's domain.
        org: String,
        /// Its status from now on.
        status: String,
    },
}

/// Faults that are waiting, and how many requests each has let pass.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<(Fault, u32, u32)>);

impl Faults {
    /// Faults in the order in which they are tried.
    #[must_use]
    pub(super) fn new(faults: Vec<Fault>) -> Self {
        Self(faults.into_iter().map(|fault| (fault, 0, 0)).collect())
    }

    /// The faults that strike this request.
    pub(super) fn strike(&mut self, method: &str, path: &str) -> Vec<Action> {
        let mut actions = Vec::new();
        for (fault, passed, struck) in &mut self.0 {
            let matches = fault
                .method
                .as_ref()
                .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
                && fault
                    .path
                    .as_ref()
                    .is_none_or(|pattern| path_matches(pattern, path));
            if !matches || *struck >= fault.times {
                continue;
            }
            if *passed < fault.after {
                *passed += 1;
                continue;
            }
            *struck += 1;
            actions.push(fault.action.clone());
        }
        actions
    }
}

fn path_matches(pattern: &str, path: &str) -> bool {
    let pattern: Vec<&str> = pattern.trim_matches('/').split('/').collect();
    let path: Vec<&str> = path.trim_matches('/').split('/').collect();
    pattern.len() == path.len()
        && pattern
            .iter()
            .zip(&path)
            .all(|(wanted, actual)| match wanted.strip_suffix('*') {
                Some(beginning) => actual.starts_with(beginning),
                None => wanted == actual,
            })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_the_requests_that_it_names() {
        let mut faults = Faults::new(vec![Fault {
            method: Some("PUT".into()),
            path: Some("/orgs/*/products".into()),
            after: 1,
            times: 2,
            action: Action::DropAfter,
        }]);
        assert!(faults.strike("GET", "/orgs/x/products").is_empty());
        assert!(faults.strike("PUT", "/orgs/x/status").is_empty());
        assert!(faults.strike("PUT", "/orgs/x/products").is_empty());
        assert_eq!(
            faults.strike("PUT", "/orgs/x/products"),
            [Action::DropAfter]
        );
        assert_eq!(
            faults.strike("PUT", "/orgs/y/products"),
            [Action::DropAfter]
        );
        assert!(faults.strike("PUT", "/orgs/x/products").is_empty());
    }
}
