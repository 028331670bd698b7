//! Making or changing an object inside of an org: read it, put the listed fields in it, send it, read it again.

use crate::aerial::Error;
use crate::converge::account::InsideAccess;
use crate::converge::drive::{Confirmed, Convergent, Look, Unwritten};
use crate::converge::judge::{Judge, Judgement, Since};
use crate::converge::record::{Leftover, StepRecord};
use crate::ids::Collection;
use crate::inside::{InsideObject, Ranked};
use crate::plan::Known;
use crate::plan::change::{Configure, ObjectSight};
use crate::plan::fields::{FieldChange, ObjectIds, differences};
use crate::plan::places::listed_priority;

/// The field with an object's place in its list. Okta moves what stands in the way of another: that it isn't where the plan saw it
/// is nobody's change.
const PRIORITY: &str = "priority";

/// What a look at an object shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::converge) struct SeenObject {
    /// All objects of the name.
    pub(in crate::converge) objects: Vec<InsideObject>,
    /// The ids of what it needs, as far as they are known by now.
    pub(in crate::converge) ids: ObjectIds,
    /// All that stands in its list, where its number alone doesn't say whether it is in its place.
    pub(in crate::converge) list: Vec<Ranked>,
}

impl SeenObject {
    fn one(&self) -> Option<&InsideObject> {
        self.objects.first()
    }

    fn differences(&self, change: &Configure) -> Vec<FieldChange> {
        let mut differ = differences(&change.listed, &self.ids, self.one());
        if self.is_in_place(change) {
            differ.retain(|field| field.path != PRIORITY);
        }
        differ
    }

    fn is_in_place(&self, change: &Configure) -> bool {
        let Some(one) = self.one() else {
            return false;
        };
        let place = change.place.as_ref();
        one.system || place.is_some_and(|place| place.holds(change.object.name(), &self.list))
    }
}

impl Judge for Configure {
    type Seen = SeenObject;

    fn judge(&self, seen: &SeenObject, since: Since<'_, SeenObject>) -> Judgement {
        let object = &self.object;
        if let [one, other, ..] = seen.objects.as_slice() {
            let id = |object: &InsideObject| object.id.clone().unwrap_or_default();
            return Judgement::Forbidden(format!(
                "the org has {object} twice: {} and {}",
                id(one),
                id(other)
            ));
        }
        let differ = seen.differences(self);
        let is_there = seen.one().is_some();
        if is_there && differ.is_empty() {
            return Judgement::InPlace(Leftover::default());
        }
        // Okta's PUT replaces the object: what isn't listed is sent as well.
        let unkept = seen.one().filter(|_| self.alters());
        if let Some(path) = unkept.and_then(|there| self.unkept(&there.body)) {
            return Judgement::Forbidden(format!(
                "{object} has a number in {path} that can't be written back as it is, so it is left alone"
            ));
        }
        let paths = || {
            let paths: Vec<&str> = differ.iter().map(|field| field.path.as_str()).collect();
            paths.join(", ")
        };
        match (&self.sight, seen.one()) {
            (ObjectSight::There(_), None) => {
                Judgement::Stale(format!("{object} isn't there any more"))
            }
            (ObjectSight::There(_), Some(_)) if self.is_as_planned(&differ) => Judgement::Ready,
            (ObjectSight::There(_), Some(_)) => Judgement::Stale(format!(
                "{object} has changed since the plan was made; it differs in {}",
                paths()
            )),
            (ObjectSight::Missing | ObjectSight::Unseen { system: false }, None) => {
                Judgement::Ready
            }
            // What this step has just made may not show all of it yet.
            (ObjectSight::Missing | ObjectSight::Unseen { system: false }, Some(_))
                if matches!(since, Since::Confirmed(_)) =>
            {
                Judgement::Ready
            }
            (ObjectSight::Missing, Some(_)) => Judgement::Stale(format!(
                "{object} has come into being since the plan was made; it differs in {}",
                paths()
            )),
            (ObjectSight::Unseen { system: true }, Some(_)) => Judgement::Ready,
            (ObjectSight::Unseen { system: true }, None) => Judgement::Forbidden(format!(
                "the org lacks {object}, which comes from Okta and can't be made"
            )),
            (ObjectSight::Unseen { system: false }, Some(_)) => Judgement::InPlace(Leftover {
                text: Some(format!(
                    "{object} is there already and differs in {}; it is left to the next plan",
                    paths()
                )),
                ..Leftover::default()
            }),
        }
    }

