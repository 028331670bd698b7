//! `plan`: the dry run. It holds a reader, which can't write.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::args::{Connection, Files, Plan as Args, PlanFormat, Scope};
use super::env::Host;
use super::error::CliError;
use super::exit::Exit;
use super::files::Loaded;
use super::output::Printer;
use super::session::Target;
use super::{actions, artifacts, comment, files, progress};
use crate::aerial::{self, Reader};
use crate::desired::suggest::closest;
use crate::desired::{Desired, DesiredOrg, compare};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity, Sources};
use crate::http::Sent;
use crate::ids::{Domain, OrgId};
use crate::live::Snapshot;
use crate::plan::{self, Allowance, Options, OrgKey, Plan, Provenance, check};
use crate::render::{github, human, markdown};

/// The desired state and what of it a command is about.
pub(super) struct Wanted {
    /// The desired state.
    pub(super) desired: Desired,
    /// Its texts, for places.
    pub(super) sources: Sources,
    /// Which orgs, and where they came from.
    options: Options,
    /// With `--since`: only these orgs are read.
    since: bool,
    /// With `--base`: the desired state there, if there was one.
    base: Option<Option<Desired>>,
}

impl Wanted {
    /// Loads the files and narrows them.
    ///
    /// # Errors
    /// When the desired state is invalid, when `--only` names no org of it, and when git can't tell what it was before.
    pub(super) fn load(
        files: &Files,
        scope: &Scope,
        base: Option<&str>,
        host: &Host,
        printer: &Printer,
    ) -> Result<Self, CliError> {
        let Loaded { desired, found } = files::load(files, host, printer)?;
        let mut only = only(scope, &desired)?;
        if let Some(expression) = &scope.since {
            let before = files::base(files, expression, host, printer)?;
            let changed = keys(compare::changed(before.as_ref(), &desired));
            only = Some(match only {
                Some(only) => only.intersection(&changed).cloned().collect(),
                None => changed,
            });
        }
        let base = base
            .map(|expression| files::base(files, expression, host, printer))
            .transpose()?;
        let names = found.sources.iter().map(|(_, source)| source.name.clone());
        Ok(Self {
            options: Options {
                only,
                provenance: Provenance {
                    files: names.collect(),
                    commit: found.commit,
                },
            },
            since: scope.since.is_some(),
            desired,
            sources: found.sources,
            base,
        })
    }

    /// The commit that the desired state came from, if any.
    pub(super) fn commit(&self) -> Option<&str> {
        self.options.provenance.commit.as_deref()
    }

    /// Reads the account and plans.
    ///
    /// # Errors
    /// When a read fails, and when there is a reason for which there is no plan.
    pub(super) async fn plan(
        &self,
        reader: &Reader,
        host: &Host,
        printer: &Printer,
    ) -> Result<Plan, CliError> {
        let managed = self.managed();
        let before = self.base.as_ref().and_then(Option::as_ref);
        let managed_before = before.map(|before| managed_orgs(before, &self.options));
        let read = |id: &OrgId, domain: &Domain| {
            managed.covers(id, domain)
                || managed_before
                    .as_ref()
                    .is_some_and(|before| before.covers(id, domain))
        };
        let mut live = if self.since {
            let wanted: Vec<aerial::Wanted> = self
                .desired
                .orgs
                .iter()
                .filter(|org| self.options.covers(org))
                .map(|org| aerial::Wanted {
                    id: org.id.clone(),
                    domain: org.domain.clone(),
                    products: org.products.is_some() || managed_before.is_some(),
                })
                .collect();
            reader.partial_snapshot(&wanted).await?
        } else {
            let (bar, progress) = progress::reading(host);
            let live = reader
                .snapshot(|org| read(&org.id, &org.domain), progress)
                .await;
            bar.finish_and_clear();
            live?
        };
        let base_plan = before.map(|before| plan::plan(before, &live, &self.options));
        // What was read for the base alone is not the new plan's business.
        for org in &mut live.orgs {
            if !managed.covers(&org.id, &org.domain) {
                org.products = None;
            }
        }
        let mut plan = self.planned(&live, printer)?;
        if self.base.is_some() {
            if let Some(Err(_)) = &base_plan {
                printer.warning(
                    "the base revision's own plan can't be made, so every step counts as this branch's",
                    "run `plan --at` with that revision to see why",
                );
            }
            plan::label(&mut plan, base_plan.and_then(Result::ok).as_ref());
        }
        Ok(plan)
    }

