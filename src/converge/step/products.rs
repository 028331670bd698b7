//! Replacing an org's products: the PUT takes the whole set.

use std::collections::BTreeSet;

use crate::aerial::Error;
use crate::converge::account::OrgAccess;
use crate::converge::drive::{Confirmed, Convergent, Look, Unwritten};
use crate::converge::judge::{Judge, Judgement, Since, answered_otherwise, differs};
use crate::converge::record::{Leftover, StepRecord};
use crate::ids::ProductId;
use crate::plan::change::ReplaceProducts;

impl Judge for ReplaceProducts {
    type Seen = BTreeSet<ProductId>;

    fn judge(&self, seen: &Self::Seen, _: Since<'_, Self::Seen>) -> Judgement {
        if *seen == self.after {
            Judgement::InPlace(Leftover::default())
        } else if *seen == self.before {
            Judgement::Ready
        } else {
            let clause = "the org has changed since the plan was made";
            Judgement::Stale(differs(clause, &self.before, seen))
        }
    }

    fn falls_short(&self, now: &Self::Seen, _: &Self::Seen) -> String {
        differs("the org isn't as Okta confirmed", &self.after, now)
    }

    fn note(&self, seen: &Self::Seen, record: &mut StepRecord) {
        record.products(seen);
    }

    fn refusal_is_final(&self) -> bool {
        false
    }
}

impl Convergent<OrgAccess<'_>> for ReplaceProducts {
    /// The products alone: they are all that the PUT changes, and what it must not overwrite. A status, a domain or an Aerial
    /// org that changed since the plan isn't noticed, and needn't be: the request is addressed by the org's id, it is as right
    /// for an inactive org or one with another domain, and an org that is no longer managed answers 404. A second request a
    /// step would tell nothing that could make the write a wrong one.
    async fn look(
        &self,
        at: &OrgAccess<'_>,
        _: Look,
        record: &StepRecord,
    ) -> Result<Self::Seen, Error> {
        let products = at.account.reader(record).products(&at.id).await?;
        Ok(products.into_keys().collect())
    }

    async fn send(
        &self,
        at: &OrgAccess<'_>,
        _: &Self::Seen,
        record: &mut StepRecord,
    ) -> Result<Confirmed, Unwritten> {
        let answer = at.account.send(record, None).await?;
        let answered = answer.products()?;
        let aside = answered_otherwise(&self.after, &answered);
        record.after = Some(answered);
        Ok(Confirmed {
            aside,
            ..Confirmed::from(&answer)
        })
    }
}
