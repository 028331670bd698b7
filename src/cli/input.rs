//! What a command plans: the desired state, the part of it that the run is about, and what it is compared with.

use std::path::PathBuf;

use super::account::AccountSource;
use super::base::{self, Earlier};
use super::env::Process;
use super::error::CliError;
use super::files::{self, LoadedFiles};
use super::flags::{ConnectionFlags, Files, ReceiptFolder, WhichOrgs};
use super::output::Printer;
use super::{owners, rows};
use crate::desired::suggest::closest;
use crate::desired::{Desired, DesiredOrg, RuleChange, compare};
use crate::diagnostic::Sources;
use crate::ids::OrgSet;
use crate::plan::{Base, Provenance, Selection};

/// What a command plans.
pub(super) struct PlanInput {
    /// The desired state.
    pub(super) desired: Desired,
    /// Its texts, for places.
    pub(super) sources: Sources,
    /// Which orgs of it the run is about.
    pub(super) selection: Selection,
    /// Whether no more of the account is read than these orgs.
    pub(super) narrow: bool,
    /// Where the desired state came from.
    pub(super) provenance: Provenance,
    /// What it is compared with.
    pub(super) base: Base,
    /// What differs from that for the whole account.
    pub(super) account_wide: Vec<RuleChange>,
    /// Where earlier runs left their receipts.
    pub(super) receipts: PathBuf,
}

impl PlanInput {
    /// Loads the files and narrows them. A base that can't be compared with is warned about, and everything counts as
    /// changed.
    ///
    /// # Errors
    /// When the desired state is invalid, when `--only` names no org of it, and when git can't tell what it was before.
    pub(super) async fn load(
        files: &Files,
        scope: &WhichOrgs,
        base: Option<&str>,
        receipts: &ReceiptFolder,
        connection: &ConnectionFlags,
        process: &Process,
        printer: &Printer,
    ) -> Result<Self, CliError> {
        let mut input =
            Self::narrowed(files, scope, receipts, connection, process, printer, |_| {
                Ok(())
            })
            .await?;
        if let Some(expression) = base {
            let account = AccountSource::of(connection, process)?;
            let earlier = base::base(files, expression, &account, process)
                .await?
                .told(printer);
            let before = match &earlier {
                Earlier::Present(before) => Some(before.as_ref()),
                Earlier::Absent | Earlier::Unusable(_) => None,
            };
            input.account_wide = compare::compare(before, &input.desired).account_wide;
            input.base = match earlier {
                Earlier::Present(before) => Base::Present(before),
                Earlier::Absent | Earlier::Unusable(_) => Base::Absent,
            };
        }
        Ok(input)
    }

    /// The same for a run that writes: what was narrowed by a state that can't be compared with could be anything, so it is
    /// refused.
    ///
    /// # Errors
    /// As [`PlanInput::load`].
    pub(super) async fn load_to_apply(
        files: &Files,
        scope: &WhichOrgs,
        receipts: &ReceiptFolder,
        connection: &ConnectionFlags,
        process: &Process,
        printer: &Printer,
    ) -> Result<Self, CliError> {
        Self::narrowed(
            files,
            scope,
            receipts,
            connection,
            process,
            printer,
            |earlier| match earlier {
                Earlier::Present(_) | Earlier::Absent => Ok(()),
                Earlier::Unusable(_) => Err(CliError::refused(
                    "--since can't tell which orgs have changed; nothing was changed",
                )
                .hint("apply all of it, without --since")),
            },
        )
        .await
    }

    async fn narrowed(
        files: &Files,
        scope: &WhichOrgs,
        receipts: &ReceiptFolder,
        connection: &ConnectionFlags,
        process: &Process,
        printer: &Printer,
        admit: impl FnOnce(&Earlier) -> Result<(), CliError>,
    ) -> Result<Self, CliError> {
        let account = AccountSource::of(connection, process)?;
        let LoadedFiles { desired, found } = files::load(files, &account, process, printer).await?;
        let mut selection = named(scope, &desired)?;
        if let Some(expression) = &scope.since {
            let earlier = base::base(files, expression, &account, process)
                .await?
                .told(printer);
            admit(&earlier)?;
            let before = earlier.state();
            let changed = compare::changed(before.as_ref(), &desired);
            let both = changed.into_iter().filter(|org| selection.covers(org));
            selection = Selection::Only(both.map(|org| org.name.clone()).collect());
        }
        Ok(Self {
            receipts: receipts.receipt_dir.clone(),
            selection,
            narrow: scope.since.is_some(),
            provenance: Provenance::of(&found.sources, found.commit),
            desired,
            sources: found.sources,
            base: Base::Unasked,
            account_wide: Vec::new(),
        })
    }
}

/// The orgs that `--only` and `--owner` name: where both are given, those that both do.
fn named(scope: &WhichOrgs, desired: &Desired) -> Result<Selection, CliError> {
    let only = if scope.only.is_empty() {
        Selection::All
    } else {
        Selection::Only(only(scope, desired)?)
    };
    if scope.owner.is_empty() {
        return Ok(only);
    }
    let owned = owners::orgs(desired, &scope.owner)?;
    let both: Vec<&DesiredOrg> = owned.into_iter().filter(|org| only.covers(org)).collect();
    if both.is_empty() {
        return Err(owners::nobody(&scope.owner));
    }
    let names = both.into_iter().map(|org| org.name.clone());
    Ok(Selection::Only(names.collect()))
}

/// The orgs that `--only` names.
fn only(scope: &WhichOrgs, desired: &Desired) -> Result<OrgSet, CliError> {
    let by_name = desired.by_name();
    let mut only = OrgSet::default();
    for word in &scope.only {
        let org = rows::names(word).find_map(|name| by_name.find(&name).one());
        let Some(org) = org else {
            let error = CliError::usage(format!("--only {word}: the file lists no such org"));
            let near = closest(word, desired.orgs.iter().map(DesiredOrg::label));
            return Err(match near {
                Some(near) => error.hint(format!("did you mean {near}?")),
                None => error.hint("write the org's domain or id as in the file"),
            });
        };
        only.insert(&org.name, ());
    }
    Ok(only)
}
