//! `plan --comment`: the plan on the pull request that this run is about, or the word that there is none.

use std::path::{Component, PathBuf};
use std::sync::Arc;

use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};

use super::account::AccountSource;
use super::args::PlanArgs as Args;
use super::env::Process;
use super::error::CliError;
use super::exit::Exit;
use super::output::Printer;
use super::session::notice;
use super::url::checked;
use super::{actions, advice};
use crate::diagnostic::clipped;
use crate::disk;
use crate::github::{CommentError, Kept, Mark, NoSubject, PullRequest, Subject, subject};
use crate::http::{Bearer, Client};
use crate::render::{PlanView, markdown, summary};
use crate::secret::Secret;

/// The largest event that is read, in bytes.
const MAX_EVENT: u64 = 16 * 1024 * 1024;

/// Where it can't be told which pull request is meant, or there is no token.
const NEEDS: &str = "--comment works in GitHub Actions with GITHUB_TOKEN in the environment, on events about a pull request; elsewhere name it with --pull-request NUMBER";

/// Below a plan without anything in it: only where there is a comment already is it ever said.
const VOID: &str = "~~An earlier plan stood here.~~\n";

/// So many characters are shown of a key, and of why there is no plan: as Markdown each may have ten.
const SHOWN: usize = 1_000;

/// Keeps the comment of this account and key up to date. Whatever goes wrong is a warning: the plan is what matters.
pub(super) async fn keep(
    args: &Args,
    view: PlanView<'_>,
    client: &Client,
    process: &Process,
    printer: &Arc<Printer>,
) {
    let talk = match Talk::new(args, client, process, printer) {
        Ok(talk) => talk,
        Err(reason) => return untold(&reason, NEEDS, printer),
    };
    let plan = view.plan;
    let line = format!("{}{} -->", talk.start, plan.account);
    // What a branch changes for the whole account, and what `apply` would refuse, is worth a comment of its own.
    let refused = !(plan.breaches.is_empty() && plan.withheld.is_empty());
    let nothing = !plan.is_pending() && view.account_wide.is_empty() && !refused;
    let commit = talk.subject.commit.as_ref();
    let head = format!(
        "### aerialctl plan for {}\n\n{}{}{}\n\n",
        markdown::code(plan.account.as_str()),
        at(commit.or(plan.provenance.commit.as_ref())),
        markdown::code(&summary::header(plan)),
        talk.key_words
    );
    let end = if nothing { VOID } else { "" };
    let around = [head.as_str(), end, line.as_str(), "\n"];
    let around: usize = around.iter().map(|part| part.chars().count()).sum();
    let room = markdown::LIMIT.saturating_sub(around);
    let body = format!("{head}{}{end}", markdown::plan_within(view, room));
    let body = printer.redactor().redact(&body);
    let kept = talk.pull_request.keep(&line, &body, !nothing).await;
    told(&kept, "the plan", printer);
}

/// Makes the comment say that this commit has no plan, and that the earlier one is void.
pub(super) async fn void(args: &Args, error: &CliError, process: &Process, printer: &Arc<Printer>) {
    let client = Client::new(
        args.connection.timeout,
        Arc::clone(&process.clock),
        process.stop.clone(),
        printer.redactor().clone(),
    );
    let talk = match Talk::new(args, &client, process, printer) {
        Ok(talk) => talk,
        Err(reason) => return untold(&reason, NEEDS, printer),
    };
    let why = match (error.message.as_str(), error.exit) {
        ("", Exit::Invalid) => "the desired state is invalid, or doesn't fit the account",
        ("", _) => "the account can't be planned",
        (message, _) => message,
    };
    let run = actions::run_url(process)
        .map_or_else(String::new, |url| format!(" The [run]({url}) says more."));
    let body = format!(
        "### No aerialctl plan\n\n{}There is no plan: {}.{run}\n\n~~The plan that stood here~~ is of an earlier run, and void.\n",
        at(talk.subject.commit.as_ref()),
        markdown::code(clipped(why.trim_end_matches('.'), SHOWN))
    );
    let body = printer.redactor().redact(&body);
    // A file that can't be read says of no account; the key alone tells the comments apart.
    let mark = match AccountSource::pinned(process) {
        Ok(AccountSource::Pinned(account)) => Mark::Is(format!("{}{account} -->", talk.start)),
        Ok(AccountSource::File | AccountSource::Emulated(_)) | Err(_) => Mark::Begins(talk.start),
    };
    let kept = talk.pull_request.replace(&mark, &body).await;
    told(&kept, "that there is no plan", printer);
}

/// `Commit …: `, where it is known.
fn at(commit: Option<&String>) -> String {
    commit.map_or_else(String::new, |commit| {
        let short: String = commit.chars().take(12).collect();
        format!("Commit {}: ", markdown::code(&short))
    })
}

