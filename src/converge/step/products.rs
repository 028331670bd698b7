//! Replacing an org's products: the PUT takes the whole set.

use std::collections::BTreeSet;

use crate::aerial::Error;
use crate::converge::account::OrgAccess;
use crate::converge::drive::{Confirmed, Convergent, Look, Unwritten};
use crate::converge::judge::{Judge, Judgement, Since, differs};
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
        record.after = Some(answer.products()?);
        Ok(Confirmed::from(&answer))
    }
}
