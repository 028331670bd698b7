//! What `until` does to one run: what has ended, and what of that waits.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::guardrails::{Allowances, Breach, Guardrail};
use super::kinds::Kind;
use super::matching::OrgPair;
use super::step::Step;
use crate::desired::model::{Desired, DesiredOrg, StatusGoal};
use crate::diagnostic::{Code, Diagnostic, Warnings, counted};
use crate::ids::{OrgSet, ProductId};

/// Orgs in which what has ended is left as it is, because taking it away would breach a limit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Postponed {
    products: OrgSet,
    status: OrgSet,
}

/// The day, and what of what has ended by then isn't to be taken away yet.
#[derive(Clone, Copy)]
pub(super) struct Terms<'a> {
    pub(super) today: Date,
    /// The day that a reviewed plan assumed: what has ended since nobody has agreed to.
    pub(super) reviewed: Option<Date>,
    pub(super) postponed: Option<&'a Postponed>,
}

impl Terms<'_> {
    /// A day on which nothing waits.
    pub(super) fn on(today: Date) -> Self {
        Self {
            today,
            reviewed: None,
            postponed: None,
        }
    }

    /// The products that have ended and stay where they are.
    pub(super) fn kept(&self, want: &DesiredOrg) -> BTreeSet<ProductId> {
        let mut over = want.no_longer_listed(self.today);
        let waits = |postponed: &Postponed| postponed.products.contains(&want.name);
        if self.postponed.is_some_and(waits) {
            return over;
        }
        match self.reviewed {
            Some(day) => over.retain(|id| !want.no_longer_listed(day).contains(id)),
            None => over.clear(),
        }
        over
    }

    /// The status that the org is to get in this run; `None`: left alone.
    pub(super) fn goal(&self, want: &DesiredOrg) -> Option<StatusGoal> {
        let goal = want.goal(self.today);
        let unseen = self.reviewed.is_some_and(|day| !want.has_ended(day));
        let waits = |postponed: &Postponed| postponed.status.contains(&want.name);
        let waits = unseen || self.postponed.is_some_and(waits);
        goal.filter(|_| !(ends_status(want, self.today) && waits))
    }
}

/// Whether the org's end alone makes it inactive.
fn ends_status(want: &DesiredOrg, today: Date) -> bool {
    want.goal(today) != want.status
}

impl Postponed {
    /// What is left out of a plan for the sake of the limits that it would breach, with a warning for each of them; `None`
    /// where nothing that has ended is among what breaches one.
    pub(super) fn because_of(
        breaches: &[Breach],
        allowances: &Allowances,
        steps: &[Step],
        desired: &Desired,
        today: Date,
        warnings: &mut Warnings,
    ) -> Option<Self> {
        let mut all = Self::default();
        let mut any = false;
        let wanted = desired.by_name();
        for breach in breaches.iter().filter(|breach| !allowances.lift(breach)) {
            let (products, status) = match breach.guardrail {
                Guardrail::MaxDisabled | Guardrail::Constraints => (true, false),
                Guardrail::MaxDeactivated => (false, true),
                Guardrail::ProtectedOrgs => (true, true),
                Guardrail::MaxCreated
                | Guardrail::MaxConsented
                | Guardrail::MaxLinked
                | Guardrail::MaxConfigured
                | Guardrail::MaxDeleted
                | Guardrail::UnmanagedOrgs
                | Guardrail::BaselineUnread
                | Guardrail::Lookalikes => continue,
            };
            let (mut disabled, mut deactivated) = (0, 0);
            let concerned = steps.iter().filter(|step| breach.steps.contains(&step.id));
            for step in concerned {
                let Some(want) = wanted.find(&step.org).one() else {
                    continue;
                };
                let over = want.no_longer_listed(today);
                let disable = step.delta().disable;
                let ended = disable.iter().filter(|id| over.contains(**id)).count();
                if products && ended > 0 {
                    disabled += ended;
                    all.products.insert(&want.name, ());
                }
                if status && step.kind() == Kind::Deactivate && ends_status(want, today) {
                    deactivated += 1;
                    all.status.insert(&want.name, ());
                }
            }
            if disabled + deactivated > 0 {
                any = true;
                warnings.push(left_out(breach, disabled, deactivated));
            }
        }
        any.then_some(all)
    }
}

fn left_out(breach: &Breach, disabled: usize, deactivated: usize) -> Diagnostic {
    let parts = [
        (disabled, "product disablement"),
        (deactivated, "deactivation"),
    ];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts.map(|(count, what)| counted(count, what)).collect();
    let (are, them) = if disabled + deactivated == 1 {
        ("is", "it")
    } else {
        ("are", "them")
    };
    Diagnostic::warning(
        Code::LeftOut,
        format!(
            "{} that only `until` causes {are} left out of this plan; with {them}, {}; --allow {}={} takes {them} in for one run",
            parts.join(" and "),
            breach.message,
            breach.guardrail.allowance().as_str(),
            breach.actual,
        ),
    )
    .help(format!("or change `{}` in the file", breach.guardrail.place()))
}

/// What has ended since a plan was reviewed, and is there: left to the next plan.
pub(super) fn ended_since(terms: Terms<'_>, pairs: &[&OrgPair<'_>], warnings: &mut Warnings) {
    let Some(day) = terms.reviewed else {
        return;
    };
    let ended = pairs.iter().filter(|pair| {
        let want = pair.desired;
        let kept = terms.kept(want);
        let has = pair.live.and_then(|live| live.enabled());
        let still = has.is_some_and(|has| has.iter().any(|id| kept.contains(id)));
        let waits = terms.goal(want) != want.goal(terms.today);
        pair.live.is_some() && (still || waits)
    });
    let count = ended.count();
    if count > 0 {
        let orgs = counted(count, "org");
        warnings.push(Diagnostic::warning(
            Code::LeftOut,
            format!("in {orgs} something has ended by `until` since the plan was reviewed ({day}): what that takes away is left to the next plan"),
        ));
    }
}
