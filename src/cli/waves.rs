//! Waves: a new look at what was converged, before another begins.

use indicatif::ProgressBar;

use super::env::Process;
use super::error::CliError;
use super::input::PlanInput;
use super::output::Printer;
use super::{birth, insides, progress};
use crate::aerial::Reader;
use crate::converge::WaveSight;
use crate::desired::Desired;
use crate::ids::{OrgSet, Wave};
use crate::live::Snapshot;
use crate::org::OrgHosts;
use crate::plan::{Plan, PlanOptions, Selection, left, of_wave, survey, to_read};

/// What it takes to see whether a wave holds.
pub(super) struct Lookout<'a> {
    pub(super) input: &'a PlanInput,
    pub(super) plan: &'a Plan,
    /// What the plan depended on.
    pub(super) options: &'a PlanOptions,
    pub(super) account: &'a Reader,
    pub(super) orgs: &'a OrgHosts,
    /// How far the run is.
    pub(super) bar: &'a ProgressBar,
}

/// Refuses to take the waves of a file one after another that has none.
///
/// # Errors
/// With exit 4 when it has none: all orgs would be converged at once.
pub(super) fn require(desired: &Desired) -> Result<(), CliError> {
    if desired.waves.is_empty() {
        return Err(CliError::refused(
            "--waves was given, and the file has no `waves`; nothing was changed",
        )
        .hint("list them in their order, such as `waves: [pilot, rest]`, and give orgs a `wave`"));
    }
    Ok(())
}

impl Lookout<'_> {
    /// Reads the orgs of a wave again, and sees whether something is left to do about them.
    pub(super) async fn look(
        &self,
        wave: &Wave,
        process: &Process,
        printer: &Printer,
    ) -> WaveSight {
        let Self {
            input,
            plan,
            options,
            bar,
            ..
        } = self;
        let desired = &input.desired;
        let selection = of_wave(wave, desired, &options.selection);
        bar.set_message(printer.redactor().redact("reading again").into_owned());
        let read = self.read(&selection, process, printer).await;
        let live = match read {
            Ok(live) => live,
            Err(error) => return WaveSight::Unknown(error.message),
        };
        let options = PlanOptions {
            selection,
            unread_before: OrgSet::default(),
            ..(*options).clone()
        };
        left(plan, desired, &live, &options).map_or(WaveSight::Holds, WaveSight::Left)
    }

    async fn read(
        &self,
        selection: &Selection,
        process: &Process,
        printer: &Printer,
    ) -> Result<Snapshot, CliError> {
        let desired = &self.input.desired;
        let survey = survey(desired, selection, self.input.narrow);
        let (bar, progress) = progress::reading(process, printer);
        let read = self.account.read(&survey, progress).await;
        bar.finish_and_clear();
        let mut read = read?;
        birth::resolve(desired, selection, &mut read, self.orgs).await?;
        let inside = to_read(desired, &read, selection, self.options.today);
        read.insides = insides::read(inside, self.orgs, process, printer).await?;
        Ok(read)
    }
}