    fn planned(&self, live: &Snapshot, printer: &Printer) -> Result<Plan, CliError> {
        match plan::plan(&self.desired, live, &self.options) {
            Ok(plan) => {
                let broken = check::violations(&plan, &self.desired, live);
                if let Some(first) = broken.first() {
                    return Err(CliError::failed(format!(
                        "the plan breaks a law, so it is not shown or carried out: {first}"
                    ))
                    .hint("this is a defect of aerialctl; please report it with the file and the plan"));
                }
                Ok(plan)
            }
            Err(found) => {
                printer.diagnostics(&found, &self.sources);
                let unknown = found.iter().any(|one| one.code == "unknown-status");
                Err(CliError::silent(if unknown {
                    Exit::Failed
                } else {
                    Exit::Invalid
                }))
            }
        }
    }

    fn managed(&self) -> Managed<'_> {
        managed_orgs(&self.desired, &self.options)
    }
}

fn managed_orgs<'a>(desired: &'a Desired, options: &Options) -> Managed<'a> {
    let mut managed = Managed {
        ids: BTreeSet::new(),
        domains: BTreeSet::new(),
    };
    for org in desired
        .orgs
        .iter()
        .filter(|org| org.products.is_some() && options.covers(org))
    {
        match (&org.id, &org.domain) {
            (Some(id), _) => managed.ids.insert(id),
            (None, Some(domain)) => managed.domains.insert(domain),
            (None, None) => false,
        };
    }
    managed
}

fn keys(orgs: Vec<&DesiredOrg>) -> BTreeSet<OrgKey> {
    orgs.into_iter()
        .flat_map(|org| {
            let id = org.id.clone().map(OrgKey::Id);
            id.into_iter().chain(org.domain.clone().map(OrgKey::Domain))
        })
        .collect()
}

/// The orgs whose products the file manages.
struct Managed<'a> {
    ids: BTreeSet<&'a OrgId>,
    domains: BTreeSet<&'a Domain>,
}

impl Managed<'_> {
    fn covers(&self, id: &OrgId, domain: &Domain) -> bool {
        self.ids.contains(id) || self.domains.contains(domain)
    }
}

fn only(scope: &Scope, desired: &Desired) -> Result<Option<BTreeSet<OrgKey>>, CliError> {
    if scope.only.is_empty() {
        return Ok(None);
    }
    let mut keys = BTreeSet::new();
    for word in &scope.only {
        let folded = word.to_lowercase();
        let org = desired.orgs.iter().find(|org| {
            org.id.as_ref().is_some_and(|id| id.as_str() == word)
                || org
                    .domain
                    .as_ref()
                    .is_some_and(|domain| domain.as_str() == folded)
        });
        let Some(org) = org else {
            let error = CliError::usage(format!("--only {word}: the file lists no such org"));
            let near = closest(word, desired.orgs.iter().map(|org| org.label()));
            return Err(match near {
                Some(near) => error.hint(format!("did you mean {near}?")),
                None => error.hint("write the org's domain or id as in the file"),
            });
        };
        keys.extend(org.id.clone().map(OrgKey::Id));
        keys.extend(org.domain.clone().map(OrgKey::Domain));
    }
    Ok(Some(keys))
}

