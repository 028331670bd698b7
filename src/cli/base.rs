//! What a desired state is compared with: that of an earlier revision, or of a branch's newest commit.

use std::path::{Component, Path, PathBuf};

use super::account::AccountSource;
use super::env::Process;
use super::error::CliError;
use super::exit::Exit;
use super::flags::Files;
use super::found::{DEFAULTS, NamedInside, at, named_in, sorted, source};
use super::interrupted::off_thread;
use super::output::Printer;
use crate::clock::today;
use crate::desired::{self, Desired};
use crate::diagnostic::{Severity, counted};
use crate::files::FileTree as _;
use crate::git::{Repo, Revision, Tip};
use crate::plan::of_desired;

/// What the desired state was before.
pub(super) enum Earlier {
    /// This.
    Present(Box<Desired>),
    /// There was none.
    Absent,
    /// There was one that can't be compared with: why.
    Unusable(String),
}

impl Earlier {
    /// The state, where there is one to compare with.
    pub(super) fn state(self) -> Option<Desired> {
        match self {
            Self::Present(desired) => Some(*desired),
            Self::Absent | Self::Unusable(_) => None,
        }
    }
}

/// What a branch started from, and nothing said of it yet.
pub(super) struct BranchStart {
    earlier: Earlier,
    /// The revision.
    short: String,
    /// The names that it was looked for under.
    names: Vec<String>,
}

impl BranchStart {
    /// What the desired state was. What can't be compared with is warned about.
    pub(super) fn told(self, printer: &Printer) -> Earlier {
        let Self {
            earlier,
            short,
            names,
        } = self;
        match &earlier {
            Earlier::Present(_) => {}
            Earlier::Absent => printer.warning(
                &format!("there was no {} at {short}: every org counts as new", names.join(" and no ")),
                "if it had another name then, do it in two steps: rename it first, change it then",
            ),
            Earlier::Unusable(why) => printer.warning(
                &format!("the desired state at {short} can't be compared with, so everything counts as changed: {why}"),
                "`aerialctl validate --at` that revision says more",
            ),
        }
        earlier
    }
}

/// The desired state at the merge base of HEAD (or of `--at`) and a revision: what a branch started from.
///
/// # Errors
/// When git can't tell.
pub(super) async fn base(
    args: &Files,
    expression: &str,
    account: &AccountSource,
    process: &Process,
) -> Result<BranchStart, CliError> {
    let names: Vec<String> = if args.files.is_empty() {
        DEFAULTS.map(str::to_owned).to_vec()
    } else {
        let files = args.files.iter();
        files.map(|path| path.display().to_string()).collect()
    };
    let (args, expression, account) = (args.clone(), expression.to_owned(), account.clone());
    let (short, earlier) = off_thread(process, move |process| {
        let repo = Repo::of(&process.cwd)?;
        let of = args.at.as_deref().unwrap_or("HEAD");
        let revision = repo.merge_base(of, &expression)?;
        let later = args.at.as_deref().map(|at| repo.revision(at)).transpose()?;
        let earlier = earlier(&args, &account, &repo, (revision, later), process)?;
        Ok((revision.short(), earlier))
    })
    .await?;
    Ok(BranchStart {
        earlier,
        short,
        names,
    })
}

fn earlier(
    args: &Files,
    account: &AccountSource,
    repo: &Repo,
    (revision, later): (Revision, Option<Revision>),
    process: &Process,
) -> Result<Earlier, CliError> {
    let named = match named_in(args, repo, revision)? {
        Some(named) => named,
        // None of the default names: what has one of them now may have had another then.
        None => DEFAULTS
            .into_iter()
            .filter_map(|name| {
                let shown = PathBuf::from(name);
                let inside = repo.inside(&shown)?;
                Some(NamedInside { shown, inside })
            })
            .collect(),
    };
    let tree = repo.tree(revision)?;
    let mut there = Vec::new();
    for one in named {
        let path = normal(&one.inside);
        let known = !matches!(tree.kind(&path), Ok(None));
        if known {
            there.push(one);
        } else if let Some(earlier) = repo.earlier_name(revision, later, &path)? {
            there.push(NamedInside {
                shown: earlier.clone(),
                inside: earlier,
            });
        }
    }
    if there.is_empty() {
        return Ok(Earlier::Absent);
    }
    Ok(match load(account, repo, revision, &there, process) {
        Ok(desired) => Earlier::Present(Box::new(desired)),
        Err(why) => Earlier::Unusable(why),
    })
}

/// The desired state of a revision, or why there is none.
fn load(
    account: &AccountSource,
    repo: &Repo,
    revision: Revision,
    named: &[NamedInside],
    process: &Process,
) -> Result<Desired, String> {
    let (texts, _) = at(repo, revision, named).map_err(|error| error.message)?;
    let mark = format!("@{}", revision.short());
    let sources = texts.into_iter().map(|text| source(text, &mark, true));
    let (sources, today) = (sorted(sources.collect()), today(process.clock.now()));
    let loaded = desired::load_on(&sources, account.fallback(), today);
    let errors = loaded.diagnostics.count(Severity::Error);
    loaded
        .desired
        .ok_or_else(|| format!("it was invalid there, with {}", counted(errors, "error")))
}

/// A path without `.` and `..`, by its words.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => normal.push(name),
            Component::ParentDir => {
                normal.pop();
            }
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    normal
}

/// Checks that a desired state means the same as that of a branch's newest commit, so that an old run can't roll the account
/// back and an unrelated commit can't hold one up.
///
/// # Errors
/// When it doesn't, and when the branch's can't be told.
pub(super) async fn require_tip(
    branch: &str,
    args: &Files,
    account: &AccountSource,
    desired: &Desired,
    process: &Process,
    printer: &Printer,
) -> Result<(), CliError> {
    let (args, branch, account) = (args.clone(), branch.to_owned(), account.clone());
    let (tip, newest) = off_thread(process, move |process| {
        let repo = Repo::of(&process.cwd)?;
        let tip = repo.tip(&branch)?;
        let named = named_in(&args, &repo, tip.revision)?;
        let newest = match named {
            Some(named) => load(&account, &repo, tip.revision, &named, process),
            None => Err("it has no aerial.yaml and no folder aerial".to_owned()),
        };
        Ok((tip, newest))
    })
    .await?;
    let Tip { name, revision } = tip;
    let short = revision.short();
    let newest = newest.map_err(|why| {
        CliError::refused(format!(
            "the desired state of {name}'s newest commit, {short}, can't be compared with: {why}"
        ))
    })?;
    if of_desired(&newest) != of_desired(desired) {
        return Err(CliError {
            exit: Exit::Refused,
            ..CliError::refused(format!(
                "the desired state isn't that of {name}'s newest commit, {short}"
            ))
            .hint("this keeps an old run from rolling the account back: apply what is on the branch, or run without --require-tip")
        });
    }
    printer.status(&format!(
        "the desired state is that of {name}'s newest commit, {short}"
    ));
    Ok(())
}