    fn falls_short(&self, now: &SeenObject, _: &SeenObject) -> String {
        let object = &self.object;
        if now.one().is_none() {
            return format!("Okta confirmed it, but {object} doesn't show");
        }
        let differ = now.differences(self);
        // Okta passes over a field that it doesn't know, and confirms the rest.
        let (untaken, differ): (Vec<_>, Vec<_>) = differ
            .iter()
            .partition(|field| field.before.is_none() && !field.after.is_null());
        let paths = |fields: &[&FieldChange], quote: &str| {
            let paths = fields
                .iter()
                .map(|field| format!("{quote}{}{quote}", field.path));
            paths.collect::<Vec<String>>().join(", ")
        };
        let differs = (!differ.is_empty()).then(|| format!("it differs in {}", paths(&differ, "")));
        let passed_over = (!untaken.is_empty()).then(|| {
            let them = if untaken.len() == 1 { "it" } else { "them" };
            format!(
                "Okta took no {}: does another word, or another place, hold for {them}?",
                paths(&untaken, "`")
            )
        });
        let parts: Vec<String> = differs.into_iter().chain(passed_over).collect();
        format!("{object} isn't as Okta confirmed: {}", parts.join("; "))
    }

    fn note(&self, seen: &SeenObject, record: &mut StepRecord) {
        if let [one] = seen.objects.as_slice()
            && let Some(id) = &one.id
        {
            record.object = Some((self.object.clone(), id.clone()));
        }
        if seen.one().is_some() && !record.acted {
            record.found.get_or_insert_with(|| seen.differences(self));
        }
    }

    /// Of bookmark apps several may have one label: a second one would be made beside the first.
    fn is_repeatable(&self) -> bool {
        self.alters() || self.object.collection() != Collection::BookmarkApps
    }
}

impl Configure {
    /// Whether the object differs as the plan saw it, its place aside.
    fn is_as_planned(&self, now: &[FieldChange]) -> bool {
        let counts = |field: &&FieldChange| self.place.is_none() || field.path != PRIORITY;
        let planned = self.fields.iter().filter(counts);
        planned.eq(now.iter().filter(counts))
    }
}

impl Convergent<InsideAccess<'_>> for Configure {
    async fn look(
        &self,
        at: &InsideAccess<'_>,
        _: Look,
        record: &StepRecord,
    ) -> Result<SeenObject, Error> {
        let mut ids = self.ids.clone();
        ids.extend(at.told.clone());
        let policy = self.object.policy_of_rule();
        let policy = policy.and_then(|policy| ids.get(&policy).cloned());
        let known = match (&self.sight, &record.object) {
            (ObjectSight::There(id), _) => id.as_deref(),
            (_, Some((_, id))) if record.acted => Some(id.as_str()),
            _ => None,
        };
        let reader = at.reader(record).await?;
        let objects = reader
            .object(&self.object, known, policy.as_deref())
            .await?;
        let wanted = self.place.as_ref().map(|place| place.priority);
        let elsewhere = |object: &InsideObject| listed_priority(&object.body) != wanted;
        let list = if wanted.is_some() && objects.iter().any(elsewhere) {
            reader.places(&self.object, policy.as_deref()).await?
        } else {
            Vec::new()
        };
        Ok(SeenObject { objects, ids, list })
    }

    async fn send(
        &self,
        at: &InsideAccess<'_>,
        seen: &SeenObject,
        record: &mut StepRecord,
    ) -> Result<Confirmed, Unwritten> {
        let mut ids = seen.ids.clone();
        let own = seen.one().and_then(|object| object.id.clone());
        ids.extend(own.map(|id| (self.object.clone(), id)));
        let known = Known {
            org: record.org.id(),
            object: seen.one().map(|object| &object.body),
            objects: Some(&ids),
            ..Known::default()
        };
        let answer = at.account.send_with(known).await?;
        let single = self.object.collection().is_single();
        if let Some(id) = answer.id().filter(|_| !single) {
            record.object = Some((self.object.clone(), id));
        }
        let before = seen.one().filter(|_| self.alters());
        let beside = before.zip(answer.body());
        let beside = beside.map(|(before, now)| self.beside(&before.body, &now));
        Ok(Confirmed {
            aside: beside.as_deref().and_then(told),
            ..Confirmed::from(&answer)
        })
    }
}

/// What a write has changed beside what it is for.
fn told(beside: &[String]) -> Option<String> {
    const SHOWN: usize = 5;
    let more = match beside.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let shown: Vec<&str> = beside.iter().take(SHOWN).map(String::as_str).collect();
    (!shown.is_empty()).then(|| {
        format!(
            "Okta has also changed what isn't listed: {}{more}",
            shown.join(", ")
        )
    })
}