/// Runs the command.
///
/// # Errors
/// When there is no plan.
pub(super) async fn run(
    args: &Args,
    host: &Host,
    printer: &Arc<Printer>,
) -> Result<Exit, CliError> {
    let base = args.base.as_deref();
    let wanted = Wanted::load(&args.files, &args.scope, base, host, printer)?;
    let target = Target::of(&args.connection, &wanted.desired, host).await?;
    let reader = target.reader(&args.connection, host, printer).await?;
    let started = host.clock.now();
    let plan = wanted.plan(&reader, host, printer).await?;
    let took = host.clock.now().duration_since(started).unwrap_or_default();
    let plan = &plan;
    printer.diagnostics(&plan.warnings, &wanted.sources);
    printer.diagnostics(&breaches(plan, &[], Severity::Warning), &wanted.sources);
    if let Some(path) = &args.out {
        files::replace(host, path, &artifacts::plan_json(plan))?;
    }
    actions::report(plan, &wanted.sources, args.out.as_deref(), host, printer);
    if args.comment {
        let client = target.client(&args.connection, host, printer);
        comment::keep(plan, &wanted.sources, client, host, printer).await;
    }
    match args.format {
        PlanFormat::Json => printer.result(&artifacts::plan_json(plan))?,
        PlanFormat::Markdown => printer.result(&markdown::plan(plan, &wanted.sources))?,
        PlanFormat::Github => {
            for line in github::plan(plan, &wanted.sources) {
                printer.result_line(&line)?;
            }
        }
        PlanFormat::Human => show(plan, &wanted.sources, printer, || {
            if !plan.steps.is_empty() {
                printer.status(&budget(plan, reader.sent(), took, &args.connection));
            }
        })?,
    }
    let sent = reader.sent();
    printer.status(&format!(
        "read-only: scope okta.accounts.read, {} GETs, {} writes",
        sent.reads, sent.writes
    ));
    Ok(if args.detailed_exitcode && !plan.steps.is_empty() {
        Exit::Pending
    } else {
        Exit::Done
    })
}

/// The diff, something in between, and the summary line.
///
/// # Errors
/// When standard output is closed.
pub(super) fn show(
    plan: &Plan,
    sources: &Sources,
    printer: &Printer,
    between: impl FnOnce(),
) -> Result<(), CliError> {
    let mut text = Vec::new();
    human::plan(&mut text, plan, sources, printer.palette())?;
    printer.result(&String::from_utf8_lossy(&text))?;
    between();
    printer.result_line(&human::summary(plan))?;
    Ok(())
}

/// The limits that the plan exceeds and nobody has allowed, each with the first lines of the file that count towards it.
pub(super) fn breaches(plan: &Plan, allowed: &[Allowance], severity: Severity) -> Diagnostics {
    const SHOWN: usize = 3;
    plan.breaches
        .iter()
        .filter(|breach| !breach.allow.is_some_and(|allow| allowed.contains(&allow)))
        .map(|breach| {
            let message = format!("guardrail {}: {}", breach.name, breach.message);
            let mut diagnostic = match severity {
                Severity::Error => Diagnostic::error("guardrail", message),
                Severity::Warning => {
                    Diagnostic::warning("guardrail", format!("{message}; `apply` refuses it"))
                }
            };
            for step in plan
                .steps
                .iter()
                .filter(|step| breach.concerns(step))
                .take(SHOWN)
            {
                let what = format!(
                    "step {}, {} {}",
                    step.id,
                    step.kind().as_str(),
                    step.org.label()
                );
                diagnostic = diagnostic.label(step.origin, what);
            }
            diagnostic.help(breach.advice())
        })
        .collect()
}

/// What the plan costs: for each step a read, a write and a read, at the pace that reading had.
fn budget(plan: &Plan, sent: Sent, took: Duration, connection: &Connection) -> String {
    let calls = plan.steps.len() * 3;
    let at_a_time = usize::from(connection.concurrency);
    let s = if calls == 1 { "" } else { "s" };
    let per_call = took
        .mul_f64(f64::from(connection.concurrency))
        .checked_div(u32::try_from(sent.reads).unwrap_or(u32::MAX).max(1))
        .unwrap_or_default();
    let seconds: usize = (1..=6_u8)
        .map(|phase| {
            plan.steps
                .iter()
                .filter(|step| step.kind().phase() == phase)
                .count()
        })
        .map(|steps| steps.div_ceil(at_a_time) * 3)
        .sum();
    let estimate = per_call
        .saturating_mul(u32::try_from(seconds).unwrap_or(u32::MAX))
        .as_secs_f64();
    format!(
        "{calls} call{s}, {at_a_time} at a time, about {} s",
        estimate.ceil().max(1.0)
    )
}
