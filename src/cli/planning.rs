//! Reading an account and planning, for `plan` and `apply` alike.

use jiff::civil::Date;

use super::env::Process;
use super::error::CliError;
use super::evidence::{self, Witnesses};
use super::exit::Exit;
use super::input::PlanInput;
use super::log::LazyLog;
use super::output::Printer;
use super::reading::AccountReading;
use super::{birth, insides};
use crate::clock::today;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity, Sources, counted};
use crate::ids::OrgSet;
use crate::live::Snapshot;
use crate::org::OrgHosts;
use crate::plan::{
    AccountServer, Allowances, Attribution, Base, Breach, Checked, Evidence, EvidenceWanted,
    NoPlan, Plan, PlanOptions, plan, read_for, survey, survey_with, to_read, to_read_with,
};
use crate::render::verdict;

/// A plan and why each of its steps is there.
pub(super) struct Planned {
    /// The plan, which keeps every law.
    pub(super) checked: Checked,
    /// Why each step is there, where a base was given.
    pub(super) causes: Attribution,
    /// What was read of the account for it.
    pub(super) live: Snapshot,
    /// What it depends on besides.
    pub(super) options: PlanOptions,
}

/// What reads, and what isn't to be read.
pub(super) struct PlanReaders<'a> {
    pub(super) account: &'a AccountReading<'a>,
    pub(super) orgs: &'a OrgHosts,
    pub(super) log: &'a LazyLog<'a>,
    /// Orgs that a reviewed plan couldn't look into.
    pub(super) unread_before: OrgSet,
    /// The day that a reviewed plan assumed.
    pub(super) reviewed_on: Option<Date>,
    /// Whether the file's waves are to be taken one after another.
    pub(super) in_turn: bool,
}

/// Reads the account and plans.
///
/// # Errors
/// When a read fails, and when there is a reason for which there is no plan.
pub(super) async fn read_and_plan(
    input: &PlanInput,
    allowances: &Allowances,
    server: AccountServer,
    readers: &PlanReaders<'_>,
    process: &Process,
    printer: &Printer,
) -> Result<Planned, CliError> {
    let mut options = options(input, allowances, server, process);
    let own = survey(&input.desired, &input.selection, input.narrow);
    let both = survey_with(&own, &input.base, &input.selection);
    let mut read = readers.account.read(&both).await?;
    let wanted = {
        let both = [Some(&input.desired), input.base.desired()];
        let both = both.into_iter().flatten();
        EvidenceWanted::of(both, &read, &input.selection, options.today)
    };
    let witnesses = Witnesses {
        receipts: &input.receipts,
        log: readers.log,
        account: &input.desired.account.id,
        endpoint: &options.server.endpoint,
    };
    options.evidence = evidence::gather(wanted, &witnesses, &read, process).await?;
    birth::resolve(&input.desired, &input.selection, &mut read, readers.orgs).await?;
    let read_of = |desired| to_read(desired, &read, &input.selection, options.today);
    let inside = read_of(&input.desired);
    let both = match &input.base {
        Base::Present(before) => to_read_with(&inside, read_of(before)),
        Base::Unasked | Base::Absent => inside.clone(),
    };
    read.insides = insides::read(both, readers.orgs, process, printer).await?;
    let options = PlanOptions {
        unread_before: readers.unread_before.clone(),
        reviewed_on: readers.reviewed_on,
        in_turn: readers.in_turn,
        ..options
    };
    // What was read for a base alone is none of this plan's business.
    let part = match &input.base {
        Base::Present(before) => {
            let part = Snapshot {
                insides: read_for(&inside, &read.insides),
                ..read.within(&own)
            };
            birth::resolve(before, &input.selection, &mut read, readers.orgs).await?;
            Some(part)
        }
        Base::Unasked | Base::Absent => None,
    };
    let live = part.as_ref().unwrap_or(&read);
    let checked = plan(&input.desired, live, &options)
        .map_err(|reason| no_plan(reason, &input.sources, printer))?;
    let causes = match &input.base {
        Base::Unasked => Attribution::default(),
        Base::Absent => Attribution::of(checked.plan(), None),
        Base::Present(before) => {
            let base = plan(before, &read, &options);
            if base.is_err() {
                printer.warning(
                    "the base revision's own plan can't be made, so every step counts as this branch's",
                    "its desired state doesn't fit the account as it is now",
                );
            }
            Attribution::of(checked.plan(), base.ok().as_ref().map(Checked::plan))
        }
    };
    Ok(Planned {
        checked,
        causes,
        live: part.unwrap_or(read),
        options,
    })
}

/// What planning depends on besides the two states and what tells of earlier runs.
#[must_use]
pub(super) fn options(
    input: &PlanInput,
    allowances: &Allowances,
    server: AccountServer,
    process: &Process,
) -> PlanOptions {
    PlanOptions {
        selection: input.selection.clone(),
        provenance: input.provenance.clone(),
        server,
        evidence: Evidence::default(),
        unread_before: OrgSet::default(),
        allowances: allowances.clone(),
        in_turn: false,
        today: today(process.clock.now()),
        reviewed_on: None,
    }
}

/// Says why there is no plan.
pub(super) fn no_plan(reason: NoPlan, sources: &Sources, printer: &Printer) -> CliError {
    match reason {
        NoPlan::Unfit(found) => {
            printer.diagnostics(&found, sources);
            let unknown = found.iter().any(|one| one.code.blames_account());
            CliError::silent(if unknown { Exit::Failed } else { Exit::Invalid })
        }
        NoPlan::Unlawful(broken) => {
            let broken: Vec<String> = broken.iter().map(ToString::to_string).collect();
            CliError::failed(format!(
                "the plan breaks its own laws: {}",
                broken.join("; ")
            ))
            .hint("this is a defect of aerialctl; please report it with the file and the plan")
        }
    }
}

/// Limits that the plan exceeds, each with the first lines of the file that count towards it.
pub(super) fn told(plan: &Plan, breaches: &[Breach], severity: Severity) -> Diagnostics {
    const SHOWN: usize = 3;
    breaches
        .iter()
        .map(|breach| {
            let key = breach.guardrail.key();
            let message = format!("guardrail {key}: {}", breach.message);
            let mut diagnostic = match severity {
                Severity::Error => Diagnostic::error(Code::Guardrail, message),
                Severity::Warning => {
                    let command = plan.provenance.command();
                    Diagnostic::warning(
                        Code::Guardrail,
                        format!("{message}; `{command}` refuses it"),
                    )
                }
            };
            let rest = breach.steps.len().saturating_sub(SHOWN);
            for (at, id) in (1..).zip(breach.steps.iter().take(SHOWN)) {
                if let Some(step) = plan.step(*id) {
                    let more = match rest {
                        0 => String::new(),
                        _ if at < SHOWN => String::new(),
                        rest => format!(", and {}", counted(rest, "more step")),
                    };
                    let what = format!("step {id}, {} {}{more}", step.kind().as_str(), step.org);
                    diagnostic = diagnostic.label(step.origin, what);
                }
            }
            diagnostic.help(verdict::advice(breach, &plan.provenance))
        })
        .collect()
}
