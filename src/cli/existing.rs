//! The file that `import` is to write over: what of it stays.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use jiff::civil::Date;

use super::env::Process;
use super::error::CliError;
use crate::desired::document::{self, MAX_FILE_BYTES};
use crate::desired::edit::{self, Replacement};
use crate::desired::model::{Enforce, StatusGoal};
use crate::desired::tree::Node;
use crate::desired::{self, Desired, DesiredOrg};
use crate::diagnostic::{Source, SourceId, Sources, Span, counted};
use crate::disk;
use crate::ids::{AccountId, OrgSet, ProductId};
use crate::live::{LiveOrg, Snapshot};
use crate::plan::{PlanOptions, plan};
use crate::render::yaml::{KeptOfFile, entries};
use crate::shape::{Given, Wanted};

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
    /// How many names `products` has got.
    pub named: usize,
    /// Whether it has bundles now, and had none.
    pub bundled: bool,
}

/// How many steps a plan would have right after these files were written; `None` where they aren't valid.
pub(super) fn steps<'a>(
    texts: impl IntoIterator<Item = &'a str>,
    live: &Snapshot,
    fallback: Option<&AccountId>,
) -> Option<usize> {
    let sources = texts.into_iter().map(|text| Source::new("import", text));
    let sources = Sources::new(sources.collect());
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
        let mut kept = kept(&desired, &root, live);
        let before = self.text();
        let most = kept.given.wanted;
        for wanted in [most, Wanted::Nothing] {
            kept.given.wanted = wanted;
            let new = entries(live, &kept).map_err(unwritable)?;
            let replacement = Replacement {
                orgs: &new.orgs,
                names: &new.names,
                bundles: &new.bundles,
            };
            let text = edit::with_orgs(&before, &root, replacement);
            let Some(text) = text.filter(|text| self.is_good(text, &root, live)) else {
                continue;
            };
            let lost = lost(&desired, live, edit::lost_comments(&before, &root, &text));
            return Ok(Some(Replaced {
                text,
                lost,
                named: new.names.len(),
                bundled: !new.bundles.is_empty(),
            }));
        }
        Err(CliError::refused(format!(
            "the orgs of {} can't be replaced without touching what else it says",
            self.shown
        ))
        .hint("import to another file, and take its `orgs` over"))
    }

    /// Whether a text has all that this file has, and a plan right after it has no step.
    fn is_good(&self, text: &str, before: &Node<'_>, live: &Snapshot) -> bool {
        let source = Source::new("import", text);
        document::parse(SourceId(0), &source)
            .is_ok_and(|(after, _)| edit::keeps_the_rest(before, &after))
            && steps([text], live, self.fallback.as_ref()) == Some(0)
    }
}

/// What the new entries have to know of the file.
fn kept(desired: &Desired, root: &Node<'_>, live: &Snapshot) -> KeptOfFile {
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
    let lists = words_of_lists(root);
    let entry = |live: &LiveOrg| orgs.find(&live.name()).one().copied();
    let without_status = |live: &&LiveOrg| entry(live).is_some_and(|org| org.status.is_none());
    let list = |live: &LiveOrg| {
        let org = entry(live)?;
        // An end stands in no list of words.
        if org.has_an_end() || !still_lists(org, live, &desired.ignored) {
            return None;
        }
        let written = match &org.products {
            None => None,
            Some(_) => Some(lists.get(&org.origin.org)?.clone()),
        };
        Some((live.id.clone(), written))
    };
    let inside = |live: &LiveOrg| {
        let org = orgs.find(&live.name()).one()?;
        let word = org.baseline.as_deref().unwrap_or("none");
        (org.baseline != desired.defaults.baseline).then(|| (live.id.clone(), word.to_owned()))
    };
    let has = |key: &str| root.get(key).is_some();
    let told = |live: &LiveOrg| {
        let org = entry(live)?;
        let owner = org.owner.as_deref().map(str::to_owned);
        Some((live.id.clone(), (owner, org.note.clone())))
    };
    KeptOfFile {
        told: live.orgs.iter().filter_map(told).collect(),
        given: Given {
            names: desired.names.clone(),
            taken: words
                .flat_map(Node::entries)
                .map(|(key, _)| key.text.to_string())
                .collect(),
            bundles: desired.bundles.clone(),
            ignored: desired.ignored.clone(),
            lists: live.orgs.iter().filter_map(list).collect(),
            // Where a file has neither, it has not been given any shape yet.
            wanted: match (has("products"), has("bundles")) {
                (false, false) => Wanted::Everything,
                (true, false) => Wanted::Listed,
                (_, true) => Wanted::Used,
            },
        },
        enforce: live.orgs.iter().filter_map(own).collect(),
        without_status: {
            let orgs = live.orgs.iter().filter(without_status);
            orgs.map(|org| org.id.clone()).collect()
        },
        baseline: live.orgs.iter().filter_map(inside).collect(),
    }
}

/// Each entry's list of products as it is written, bundles and all, by the entry's place.
fn words_of_lists(root: &Node<'_>) -> BTreeMap<Span, Vec<String>> {
    let entries = root.get("orgs").map(Node::items).unwrap_or_default().iter();
    let lists = entries.filter_map(|entry| Some((entry.span, entry.get("products")?.items())));
    lists
        .filter_map(|(span, words)| {
            // What has an end isn't a word, and such a list isn't kept.
            let words = words.iter().map(|word| word.as_str().map(str::to_owned));
            Some((span, words.collect::<Option<_>>()?))
        })
        .collect()
}

/// Whether what an entry says of the org's products is so: the org has what is listed, and no more where nothing more may be.
fn still_lists(org: &DesiredOrg, live: &LiveOrg, ignored: &BTreeSet<ProductId>) -> bool {
    let (Some(listed), Some(has)) = (org.listed(Date::MIN), live.enabled()) else {
        return org.products.is_none();
    };
    let managed = |all: BTreeSet<ProductId>| -> BTreeSet<ProductId> {
        all.into_iter().filter(|id| !ignored.contains(id)).collect()
    };
    let (listed, has) = (managed(listed), managed(has));
    match org.enforce {
        Enforce::Exact => listed == has,
        Enforce::Additive => listed.is_subset(&has),
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
    let by_name = live.by_name();
    let there = |org: &DesiredOrg| by_name.find(&org.name).one().copied();
    let other_products = named(
        "`products` has other products now, those that the org has",
        &|org| there(org).is_some_and(|live| !still_lists(org, live, &desired.ignored)),
    );
    let other_status = named("`status` is another one now, the org's", &|org| {
        let goal = org.status.filter(|goal| *goal != StatusGoal::Deleted);
        goal.zip(there(org))
            .is_some_and(|(goal, live)| !live.status.is(goal.status()))
    });
    let ends = named("no longer in the file: `until`", &|org| {
        there(org).is_some() && org.has_an_end()
    });
    let comments = (comments > 0).then(|| {
        let comments = counted(comments, "comment");
        format!("no longer in the file: {comments} of `orgs`")
    });
    let all = [gone, stays, other_products, other_status, ends, comments];
    all.into_iter().flatten().collect()
}
