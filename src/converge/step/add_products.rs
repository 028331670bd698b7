//! Adding products to an org that was linked a moment before. What it has stays, whatever the file says: no reviewer saw it.

use std::collections::BTreeSet;

use crate::aerial::Error;
use crate::converge::account::OrgAccess;
use crate::converge::drive::{Confirmed, Convergent, Look, Unwritten};
use crate::converge::judge::{Judge, Judgement, Since, answered_otherwise, differs, list};
use crate::converge::patience::SETTLE;
use crate::converge::record::{Leftover, StepRecord};
use crate::ids::ProductId;
use crate::plan::change::AddProducts;

impl Judge for AddProducts {
    type Seen = BTreeSet<ProductId>;

    fn judge(&self, seen: &Self::Seen, since: Since<'_, Self::Seen>) -> Judgement {
        if !self.enable.is_subset(seen) {
            return Judgement::Ready;
        }
        // A write of this step that took something away isn't what anybody wanted.
        if let Some(before) = since.before().filter(|before| !before.is_subset(seen)) {
            let kept = before.union(&self.enable).cloned().collect();
            return Judgement::Stale(differs("the org isn't as it should be", &kept, seen));
        }
        let unlisted: BTreeSet<ProductId> = seen.difference(&self.enable).cloned().collect();
        let products = self.tolerance.refused(&unlisted);
        let text = (!products.is_empty()).then(|| {
            format!(
                "it was linked with products that the file doesn't list: {}; the next plan shows them",
                list(&products)
            )
        });
        Judgement::InPlace(Leftover { products, text })
    }

    fn falls_short(&self, now: &Self::Seen, before: &Self::Seen) -> String {
        let goal: BTreeSet<ProductId> = before.union(&self.enable).cloned().collect();
        differs("the org isn't as Okta confirmed", &goal, now)
    }

    fn note(&self, seen: &Self::Seen, record: &mut StepRecord) {
        record.products(seen);
    }

    fn refusal_is_final(&self) -> bool {
        false
    }
}

impl Convergent<OrgAccess<'_>> for AddProducts {
    /// An org that was linked a moment ago may need one to show.
    async fn look(
        &self,
        at: &OrgAccess<'_>,
        _: Look,
        record: &StepRecord,
    ) -> Result<Self::Seen, Error> {
        let mut pauses = SETTLE.into_iter();
        loop {
            let products = at.account.reader(record).products(&at.id).await;
            match (products, pauses.next()) {
                (Err(Error::Api(error)), Some(pause))
                    if error.status == 404 && !at.account.patience.is_over() =>
                {
                    at.account.patience.sleep(pause).await;
                }
                (products, _) => return Ok(products?.into_keys().collect()),
            }
        }
    }

    async fn send(
        &self,
        at: &OrgAccess<'_>,
        seen: &Self::Seen,
        record: &mut StepRecord,
    ) -> Result<Confirmed, Unwritten> {
        let answer = at.account.send(record, Some(seen)).await?;
        let answered = answer.products()?;
        let aside = answered_otherwise(&seen.union(&self.enable).cloned().collect(), &answered);
        record.after = Some(answered);
        Ok(Confirmed {
            aside,
            ..Confirmed::from(&answer)
        })
    }
}
