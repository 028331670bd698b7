//! `plan --comment`: the plan on the pull request that this run is about.

use std::sync::Arc;

use serde_json::Value as Json;

use super::advice;
use super::env::Process;
use super::output::Printer;
use super::session::notice;
use super::url::checked;
use crate::github::{Kept, PullRequest};
use crate::http::{Bearer, Client};
use crate::render::{PlanView, markdown};
use crate::secret::Secret;

/// The largest event that is read, in bytes.
const MAX_EVENT: u64 = 16 * 1024 * 1024;

/// Keeps the comment of this account up to date. Whatever goes wrong is a warning: the plan is what matters.
pub(super) async fn keep(
    view: PlanView<'_>,
    client: &Client,
    process: &Process,
    printer: &Arc<Printer>,
) {
    let plan = view.plan;
    let pull_request = match pull_request(client, process, printer) {
        Ok(pull_request) => pull_request,
        Err(reason) => {
            printer.warning(
                &format!("the plan isn't commented on the pull request: {reason}"),
                "--comment works in GitHub Actions, on `pull_request` events, with GITHUB_TOKEN in the environment",
            );
            return;
        }
    };
    let mark = format!("<!-- aerialctl plan {} -->", plan.account);
    let nothing = plan.steps.is_empty();
    let body = if nothing {
        format!(
            "~~An earlier plan for {} stood here.~~ **{}**\n",
            markdown::code(plan.account.as_str()),
            crate::render::human::summary(plan)
        )
    } else {
        let title = format!(
            "### aerialctl plan for {}\n\n",
            markdown::code(plan.account.as_str())
        );
        let room = markdown::LIMIT - title.chars().count() - mark.chars().count() - 2;
        format!("{title}{}", markdown::plan_within(view, room))
    };
    match pull_request.keep(&mark, &body, !nothing).await {
        Ok(Kept::Created) => printer.status("commented the plan on the pull request"),
        Ok(Kept::Updated) => printer.status("updated the comment on the pull request"),
        Ok(Kept::Unchanged) => printer.status("the comment on the pull request is up to date"),
        Err(error) => printer.warning(
            &format!(
                "the plan isn't commented on the pull request: {}",
                advice::github_words(&error)
            ),
            advice::of_github(&error),
        ),
    }
}

fn pull_request(
    client: &Client,
    process: &Process,
    printer: &Arc<Printer>,
) -> Result<PullRequest, String> {
    let var = |name: &str| process.var(name).ok_or_else(|| format!("{name} isn't set"));
    let token = Secret::new(var("GITHUB_TOKEN")?);
    let token = Bearer::new(&token).map_err(|reason| format!("GITHUB_TOKEN: {reason}"))?;
    let repository = var("GITHUB_REPOSITORY")?.to_owned();
    let valid = repository.split('/').count() == 2
        && repository
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.'))
        && !repository
            .split('/')
            .any(|part| part.is_empty() || part.starts_with('.'));
    if !valid {
        return Err(format!(
            "GITHUB_REPOSITORY `{repository}` isn't `owner/name`"
        ));
    }
    let number = number(var("GITHUB_EVENT_PATH")?, process)?;
    let api = process
        .var("GITHUB_API_URL")
        .unwrap_or("https://api.github.com");
    let api = checked(api, "GITHUB_API_URL").map_err(|error| error.message)?;
    PullRequest::new(api, &repository, number, token, client, notice(printer))
        .map_err(|error| error.to_string())
}

/// The number of the pull request that the event is about.
fn number(path: &str, process: &Process) -> Result<u64, String> {
    use std::io::Read as _;
    let mut text = String::new();
    std::fs::File::open(process.cwd.join(path))
        .and_then(|file| file.take(MAX_EVENT).read_to_string(&mut text))
        .map_err(|error| format!("the event {path} can't be read: {error}"))?;
    let event: Json =
        serde_json::from_str(&text).map_err(|_| format!("the event {path} isn't JSON"))?;
    event
        .pointer("/pull_request/number")
        .or_else(|| event.pointer("/number"))
        .and_then(Json::as_u64)
        .ok_or_else(|| "this event is about no pull request".to_owned())
}
