//! What the System Log tells of the deletions of orgs.

use super::event::{Deed, EventResult, LogEvent, LoggedOrg};
use crate::ids::{Match, OrgIndex, OrgName};
use crate::plan::{DeletionTold, Deletions};

/// The search for the requests to delete some orgs, in events from the newest backwards.
///
/// Of each org the newest event that settles it counts: a request, the cancelling of one, or that it was active, before which
/// no request for what is inactive now can have been made. That it was set to what it was already settles nothing.
#[derive(Debug)]
pub struct DeletionSearch {
    open: Vec<OrgName>,
    by_name: OrgIndex<usize>,
    orgs: OrgIndex<OrgName>,
    settled: Vec<Option<LoggedRequest>>,
    left: usize,
}

/// What an event says of an org.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LoggedRequest {
    Asked,
    NotAsked,
    /// It was active, and nothing says who made it inactive after that: the log lacks something.
    Active,
    Doubt(&'static str),
}

impl DeletionSearch {
    /// A search for the deletions of `open`; `orgs` has all managed orgs by any of their names.
    #[must_use]
    pub fn of(open: Vec<OrgName>, orgs: OrgIndex<OrgName>) -> Self {
        let names = open.iter().cloned().zip(0..);
        Self {
            by_name: names.collect(),
            settled: vec![None; open.len()],
            left: open.len(),
            open,
            orgs,
        }
    }

    /// Whether all of them are settled: older events tell nothing more.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.left == 0
    }

    /// Looks at the next older event.
    pub fn see(&mut self, event: &LogEvent) {
        let Some(found) = finding(event) else {
            return;
        };
        let is_request = matches!(found, LoggedRequest::Asked | LoggedRequest::Doubt(_));
        let named: Vec<&LoggedOrg> = [&event.org].into_iter().chain(&event.others).collect();
        if is_request && named.iter().all(|org| org.name().is_none()) {
            let doubt =
                LoggedRequest::Doubt("has a request for a deletion that doesn't say of which org");
            (0..self.open.len()).for_each(|at| self.settle(at, doubt));
            return;
        }
        for org in named {
            if let Some((at, is_sure)) = self.about(org) {
                if is_sure {
                    self.settle(at, found);
                } else if is_request {
                    let doubt = "has a request for an org of its domain that may be another one";
                    self.settle(at, LoggedRequest::Doubt(doubt));
                }
            }
        }
    }

    /// Which of the orgs it is, and whether it can be no other.
    fn about(&self, org: &LoggedOrg) -> Option<(usize, bool)> {
        let id = org.id.clone().map(OrgName::Id);
        if let Some(at) = id.and_then(|id| self.by_name.find(&id).one()) {
            return Some((*at, true));
        }
        let domain = OrgName::Domain(org.domain.clone()?);
        let at = *self.by_name.find(&domain).one()?;
        let is_one = matches!(self.orgs.find(&domain), Match::One(_));
        Some((at, org.id.is_none() && is_one))
    }

    fn settle(&mut self, at: usize, found: LoggedRequest) {
        if let Some(place) = self.settled.get_mut(at)
            && place.is_none()
        {
            *place = Some(found);
            self.left -= 1;
        }
    }

    /// Takes note of what was found. Where something of the log couldn't be read, it proves of no org that nobody asked.
    pub fn tell(self, is_whole: bool, deletions: &mut Deletions) {
        for (org, found) in self.open.iter().zip(self.settled) {
            match found {
                Some(LoggedRequest::Asked) => deletions.note(org, DeletionTold::Asked),
                Some(LoggedRequest::NotAsked) if is_whole => {
                    deletions.note(org, DeletionTold::NotAsked);
                }
                Some(LoggedRequest::Doubt(what)) => {
                    deletions.doubt(org, format!("the System Log {what}"));
                }
                Some(LoggedRequest::NotAsked | LoggedRequest::Active) | None => {}
            }
        }
    }
}

