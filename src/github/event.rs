//! Which pull request a run is about, as GitHub's event tells it.

use serde_json::Value as Json;

/// A pull request, and the commit of it that the run is about where the event names one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    pub number: u64,
    pub commit: Option<String>,
}

/// Why an event is about no pull request; reads as a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoSubject {
    #[error("this event is about no pull request")]
    None,
    /// A comment on an issue.
    #[error("this event is about an issue, not about a pull request")]
    Issue,
    /// GitHub names no pull request of a fork here.
    #[error("GitHub doesn't say which pull request this run came from, as for those of forks")]
    Untold,
    /// One commit may be the head of several.
    #[error("this event is about several pull requests")]
    Several,
}

/// Reads the events `pull_request` and its kin, `merge_group`, `issue_comment`, `workflow_run`, `check_run` and
/// `check_suite`.
///
/// # Errors
/// When the event is about none, or about several.
pub fn subject(event: &Json) -> Result<Subject, NoSubject> {
    let number = |pointer: &str| event.pointer(pointer).and_then(Json::as_u64);
    let text = |pointer: &str| event.pointer(pointer)?.as_str().map(str::to_owned);
    if let Some(number) = number("/pull_request/number") {
        let commit = text("/pull_request/head/sha");
        return Ok(Subject { number, commit });
    }
    if let Some(head) = event.pointer("/merge_group/head_ref") {
        let number = head.as_str().and_then(queued).ok_or(NoSubject::Untold)?;
        let commit = text("/merge_group/head_sha");
        return Ok(Subject { number, commit });
    }
    if let Some(issue) = event.get("issue") {
        let number = number("/issue/number");
        let number = number.filter(|_| issue.get("pull_request").is_some());
        let number = number.ok_or(NoSubject::Issue)?;
        return Ok(Subject {
            number,
            commit: None,
        });
    }
    for kind in ["workflow_run", "check_run", "check_suite"] {
        let Some(run) = event.get(kind) else { continue };
        let pulls = run.get("pull_requests").and_then(Json::as_array);
        return match pulls.map(Vec::as_slice).unwrap_or_default() {
            [] => Err(NoSubject::Untold),
            [one] => Ok(Subject {
                number: one
                    .get("number")
                    .and_then(Json::as_u64)
                    .ok_or(NoSubject::Untold)?,
                commit: text(&format!("/{kind}/head_sha")),
            }),
            _ => Err(NoSubject::Several),
        };
    }
    Err(NoSubject::None)
}

/// The number in a merge queue's branch: `refs/heads/gh-readonly-queue/main/pr-7-0123…`.
fn queued(head: &str) -> Option<u64> {
    let (_, last) = head.rsplit_once("/pr-")?;
    last.split('-').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_event_names_its_pull_request() {
        for (event, number, commit) in [
            (
                json!({"number": 7, "pull_request": {"number": 7, "head": {"sha": "abc"}}}),
                7,
                Some("abc"),
            ),
            (
                json!({"pull_request": {"number": 7}, "review": {}}),
                7,
                None,
            ),
            (
                json!({"merge_group": {"head_ref": "refs/heads/gh-readonly-queue/release/pr-x/pr-12-0a1b", "head_sha": "0a1b"}}),
                12,
                Some("0a1b"),
            ),
            (
                json!({"issue": {"number": 3, "pull_request": {"url": "…"}}, "comment": {}}),
                3,
                None,
            ),
            (
                json!({"workflow_run": {"head_sha": "def", "pull_requests": [{"number": 9}]}}),
                9,
                Some("def"),
            ),
            (
                json!({"check_suite": {"pull_requests": [{"number": 4}]}}),
                4,
                None,
            ),
        ] {
            let commit = commit.map(str::to_owned);
            assert_eq!(subject(&event), Ok(Subject { number, commit }), "{event}");
        }
    }

    #[test]
    fn an_event_about_none_or_several_says_so() {
        for (event, why) in [
            (json!({"ref": "refs/heads/main"}), NoSubject::None),
            (json!({"inputs": {}}), NoSubject::None),
            (json!([]), NoSubject::None),
            (json!({"issue": {"number": 3}}), NoSubject::Issue),
            (
                json!({"merge_group": {"head_ref": "refs/heads/main"}}),
                NoSubject::Untold,
            ),
            (
                json!({"workflow_run": {"pull_requests": []}}),
                NoSubject::Untold,
            ),
            (
                json!({"workflow_run": {"pull_requests": [{"number": 1}, {"number": 2}]}}),
                NoSubject::Several,
            ),
        ] {
            assert_eq!(subject(&event), Err(why), "{event}");
        }
    }
}
