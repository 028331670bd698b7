//! Granting this account's consent on an org's own host.

use serde_json::Value as Json;

use crate::aerial::Error;
use crate::converge::account::AccountAccess;
use crate::converge::drive::{Confirmed, Convergent, Look, Unwritten};
use crate::converge::judge::{Judge, Judgement, Since};
use crate::converge::record::{Leftover, StepRecord};
use crate::plan::change::GrantConsent;

/// Okta's code for what isn't there; another 404 is no answer of this API.
const NOT_FOUND: &str = "E0000007";

/// What a look at an org's consent shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::converge) enum SeenConsent {
    /// It lets no account in.
    Nobody,
    /// It lets this account in.
    Ours,
    /// It lets another account in.
    Another(String),
    /// It has no such thing as consent to Aerial.
    NoAerial,
}

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
        let path = ["api", "v1", "org", "privacy", "aerial"];
        match reader.get(&path, &[]).await {
            Ok(grant) => match grant.get("accountId").and_then(Json::as_str) {
                Some(account) if account == self.account.as_str() => Ok(SeenConsent::Ours),
                Some(account) => Ok(SeenConsent::Another(account.to_owned())),
                None => Err(Error::Untrue(format!(
                    "what {} answers about its consent names no account, which can't be",
                    self.giver
                ))),
            },
            Err(Error::Api(error)) if error.status == 404 && error.code == NOT_FOUND => {
                Ok(SeenConsent::Nobody)
            }
            Err(Error::Api(error)) if error.status == 405 => Ok(SeenConsent::NoAerial),
            Err(error) => Err(error),
        }
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
