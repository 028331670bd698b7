//! Changing an org's status.

use crate::aerial::Error;
use crate::converge::account::OrgAccess;
use crate::converge::drive::{Confirmed, Convergent, Look, Unwritten};
use crate::converge::judge::{Judge, Judgement, Since};
use crate::converge::record::{Leftover, StepRecord};
use crate::ids::Status;
use crate::live::LiveOrg;
use crate::plan::change::SetStatus;

impl Judge for SetStatus {
    type Seen = LiveOrg;

    fn judge(&self, seen: &LiveOrg, _: Since<'_, LiveOrg>) -> Judgement {
        if seen.aerial_org && self.to == Status::Inactive {
            Judgement::Forbidden("this is the Aerial org, which is never deactivated".to_owned())
        } else if seen.status.is(self.to) {
            Judgement::InPlace(Leftover::default())
        } else if seen.status.is(self.to.opposite()) {
            Judgement::Ready
        } else {
            Judgement::Stale(format!(
                "the org's status is now `{}`",
                seen.status.as_str()
            ))
        }
    }

    fn falls_short(&self, now: &LiveOrg, _: &LiveOrg) -> String {
        format!(
            "Okta confirmed it, but the org's status reads `{}`",
            now.status.as_str()
        )
    }

    fn note(&self, _: &LiveOrg, _: &mut StepRecord) {}
}

impl Convergent<OrgAccess<'_>> for SetStatus {
    async fn look(
        &self,
        at: &OrgAccess<'_>,
        _: Look,
        record: &StepRecord,
    ) -> Result<LiveOrg, Error> {
        at.account.reader(record).org(&at.id).await
    }

    async fn send(
        &self,
        at: &OrgAccess<'_>,
        _: &LiveOrg,
        record: &mut StepRecord,
    ) -> Result<Confirmed, Unwritten> {
        let answer = at.account.send(record, None).await?;
        let org = answer.org()?;
        let other = org.id != at.id;
        Ok(Confirmed {
            aside: other.then(|| {
                format!(
                    "Okta's answer to the write is about another org, {} ({})",
                    org.domain, org.id
                )
            }),
            ..Confirmed::from(&answer)
        })
    }
}
