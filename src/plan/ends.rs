//! What `until` does to one run: what has ended, and what of that waits.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::guardrails::{Allowances, Breach, Guardrail};
use super::kinds::Kind;
use super::matching::OrgPair;
use super::step::Step;
use crate::desired::model::{DesiredOrg, StatusGoal};
use crate::diagnostic::{Code, Diagnostic, Span, Warnings, counted};
use crate::ids::{OrgIndex, OrgSet, ProductId, Status};
use crate::live::LiveStatus;

/// So many are named of what is left out.
const NAMED: usize = 3;

/// Orgs in which what has ended is left as it is, because taking it away would breach a limit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Postponed {
    products: OrgSet,
    status: OrgSet,
}

/// What has ended, is there all the same, and stays for now, so that an account without a step needn't match the file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PutOff {
    /// Products, over all orgs.
    pub disablements: usize,
    /// Orgs.
    pub deactivations: usize,
}

impl PutOff {
    /// Of these orgs.
    pub(super) fn of(terms: Terms<'_>, pairs: &[&OrgPair<'_>]) -> Self {
        let mut all = Self::default();
        for pair in pairs {
            let (want, Some(live)) = (pair.desired, pair.live) else {
                continue;
            };
            let kept = terms.kept(want);
            all.disablements += kept.iter().filter(|id| live.has(id)).count();
            let waits = terms.goal(want) != want.goal(terms.today);
            all.deactivations +=
                usize::from(waits && live.status == LiveStatus::Known(Status::Active));
        }
        all
    }

    /// Whether nothing is.
    #[must_use]
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }

    /// `2 product disablements`, `1 deactivation`.
    #[must_use]
    pub fn words(self) -> Vec<String> {
        let parts = [
            (self.disablements, "product disablement"),
            (self.deactivations, "deactivation"),
        ];
        let parts = parts.into_iter().filter(|(count, _)| *count > 0);
        parts.map(|(count, what)| counted(count, what)).collect()
    }
}

/// Something that has ended: of whom, what, when, and where the file says so.
struct OverAlready<'a> {
    org: &'a str,
    product: Option<&'a ProductId>,
    until: Option<Date>,
    at: Span,
}

impl OverAlready<'_> {
    fn words(&self) -> String {
        let product = self.product.map_or_else(String::new, |id| format!(" {id}"));
        let until = self
            .until
            .map_or_else(String::new, |day| format!(" (until {day})"));
        format!("{}{product}{until}", self.org)
    }
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
        wanted: &OrgIndex<&DesiredOrg>,
        today: Date,
        warnings: &mut Warnings,
    ) -> Option<Self> {
        let mut all = Self::default();
        let mut any = false;
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
            let mut count = PutOff::default();
            let mut ended = Vec::new();
            let concerned = steps.iter().filter(|step| breach.steps.contains(&step.id));
            for step in concerned {
                let Some(want) = wanted.find(&step.org).one() else {
                    continue;
                };
                let over = want.no_longer_listed(today);
                for id in step.delta().disable.into_iter().filter(|_| products) {
                    if !over.contains(id) {
                        continue;
                    }
                    count.disablements += 1;
                    all.products.insert(&want.name, ());
                    let mut listed = want.products.iter().flatten();
                    let listed = listed.find(|product| product.id == *id);
                    ended.push(OverAlready {
                        org: want.label(),
                        product: Some(id),
                        until: listed.and_then(|product| product.until),
                        at: listed.map_or(want.origin.org, |product| want.lists_at(product)),
                    });
                }
                if status && step.kind() == Kind::Deactivate && ends_status(want, today) {
                    count.deactivations += 1;
                    all.status.insert(&want.name, ());
                    ended.push(OverAlready {
                        org: want.label(),
                        product: None,
                        until: want.until,
                        at: want.origin.until.unwrap_or(want.origin.org),
                    });
                }
            }
            if !count.is_nothing() {
                any = true;
                warnings.push(left_out(breach, count, &ended));
            }
        }
        any.then_some(all)
    }
}

fn left_out(breach: &Breach, count: PutOff, ended: &[OverAlready<'_>]) -> Diagnostic {
    let named = ended.iter().take(NAMED);
    let words: Vec<String> = named.clone().map(OverAlready::words).collect();
    let more = match ended.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let (are, them) = if ended.len() == 1 {
        ("is", "it")
    } else {
        ("are", "them")
    };
    let warning = Diagnostic::warning(
        Code::LeftOut,
        format!(
            "{} that only `until` causes {are} left out of this plan: {}{more}; with {them}, {}; --allow {}={} takes {them} in for one run",
            count.words().join(" and "),
            words.join(", "),
            breach.message,
            breach.guardrail.allowance().as_str(),
            breach.actual,
        ),
    );
    let warning = named.fold(warning, |warning, one| {
        warning.label(one.at, "it has ended")
    });
    warning.help(format!(
        "or change `{}` in the file",
        breach.guardrail.place()
    ))
}

/// What has ended since a plan was reviewed, and is there: left to the next plan.
pub(super) fn ended_since(terms: Terms<'_>, pairs: &[&OrgPair<'_>], warnings: &mut Warnings) {
    let Some(day) = terms.reviewed else {
        return;
    };
    let ended = pairs.iter().filter(|pair| {
        let want = pair.desired;
        let kept = terms.kept(want);
        let still = pair
            .live
            .is_some_and(|live| kept.iter().any(|id| live.has(id)));
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
