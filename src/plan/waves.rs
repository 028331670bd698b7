//! A plan wave by wave: what is carried out before anything of the next.

use std::collections::BTreeMap;

use super::model::{Plan, PlannedWave};
use super::step::Step;
use super::unread::UnreadOrg;
use crate::desired::model::{Desired, DesiredOrg};
use crate::ids::{OrgIndex, OrgName, Wave};

/// The steps that are carried out before anything of the next: all of a plan, or those of one wave.
#[derive(Debug, Clone)]
pub struct Leg<'a> {
    /// The wave; `None` for all of a plan.
    pub wave: Option<&'a PlannedWave>,
    pub steps: &'a [Step],
}

impl PlannedWave {
    /// All waves of a file, with those of their orgs that are unread.
    pub(super) fn all(
        desired: &Desired,
        entries: &OrgIndex<&DesiredOrg>,
        unread: &[UnreadOrg],
    ) -> Vec<Self> {
        let of = |unread: &UnreadOrg| Some(desired.wave(entries.find(&unread.org).one()?)?.place);
        let mut unread_of: BTreeMap<usize, Vec<OrgName>> = BTreeMap::new();
        for one in unread {
            if let Some(place) = of(one) {
                unread_of.entry(place).or_default().push(one.org.clone());
            }
        }
        let waves = desired.waves.iter().enumerate();
        waves
            .map(|(place, name)| Self {
                unread: unread_of.remove(&place).unwrap_or_default(),
                wave: Wave {
                    place,
                    name: name.clone(),
                },
            })
            .collect()
    }
}

impl Plan {
    /// What is carried out one after another: the waves, where they are taken in turn, else all of it at once.
    #[must_use]
    pub fn legs(&self) -> Vec<Leg<'_>> {
        if !self.in_turn {
            let steps = &self.steps;
            return vec![Leg { wave: None, steps }];
        }
        let waves = self.waves.iter();
        waves
            .map(|planned| {
                let place = planned.wave.place;
                let before = |step: &Step, last: usize| {
                    let wave = step.wave.as_ref();
                    wave.is_some_and(|wave| wave.place < last)
                };
                // The steps are in the order of the waves, by law.
                let start = self.steps.partition_point(|step| before(step, place));
                let end = self.steps.partition_point(|step| before(step, place + 1));
                Leg {
                    wave: Some(planned),
                    steps: self.steps.get(start..end).unwrap_or_default(),
                }
            })
            .collect()
    }
}
