//! Events, the orgs that they are about, and the runs that caused them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use super::event::{Deed, LogEvent};
use crate::clock::parsed;
use crate::ids::{Match, OrgIndex, OrgName, ProductId};
use crate::plan::Kind;
use crate::receipt::{PastRun, PastStep};

/// A step and its event are as far apart at most: clocks differ, and an answer may have been long on its way.
const APART: Duration = Duration::from_secs(5 * 60);

/// What happened, and what is missing in it.
#[derive(Debug)]
pub struct Story<'a> {
    /// In the order in which the events were given.
    pub chapters: Vec<Chapter<'a>>,
    /// Steps of our own runs that no event tells of, the newest first.
    pub silent: Vec<Silence<'a>>,
}

/// An event, and what is known about it besides.
#[derive(Debug)]
pub struct Chapter<'a> {
    pub event: LogEvent,
    /// The managed org that it is about; `None` where it is about none, or can't be matched to one.
    pub org: Option<OrgName>,
    /// The run of ours that caused it, and the step of it.
    pub run: Option<(&'a PastRun, &'a PastStep)>,
}

/// A step that wrote, or may have, and of which no event tells: it is late, or was never there.
#[derive(Debug, Clone, Copy)]
pub struct Silence<'a> {
    pub run: &'a PastRun,
    pub step: &'a PastStep,
}

/// The steps of the runs, by the orgs and requests that they are about.
struct RunSteps<'a> {
    all: Vec<(&'a PastRun, &'a PastStep, Option<SystemTime>)>,
    of_org: BTreeMap<OrgName, Vec<usize>>,
    of_request: BTreeMap<&'a str, usize>,
    told: BTreeSet<usize>,
}

impl Story<'_> {
    /// The managed org that an event is about: by its id, else by its domain.
    #[must_use]
    pub fn org_of(event: &LogEvent, orgs: &OrgIndex<OrgName>) -> Option<OrgName> {
        org_of(event, orgs)
    }
}

impl<'a> Story<'a> {
    /// Puts events and runs together. `orgs` are the managed ones. Steps since `since`, and before `until`, that no event tells
    /// of are silent.
    #[must_use]
    pub fn of(
        events: Vec<LogEvent>,
        orgs: &OrgIndex<OrgName>,
        runs: &'a [PastRun],
        (since, until): (SystemTime, SystemTime),
    ) -> Self {
        let mut steps = RunSteps::of(runs, orgs);
        let mut chapters: Vec<Chapter<'a>> = events
            .into_iter()
            .map(|event| {
                let org = org_of(&event, orgs);
                Chapter {
                    event,
                    org,
                    run: None,
                }
            })
            .collect();
        // What a request's id tells goes before what time and products suggest.
        for by_request in [true, false] {
            for chapter in chapters.iter_mut().filter(|chapter| chapter.run.is_none()) {
                let org = chapter.org.clone().or_else(|| chapter.event.org.name());
                let found = if by_request {
                    steps.requested(&chapter.event, org.as_ref())
                } else {
                    steps.likely(&chapter.event, org.as_ref())
                };
                chapter.run = found.and_then(|index| steps.take(index));
            }
        }
        let mut silent = steps.silent(since, until);
        silent.sort_by(|a, b| b.step.at.cmp(&a.step.at));
        Self { chapters, silent }
    }
}

/// The managed org that an event is about: by its id, else by its domain.
pub(super) fn org_of(event: &LogEvent, orgs: &OrgIndex<OrgName>) -> Option<OrgName> {
    let id = event.org.id.clone().map(OrgName::Id);
    let domain = event.org.domain.clone().map(OrgName::Domain);
    let mut names = id.into_iter().chain(domain);
    names.find_map(|name| match orgs.find(&name) {
        Match::One(org) => Some(org.clone()),
        Match::Nobody | Match::Several => None,
    })
}

impl<'a> RunSteps<'a> {
    fn of(runs: &'a [PastRun], orgs: &OrgIndex<OrgName>) -> Self {
        let all: Vec<_> = runs
            .iter()
            .flat_map(|run| run.steps.iter().map(move |step| (run, step)))
            .filter(|(_, step)| step.trace().is_some())
            .map(|(run, step)| (run, step, parsed(&step.at)))
            .collect();
        let mut of_org: BTreeMap<OrgName, Vec<usize>> = BTreeMap::new();
        let mut of_request = BTreeMap::new();
        for (index, (_, step, _)) in all.iter().enumerate() {
            let known = orgs.find(&step.org).one();
            let org = known.unwrap_or(&step.org).clone();
            of_org.entry(org).or_default().push(index);
            if let Some(request) = &step.request_id {
                of_request.insert(request.as_str(), index);
            }
        }
        Self {
            all,
            of_org,
            of_request,
            told: BTreeSet::new(),
        }
    }

