//! Asking for an org's deletion. Okta's answer is all there is to see: the org stays in the list until it is gone.

use crate::aerial::Error;
use crate::converge::account::OrgAccess;
use crate::converge::drive::{Confirmed, Convergent, Look, Unwritten};
use crate::converge::judge::{Judge, Judgement, Since};
use crate::converge::record::{Leftover, StepRecord};
use crate::ids::Status;
use crate::live::LiveOrg;
use crate::plan::change::RequestDeletion;

impl Judge for RequestDeletion {
    /// `None` for an org that is no longer managed.
    type Seen = Option<LiveOrg>;

    fn judge(&self, seen: &Self::Seen, since: Since<'_, Self::Seen>) -> Judgement {
        match seen {
            None => Judgement::InPlace(Leftover::default()),
            Some(org) if org.aerial_org => {
                Judgement::Forbidden("this is the Aerial org, which is never deleted".to_owned())
            }
            Some(org) if !org.status.is(Status::Inactive) => {
                Judgement::Stale(format!("the org's status is now `{}`", org.status.as_str()))
            }
            Some(_) => match since {
                Since::Confirmed(_) => Judgement::InPlace(Leftover::default()),
                Since::Nothing | Since::Unclear(_) => Judgement::Ready,
            },
        }
    }

    fn falls_short(&self, now: &Self::Seen, _: &Self::Seen) -> String {
        let status = now.as_ref().map_or("gone", |org| org.status.as_str());
        format!("Okta confirmed it, but the org's status reads `{status}`")
    }

    fn note(&self, _: &Self::Seen, _: &mut StepRecord) {}

    /// Nothing shows of a request that Okta heard: asking again could only be refused.
    fn is_repeatable(&self) -> bool {
        false
    }

    fn shows(&self) -> bool {
        false
    }
}

impl Convergent<OrgAccess<'_>> for RequestDeletion {
    async fn look(
        &self,
        at: &OrgAccess<'_>,
        _: Look,
        record: &StepRecord,
    ) -> Result<Self::Seen, Error> {
        match at.account.reader(record).org(&at.id).await {
            Ok(org) => Ok(Some(org)),
            Err(Error::Api(error)) if error.status == 404 => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn send(
        &self,
        at: &OrgAccess<'_>,
        _: &Self::Seen,
        record: &mut StepRecord,
    ) -> Result<Confirmed, Unwritten> {
        let answer = at.account.send(record, None).await?;
        Ok(Confirmed::from(&answer))
    }
}
