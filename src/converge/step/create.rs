//! Creating an org, which can't be undone, brings a token that nobody sees again, and must never happen twice.

use crate::aerial::Error;
use crate::converge::account::AccountAccess;
use crate::converge::drive::{Confirmed, Convergent, Look, Unwritten};
use crate::converge::judge::{Judge, Judgement, Since};
use crate::converge::record::{Leftover, StepRecord};
use crate::ids::{Domain, OrgName};
use crate::org::{Born, OrgKeyring};
use crate::plan::change::CreateOrg;

/// What a look for an org that is to be created shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::converge) enum SeenBirth {
    /// Nobody answers to its domain.
    Absent,
    /// An org does.
    Exists,
    /// This step's write made it: Okta has answered so, and the org itself may not be asked yet.
    Born {
        /// Why its token is lost.
        lost: Option<String>,
    },
}

impl Judge for CreateOrg {
    type Seen = SeenBirth;

    fn judge(&self, seen: &SeenBirth, since: Since<'_, SeenBirth>) -> Judgement {
        match (seen, since) {
            (SeenBirth::Absent, _) => Judgement::Ready,
            (SeenBirth::Exists, Since::Nothing) => {
                Judgement::Stale("there is an org with this domain by now".to_owned())
            }
            (SeenBirth::Exists, Since::Unclear(_) | Since::Confirmed(_)) => {
                Judgement::InPlace(token_lost(
                    "the answer to its creation was lost; that it is ours is only likely, since there was none a moment before",
                ))
            }
            (SeenBirth::Born { lost: Some(why) }, _) => Judgement::InPlace(token_lost(why)),
            (SeenBirth::Born { lost: None }, _) => Judgement::InPlace(Leftover::default()),
        }
    }

    fn falls_short(&self, _: &SeenBirth, _: &SeenBirth) -> String {
        "Okta confirmed it, but the org doesn't show".to_owned()
    }

    fn note(&self, _: &SeenBirth, _: &mut StepRecord) {}

    fn is_repeatable(&self) -> bool {
        false
    }
}

/// The org is there, and what could be done in it without a person isn't.
fn token_lost(why: &str) -> Leftover {
    Leftover {
        text: Some(format!(
            "created, and its API token is lost: {why}; its admin can make another one in its Admin Console"
        )),
        ..Leftover::default()
    }
}

impl Convergent<AccountAccess<'_>> for CreateOrg {
    async fn look(
        &self,
        at: &AccountAccess<'_>,
        why: Look,
        record: &StepRecord,
    ) -> Result<SeenBirth, Error> {
        if why == Look::Settling {
            return Ok(SeenBirth::Born {
                lost: record.token_lost.clone(),
            });
        }
        let orgs = at.writers.orgs();
        let exists = orgs.exists(&self.new.domain, record.sent).await?;
        Ok(if exists {
            SeenBirth::Exists
        } else {
            SeenBirth::Absent
        })
    }

    async fn send(
        &self,
        at: &AccountAccess<'_>,
        _: &SeenBirth,
        record: &mut StepRecord,
    ) -> Result<Confirmed, Unwritten> {
        let answer = at.send(record, None).await?;
        let orgs = at.writers.orgs();
        // Before anything else of the answer is looked at: what follows may be shown.
        let born = Born::read(&answer, orgs.redactor());
        let (mut other, mut aside) = (None, None);
        // Where the token wasn't found, it may stand anywhere in the answer: in the ids of org and request as well.
        let found = matches!(&born, Ok(Born { token: Some(_), .. }));
        let asked_for = |host: &String| host == self.new.domain.as_str();
        match born {
            Ok(born) if !born.host.as_ref().is_none_or(asked_for) => {
                other = Some(elsewhere(born, orgs.keyring()).await);
            }
            Ok(Born { id, host, token }) => {
                if host.is_none() {
                    aside = Some("Okta's answer doesn't say which host the org has".to_owned());
                }
                if found {
                    record.org = OrgName::Domain(self.new.domain.clone()).with_id(id);
                }
                let stored = match &token {
                    Some(token) => orgs.keyring().store(&self.new.domain, token).await,
                    None => Err(crate::org::KeyringError(
                        "Okta's answer has none".to_owned(),
                    )),
                };
                record.token_lost = stored.err().map(|error| error.to_string());
            }
            // Whoever answered this, what became of the write shows in the org alone.
            Err(why) => return Err(Error::from(answer.unexpected(why)).into()),
        }
        let request_id = found.then(|| answer.unsealed().request_id());
        Ok(Confirmed {
            other,
            aside,
            request_id: request_id.flatten(),
            ..Confirmed::from(&answer)
        })
    }
}

/// Keeps the token of an org that was made under another host than was asked for: nobody else has it. What is to be said.
async fn elsewhere(born: Born, keyring: &dyn OrgKeyring) -> String {
    let domain = born.host.and_then(|host| Domain::from_server(&host).ok());
    // Without the token the redactor doesn't know it, and then nothing of the answer is shown.
    let (Some(domain), Some(token)) = (domain.filter(Domain::is_oktas), born.token) else {
        return "Okta has created an org under another host, and its API token is lost: look in the parent's Admin Console which, before running this again".to_owned();
    };
    let kept = match keyring.store(&domain, &token).await {
        Ok(()) => "its API token is kept as that org's".to_owned(),
        Err(why) => format!("its API token is lost: {why}"),
    };
    format!(
        "Okta has created an org under another host, {domain}, and {kept}; correct the entry's `domain` before running this again"
    )
}