fn finding(event: &LogEvent) -> Option<LoggedRequest> {
    match (&event.deed, event.result) {
        (_, EventResult::Failed) => None,
        (Deed::DeletionRequested, EventResult::Done) => Some(LoggedRequest::Asked),
        (Deed::DeletionRequested, EventResult::Unknown) => Some(LoggedRequest::Doubt(
            "has a request for it, and doesn't say what came of it",
        )),
        (Deed::DeletionCancelled, EventResult::Done) => Some(LoggedRequest::NotAsked),
        (Deed::Status { old, new }, EventResult::Done) => {
            if new.eq_ignore_ascii_case("ACTIVE") {
                return Some(LoggedRequest::Active);
            }
            let stopped =
                old.eq_ignore_ascii_case("ACTIVE") && new.eq_ignore_ascii_case("INACTIVE");
            stopped.then_some(LoggedRequest::NotAsked)
        }
        (
            Deed::DeletionCancelled
            | Deed::Status { .. }
            | Deed::Products { .. }
            | Deed::Linked
            | Deed::ConsentGranted
            | Deed::ConsentRevoked
            | Deed::Other(_),
            _,
        ) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::tests::{event, roster};
    use crate::ids::{Domain, OrgId};
    use crate::plan::DeletionTold::{Asked, NotAsked, Nothing, Unsure};
    use crate::plan::world::org;

    fn status(old: &str, new: &str) -> LogEvent {
        let (old, new) = (old.to_owned(), new.to_owned());
        event(1, "a", Deed::Status { old, new })
    }

    fn with(result: EventResult, event: LogEvent) -> LogEvent {
        LogEvent { result, ..event }
    }

    fn about(id: Option<&str>, domain: Option<&str>, event: LogEvent) -> LogEvent {
        let org = LoggedOrg {
            id: id.map(|id| OrgId::parse(id).unwrap()),
            domain: domain.map(|domain| Domain::parse(domain).unwrap()),
        };
        LogEvent { org, ..event }
    }

    /// What the log tells of `a.okta.com`, `00oa`, the events from the newest backwards.
    fn told(events: &[LogEvent], is_whole: bool) -> DeletionTold {
        let name = org("a", "").name();
        let mut search = DeletionSearch::of(vec![name.clone()], roster(&["a", "b"]));
        events.iter().for_each(|event| search.see(event));
        let mut deletions = Deletions::default();
        search.tell(is_whole, &mut deletions);
        deletions.of(&name)
    }

    #[test]
    fn the_newest_event_that_settles_an_org_tells_of_its_deletion() {
        let asked = || event(1, "a", Deed::DeletionRequested);
        let cancelled = || event(1, "a", Deed::DeletionCancelled);
        let stopped = || status("ACTIVE", "INACTIVE");
        let doubtful = |event| with(EventResult::Unknown, event);
        let failed = |event| with(EventResult::Failed, event);
        let elsewhere = |event| about(Some("00oOther"), Some("a.okta.com"), event);
        let nowhere = |event| about(None, None, event);
        let beside = |event: LogEvent| LogEvent {
            others: vec![event.org.clone()],
            ..about(Some("00ob"), Some("b.okta.com"), event)
        };
        for (name, events, is) in [
            ("nothing", vec![], Nothing),
            ("a link", vec![event(1, "a", Deed::Linked)], Nothing),
            (
                "another's",
                vec![event(1, "b", Deed::DeletionRequested)],
                Nothing,
            ),
            ("its deactivation", vec![stopped()], NotAsked),
            (
                "by id",
                vec![about(Some("00oa"), None, asked()), stopped()],
                Asked,
            ),
            ("asked", vec![asked(), stopped()], Asked),
            ("cancelled", vec![cancelled(), asked(), stopped()], NotAsked),
            ("failed", vec![failed(asked()), stopped()], NotAsked),
            (
                "a cancelling that failed",
                vec![failed(cancelled()), asked()],
                Asked,
            ),
            (
                "one that may have",
                vec![doubtful(cancelled()), asked()],
                Asked,
            ),
            ("no answer", vec![doubtful(asked()), stopped()], Unsure),
            (
                "set again",
                vec![status("INACTIVE", "INACTIVE"), asked()],
                Asked,
            ),
            (
                "set again, no more",
                vec![status("INACTIVE", "INACTIVE")],
                Nothing,
            ),
            (
                "set to something",
                vec![status("", "INACTIVE"), asked()],
                Asked,
            ),
            (
                "set to anything",
                vec![status("ACTIVE", "FROZEN"), asked()],
                Asked,
            ),
            (
                "a deactivation that may have been",
                vec![doubtful(stopped()), asked()],
                Asked,
            ),
            // Nothing says who made it inactive after that.
            (
                "active",
                vec![status("INACTIVE", "ACTIVE"), asked()],
                Nothing,
            ),
            (
                "still active",
                vec![status("ACTIVE", "ACTIVE"), asked()],
                Nothing,
            ),
            ("of no org", vec![nowhere(asked()), stopped()], Unsure),
            (
                "of no org before",
                vec![stopped(), nowhere(asked())],
                NotAsked,
            ),
            ("of a namesake", vec![elsewhere(asked()), stopped()], Unsure),
            (
                "a namesake's end",
                vec![elsewhere(stopped()), asked()],
                Asked,
            ),
            ("among others", vec![beside(asked()), stopped()], Asked),
        ] {
            assert_eq!(told(&events, true), is, "{name}");
            // Where something of the log can't be read, it may be a request.
            let is = if is == NotAsked { Nothing } else { is };
            assert_eq!(told(&events, false), is, "{name}, and there is more");
        }
    }

    #[test]
    fn a_domain_that_two_orgs_have_tells_of_neither_that_nobody_asked() {
        let open = org("a", "").name();
        let twin = OrgName::of(OrgId::parse("00oTwin").ok(), open.domain().cloned()).unwrap();
        let orgs = [open.clone(), twin];
        let orgs = orgs.into_iter().map(|name| (name.clone(), name)).collect();
        let mut search = DeletionSearch::of(vec![open.clone()], orgs);
        search.see(&status("ACTIVE", "INACTIVE"));
        assert!(!search.is_done());
        search.see(&event(1, "a", Deed::DeletionRequested));
        assert!(search.is_done());
        let mut deletions = Deletions::default();
        search.tell(true, &mut deletions);
        assert_eq!(deletions.of(&open), Unsure);
    }
}
