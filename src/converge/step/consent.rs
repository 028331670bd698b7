//! Granting this account's consent on an org's own host.

use crate::aerial::Error;
use crate::converge::account::AccountAccess;
use crate::converge::drive::{Confirmed, Convergent, Look, Unwritten};
use crate::converge::judge::{Judge, Judgement, Since};
use crate::converge::record::{Leftover, StepRecord};
use crate::org::SeenConsent;
use crate::plan::change::GrantConsent;

impl Judge for GrantConsent {
    type Seen = SeenConsent;

    fn judge(&self, seen: &SeenConsent, _: Since<'_, SeenConsent>) -> Judgement {
        match seen {
            SeenConsent::Nobody => Judgement::Ready,
            SeenConsent::Ours => Judgement::InPlace(Leftover::default()),
            SeenConsent::Another(account) => Judgement::Forbidden(format!(
                "{} has consented to another Aerial account, {account}: an org belongs to one at most",
                self.giver
            )),
            SeenConsent::NoAerial => Judgement::Forbidden(format!(
                "{} has no Aerial: Okta has to enable it for this org first",
                self.giver
            )),
        }
    }

    fn falls_short(&self, now: &SeenConsent, _: &SeenConsent) -> String {
        match now {
            SeenConsent::Another(account) => {
                format!("Okta confirmed it, but the org's consent is for the account {account}")
            }
            SeenConsent::Nobody | SeenConsent::Ours | SeenConsent::NoAerial => {
                "Okta confirmed it, but the org's consent doesn't show".to_owned()
            }
        }
    }

    fn note(&self, _: &SeenConsent, _: &mut StepRecord) {}
}

impl Convergent<AccountAccess<'_>> for GrantConsent {
    async fn look(
        &self,
        at: &AccountAccess<'_>,
        _: Look,
        record: &StepRecord,
    ) -> Result<SeenConsent, Error> {
        let writer = at.writers.orgs().life_writer(&self.giver).await?;
        let reader = if record.sent {
            writer.verifier()
        } else {
            writer.reader()
        };
        reader.consent(&self.giver, &self.account).await
    }

    async fn send(
        &self,
        at: &AccountAccess<'_>,
        _: &SeenConsent,
        record: &mut StepRecord,
    ) -> Result<Confirmed, Unwritten> {
        let answer = at.send(record, None).await?;
        Ok(Confirmed::from(&answer))
    }
}