    /// The step whose request an event names, where it is about the same org.
    fn requested(&self, event: &LogEvent, org: Option<&OrgName>) -> Option<usize> {
        let org = org?;
        let mut requests = event.requests.iter();
        let index = requests.find_map(|request| self.of_request.get(request.as_str()))?;
        let same = self
            .of_org
            .get(org)
            .is_some_and(|steps| steps.contains(index));
        let step = self.all.get(*index)?.1;
        (same && !self.told.contains(index) && is_kind(step.kind, &event.deed)).then_some(*index)
    }

    /// The step nearest in time that would have left this event.
    fn likely(&self, event: &LogEvent, org: Option<&OrgName>) -> Option<usize> {
        let candidates = self.of_org.get(org?)?.iter().copied();
        let apart = |index: usize| -> Option<Duration> {
            let (run, step, at) = self.all.get(index)?;
            let begun = (*at)?;
            let ended = begun + step.took;
            let apart = if event.at < begun {
                begun.duration_since(event.at).ok()?
            } else {
                event.at.duration_since(ended).unwrap_or_default()
            };
            let fits = !self.told.contains(&index)
                && apart <= APART
                && is_client(run, event)
                && is_kind(step.kind, &event.deed)
                && has_products(step, &event.deed);
            fits.then_some(apart)
        };
        let fitting = candidates.filter_map(|index| Some((apart(index)?, index)));
        fitting.min().map(|(_, index)| index)
    }

    fn take(&mut self, index: usize) -> Option<(&'a PastRun, &'a PastStep)> {
        self.told.insert(index);
        let (run, step, _) = self.all.get(index)?;
        Some((run, step))
    }

    fn silent(&self, since: SystemTime, until: SystemTime) -> Vec<Silence<'a>> {
        let all = self.all.iter().enumerate();
        let silent = all.filter(|(index, (_, step, at))| {
            let within = at.is_some_and(|at| at >= since && at < until);
            within && leaves_event(step.kind) && !self.told.contains(index)
        });
        silent
            .map(|(_, (run, step, _))| Silence { run, step })
            .collect()
    }
}

/// Whether a step of this kind leaves an event in the Aerial org's log. Where consent is told isn't documented.
fn leaves_event(kind: Kind) -> bool {
    match kind {
        Kind::Link
        | Kind::Activate
        | Kind::Enable
        | Kind::Swap
        | Kind::Disable
        | Kind::Deactivate
        | Kind::Delete => true,
        Kind::Create | Kind::Consent | Kind::Configure => false,
    }
}

fn is_kind(kind: Kind, deed: &Deed) -> bool {
    match deed {
        Deed::Products { .. } => matches!(kind, Kind::Enable | Kind::Swap | Kind::Disable),
        Deed::Status { new, .. } => {
            let becomes = |status: &str| new.eq_ignore_ascii_case(status);
            (kind == Kind::Activate && becomes("ACTIVE"))
                || (kind == Kind::Deactivate && becomes("INACTIVE"))
        }
        Deed::Linked => kind == Kind::Link,
        Deed::DeletionRequested => kind == Kind::Delete,
        Deed::ConsentGranted => kind == Kind::Consent,
        Deed::DeletionCancelled | Deed::ConsentRevoked | Deed::Other(_) => false,
    }
}

/// Whether an event may be of a run's client: the ids are the same, or, where a token was given to the run, it is this program.
fn is_client(run: &PastRun, event: &LogEvent) -> bool {
    match &run.client {
        Some(client) => *client == event.actor.id,
        None => event.is_ours(),
    }
}

/// Whether a step changed these very products, as far as its receipt says what it found and what it left.
fn has_products(step: &PastStep, deed: &Deed) -> bool {
    let Deed::Products { added, deleted } = deed else {
        return true;
    };
    let (Some(before), Some(after)) = (&step.before, &step.after) else {
        return true;
    };
    let but = |all: &BTreeSet<ProductId>, others: &BTreeSet<ProductId>| -> BTreeSet<ProductId> {
        all.difference(others).cloned().collect()
    };
    but(after, before) == *added && but(before, after) == *deleted
}
