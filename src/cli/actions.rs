//! What a GitHub Actions runner is told beside the streams: the job summary and the step's outputs.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::env::Process;
use super::output::Printer;
use super::{artifacts, files};
use crate::diagnostic::Code;
use crate::render::markdown::Blobs;
use crate::render::{PlanView, markdown, summary};

/// The longest plan in a job summary, in characters: GitHub takes a megabyte, and readers less.
const MAX_SUMMARY: usize = 200_000;

/// The longest plan as Markdown that is given on, in characters: an issue takes 65,536, and has words of its own.
const MAX_ISSUE: usize = 60_000;

/// Adds a plan to the job summary, and sets the outputs `changed`, `ends`, `steps`, `summary`, `plan`, `markdown` and, where there is a
/// page, `page` (the last three are files). Whatever goes wrong here is a warning: the plan is what matters.
pub(super) fn report(
    view: PlanView<'_>,
    out: Option<&Path>,
    page: impl FnOnce() -> Option<String>,
    process: &Process,
    printer: &Printer,
) {
    if !process.on_github() {
        return;
    }
    summarize(&markdown::plan(view, MAX_SUMMARY), process, printer);
    let Some(file) = process.var("GITHUB_OUTPUT") else {
        return;
    };
    let temp = process.var("RUNNER_TEMP").map(PathBuf::from);
    let kept = |name: &str, content: &str| {
        let path = temp.as_ref()?.join(name);
        match files::replace(&path, content, process, printer) {
            Ok(()) => Some(path),
            Err(error) => {
                let output = name.rsplit('.').next().unwrap_or(name);
                printer.warning(&error.message, &format!("an output is not set: {output}"));
                None
            }
        }
    };
    let json = match out {
        Some(path) => Some(process.cwd.join(path)),
        None => kept(
            "aerialctl-plan.json",
            &artifacts::json(&artifacts::plan(view)),
        ),
    };
    let markdown = markdown::plan(view, MAX_ISSUE);
    let markdown = kept("aerialctl-plan.md", &markdown);
    let mut warnings = view.plan.warnings.iter();
    let ends = warnings.any(|one| one.code == Code::EndsSoon);
    let mut outputs = vec![
        ("changed", view.plan.is_pending().to_string()),
        ("ends", ends.to_string()),
        ("steps", view.plan.steps.len().to_string()),
        ("summary", summary::plan(view.plan)),
    ];
    let page = page().and_then(|page| kept("aerialctl-plan.html", &page));
    for (name, path) in [("plan", json), ("markdown", markdown), ("page", page)] {
        outputs.extend(path.map(|path| (name, path.display().to_string())));
    }
    let text: String = outputs
        .iter()
        .map(|(name, value)| {
            // A delimiter that no value can hold, so that none ends its own and starts another.
            let end = format!("aerialctl-{:016x}", fastrand::u64(..));
            format!("{name}<<{end}\n{value}\n{end}\n")
        })
        .collect();
    append(Path::new(file), &text, printer);
}

/// Who started this workflow run, or started it again.
pub(super) fn actor(process: &Process) -> Option<String> {
    let var = |name| process.var(name).filter(|_| process.on_github());
    var("GITHUB_TRIGGERING_ACTOR")
        .or_else(|| var("GITHUB_ACTOR"))
        .map(str::to_owned)
}

/// Where this workflow run is to be seen.
pub(super) fn run_url(process: &Process) -> Option<String> {
    let var = |name| process.var(name).filter(|_| process.on_github());
    let (server, repository) = (var("GITHUB_SERVER_URL")?, var("GITHUB_REPOSITORY")?);
    let run = var("GITHUB_RUN_ID")?;
    let attempt = var("GITHUB_RUN_ATTEMPT").map_or_else(String::new, |n| format!("/attempts/{n}"));
    Some(format!("{server}/{repository}/actions/runs/{run}{attempt}"))
}

/// Where the files are to be seen that a desired state was read from.
pub(super) fn blobs(commit: Option<&str>, process: &Process) -> Option<Blobs> {
    let var = |name| process.var(name).filter(|_| process.on_github());
    let (server, repository) = (var("GITHUB_SERVER_URL")?, var("GITHUB_REPOSITORY")?);
    Blobs::of(server, repository, commit?)
}

/// Adds Markdown to the job summary.
pub(super) fn summarize(text: &str, process: &Process, printer: &Printer) {
    if process.on_github()
        && let Some(file) = process.var("GITHUB_STEP_SUMMARY")
    {
        append(Path::new(file), &format!("{text}\n"), printer);
    }
}

fn append(path: &Path, text: &str, printer: &Printer) {
    let written = OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .and_then(|mut file| file.write_all(printer.redactor().redact(text).as_bytes()));
    if let Err(error) = written {
        printer.warning(
            &format!("{} can't be written: {error}", path.display()),
            "the runner does not see this run's result",
        );
    }
}
