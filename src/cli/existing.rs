//! The file that `import` is to write over: what of it stays.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use super::env::Process;
use super::error::CliError;
use crate::desired::document::{self, MAX_FILE_BYTES};
use crate::desired::model::{Enforce, StatusGoal};
use crate::desired::tree::Node;
use crate::desired::{self, Desired, DesiredOrg, edit};
use crate::diagnostic::{Source, SourceId, Sources, counted};
use crate::disk;
use crate::ids::{AccountId, OrgSet};
use crate::live::{LiveOrg, Snapshot};
use crate::plan::{PlanOptions, plan};
use crate::render::yaml::{KeptOfFile, entries};

/// So many orgs are named that leave the file.
const NAMED: usize = 10;

/// A file that is there.
pub(super) struct Existing {
    shown: String,
    source: Source,
    /// The account where the file names none.
    fallback: Option<AccountId>,
}

/// The file with the account's orgs in it.
pub(super) struct Replaced {
    pub text: String,
    /// What of it is gone, a sentence each.
    pub lost: Vec<String>,
}

/// How many steps a plan would have right after this file was written; `None` where it isn't valid.
pub(super) fn steps(text: &str, live: &Snapshot, fallback: Option<&AccountId>) -> Option<usize> {
    let sources = Sources::new(vec![Source::new("import", text)]);
    let desired = desired::load_for(&sources, fallback).desired?;
    let checked = plan(&desired, live, &PlanOptions::default()).ok()?;
    Some(checked.plan().steps.len())
}

pub(super) fn unwritable(error: impl std::fmt::Display) -> CliError {
    CliError::failed(format!("the file can't be written as YAML: {error}"))
}

impl Existing {
    /// What is there; `None` where nothing is.
    ///
    /// # Errors
    /// When it can't be read.
    pub(super) fn at(
        path: &Path,
        fallback: Option<&AccountId>,
        process: &Process,
    ) -> Result<Option<Self>, CliError> {
        let shown = path.display().to_string();
        let full = process.cwd.join(path);
        // A pipe or a device has nothing to keep, and writing there is refused anyway.
        if !full.metadata().is_ok_and(|there| there.is_file()) {
            return Ok(None);
        }
        let bytes = match disk::read(&full, MAX_FILE_BYTES as u64) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(CliError::failed(format!("{shown} can't be read: {error}"))
                    .hint("import to another file"));
            }
        };
        Ok(Some(Self {
            source: Source::new(shown.as_str(), bytes),
            shown,
            fallback: fallback.cloned(),
        }))
    }

    /// Whether it may be shown.
    pub(super) fn is_desired_state(&self) -> bool {
        self.source.is_recognised()
    }

    pub(super) fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.source.bytes)
    }

    /// The file with the orgs of the account in place of its own; `None` where it is no desired state, so that there is
    /// nothing to keep.
    ///
    /// # Errors
    /// When it is one and can't be kept.
    pub(super) fn with_orgs_of(&self, live: &Snapshot) -> Result<Option<Replaced>, CliError> {
        if !self.source.is_recognised() {
            return Ok(None);
        }
        let sources = Sources::new(vec![self.source.clone()]);
        let desired = desired::load_for(&sources, self.fallback.as_ref()).desired;
        let parsed = document::parse(SourceId(0), &self.source).ok();
        let (Some(desired), Some((root, _))) = (desired, parsed) else {
            return Err(CliError::refused(format!(
                "{} isn't valid by itself, so what it says beside its orgs can't be kept",
                self.shown
            ))
            .hint(format!(
                "`aerialctl validate --file {}` says why; or import to another file, and take its `orgs` over",
                self.shown
            )));
        };
        if desired.account.id != live.account {
            return Err(CliError::refused(format!(
                "{} is about the account {}, not about {}",
                self.shown, desired.account.id, live.account
            ))
            .hint("import to another file"));
        }
        let kept = kept(&desired, &root, live);
        let before = self.text();
        for naming in [true, false] {
            let new = entries(live, &kept, naming).map_err(unwritable)?;
            let text = edit::with_orgs(&before, &root, &new.orgs, &new.names);
            let Some(text) = text.filter(|text| self.is_good(text, &root, live)) else {
                continue;
            };
            let lost = lost(&desired, live, edit::lost_comments(&before, &root, &text));
            return Ok(Some(Replaced { text, lost }));
        }
        Err(CliError::refused(format!(
            "the orgs of {} can't be replaced without touching what else it says",
            self.shown
        ))
        .hint("import to another file, and take its `orgs` over"))
    }

    /// Whether a text has all that this file has, and a plan right after it has no step.
    fn is_good(&self, text: &str, before: &Node, live: &Snapshot) -> bool {
        let source = Source::new("import", text);
        document::parse(SourceId(0), &source)
            .is_ok_and(|(after, _)| edit::keeps_the_rest(before, &after))
            && steps(text, live, self.fallback.as_ref()) == Some(0)
    }
}

/// What the new entries have to know of the file.
fn kept(desired: &Desired, root: &Node, live: &Snapshot) -> KeptOfFile {
    let words = ["products", "bundles"].into_iter();
    let words = words.filter_map(|key| root.get(key));
    let usual = desired.defaults.enforce.unwrap_or(Enforce::Exact);
    let orgs = desired.by_name();
    let own = |live: &LiveOrg| {
        let org = orgs.find(&live.name()).one()?;
        let word = match org.enforce {
            Enforce::Exact => "exact",
            Enforce::Additive => "additive",
        };
        (org.enforce != usual).then(|| (live.id.clone(), word))
    };
    KeptOfFile {
        names: desired.names.clone(),
        taken: words
            .flat_map(Node::entries)
            .map(|(key, _)| key.text.clone())
            .collect(),
        ignored: desired.ignored.clone(),
        enforce: live.orgs.iter().filter_map(own).collect(),
    }
}

/// What the account can't tell and its entries don't say any more.
fn lost(desired: &Desired, live: &Snapshot, comments: usize) -> Vec<String> {
    let there: OrgSet = live.orgs.iter().map(LiveOrg::name).collect();
    let named = |about: &str, which: &dyn Fn(&DesiredOrg) -> bool| {
        let orgs = desired.orgs.iter().filter(|org| which(org));
        let orgs: BTreeSet<&str> = orgs.map(DesiredOrg::label).collect();
        let shown: Vec<&str> = orgs.iter().take(NAMED).copied().collect();
        let more = match orgs.len() - shown.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        (!orgs.is_empty()).then(|| format!("{about}: {}{more}", shown.join(", ")))
    };
    let gone = named(
        "no longer in the file, since the account doesn't manage them",
        &|org| !there.contains(&org.name),
    );
    let stays = named("no longer to be deleted, since they are there", &|org| {
        org.status == Some(StatusGoal::Deleted) && there.contains(&org.name)
    });
    let comments = (comments > 0).then(|| {
        let comments = counted(comments, "comment");
        format!("no longer in the file: {comments} of `orgs`")
    });
    gone.into_iter().chain(stays).chain(comments).collect()
}