fn told(kept: &Result<Kept, CommentError>, what: &str, printer: &Printer) {
    match kept {
        Ok(Kept::Created) => printer.status(&format!("commented {what} on the pull request")),
        Ok(Kept::Updated) => printer.status("updated the comment on the pull request"),
        Ok(Kept::Unchanged) => printer.status("the comment on the pull request is up to date"),
        Ok(Kept::Needless) => {
            printer.status("the pull request has no comment of this plan, and needs none");
        }
        Err(error) => untold(
            &advice::github_words(error),
            advice::of_github(error),
            printer,
        ),
    }
}

fn untold(reason: &str, help: &str, printer: &Printer) {
    printer.warning(
        &format!("the plan isn't commented on the pull request: {reason}"),
        help,
    );
}

/// A pull request, and what the comments on it are told apart by.
struct Talk {
    pull_request: PullRequest,
    subject: Subject,
    /// How the first line of each comment with this key begins; the account follows.
    start: String,
    /// The key in words, where it was given.
    key_words: String,
}

impl Talk {
    fn new(
        args: &Args,
        client: &Client,
        process: &Process,
        printer: &Arc<Printer>,
    ) -> Result<Self, String> {
        let subject = about(args, process)?;
        // The key may hold anything; the mark is a comment of HTML, which may not.
        let digest = Sha256::digest(key(args, process).as_bytes());
        let digest: String = digest.iter().take(8).map(|b| format!("{b:02x}")).collect();
        Ok(Self {
            pull_request: pull_request(subject.number, client, process, printer)?,
            subject,
            start: format!("<!-- aerialctl plan {digest} "),
            key_words: args.comment_key.as_ref().map_or_else(String::new, |key| {
                format!(" Key: {}.", markdown::code(clipped(key, SHOWN)))
            }),
        })
    }
}

/// What tells this plan's comment from others on the same pull request: what was given, else the files, from the
/// repository's root.
fn key(args: &Args, process: &Process) -> String {
    if let Some(key) = &args.comment_key {
        return format!("key {key}");
    }
    let here = process
        .var("GITHUB_WORKSPACE")
        .and_then(|root| process.cwd.strip_prefix(root).ok())
        .map(|path| path.to_string_lossy().replace('\\', "/"))
        .unwrap_or_default();
    let mut files: Vec<String> = args
        .files
        .files
        .iter()
        .map(|path| {
            let parts = path.components().filter(|part| *part != Component::CurDir);
            let path: PathBuf = parts.collect();
            path.to_string_lossy().replace('\\', "/")
        })
        .collect();
    files.sort();
    format!("{here}\n{}", files.join("\n"))
}

/// The pull request that the run is about: the one that was named, else the event's.
fn about(args: &Args, process: &Process) -> Result<Subject, String> {
    let of_event = match process.var("GITHUB_EVENT_PATH") {
        Some(path) => subject(&event(path, process)?),
        None => Err(NoSubject::None),
    };
    match (args.pull_request, of_event) {
        // The event's commit is another pull request's where another number was named.
        (Some(number), Ok(subject)) if subject.number == number => Ok(subject),
        (Some(number), _) => Ok(Subject {
            number,
            commit: None,
        }),
        (None, Ok(subject)) => Ok(subject),
        (None, Err(reason)) => Err(reason.to_string()),
    }
}

fn event(path: &str, process: &Process) -> Result<Json, String> {
    let text = disk::read_text(&process.cwd.join(path), MAX_EVENT)
        .map_err(|error| format!("the event {path} can't be read: {error}"))?;
    serde_json::from_str(&text).map_err(|_| format!("the event {path} isn't JSON"))
}

fn pull_request(
    number: u64,
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
    let api = process
        .var("GITHUB_API_URL")
        .unwrap_or("https://api.github.com");
    let api = checked(api, "GITHUB_API_URL").map_err(|error| error.message)?;
    let graphql = match process.var("GITHUB_GRAPHQL_URL") {
        Some(url) => checked(url, "GITHUB_GRAPHQL_URL").map_err(|error| error.message)?,
        None => graphql(&api),
    };
    PullRequest::new(
        api,
        Some(graphql),
        &repository,
        number,
        token,
        client,
        notice(printer),
    )
    .map_err(|error| error.to_string())
}

/// Where GraphQL is: beside the REST API, at GitHub and at GitHub Enterprise Server (`/api/v3`).
fn graphql(api: &reqwest::Url) -> reqwest::Url {
    let path = api.path().trim_end_matches('/');
    let path = path.strip_suffix("/v3").unwrap_or(path);
    let mut url = api.clone();
    url.set_path(&format!("{path}/graphql"));
    url
}
