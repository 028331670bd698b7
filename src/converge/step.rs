//! One step: from what it changes to the file that knows how to carry that out.

mod add_products;
pub(super) mod configure;
mod consent;
mod create;
mod deletion;
pub(super) mod link;
mod products;
mod status;

use super::account::{AccountAccess, InsideAccess};
use super::drive::drive;
use super::patience::Patience;
use super::record::{Ending, StepRecord};
use super::writers::Writers;
use crate::aerial::Error;
use crate::ids::OrgId;
use crate::plan::change::Change;
use crate::plan::fields::ObjectIds;
use crate::plan::{Approved, Step};
use crate::receipt::{Outcome, StepEnded};

/// Runs one step; `told` is its org's id, if an earlier step told it. The error beside the fact is what went wrong.
pub(super) async fn run(
    approved: &Approved,
    writers: &Writers,
    patience: Patience<'_>,
    step: &Step,
    told: Option<OrgId>,
    objects: ObjectIds,
) -> (StepEnded, Option<Error>) {
    let mut record = StepRecord::of(step.org.clone(), told, patience.clock.now());
    let at = AccountAccess {
        writers,
        approved,
        step: step.id,
        patience,
    };
    let id = record.org.id().cloned();
    let record_of = &mut record;
    let ending = match (&step.change, id) {
        (Change::Create(change), _) => drive(change, &at, patience, record_of).await,
        (Change::Consent(change), _) => drive(change, &at, patience, record_of).await,
        (Change::Link(change), _) => drive(change, &at, patience, record_of).await,
        (Change::Status(change), Some(id)) => drive(change, &at.org(id), patience, record_of).await,
        (Change::Products(change), Some(id)) => {
            drive(change, &at.org(id), patience, record_of).await
        }
        (Change::AddProducts(change), Some(id)) => {
            drive(change, &at.org(id), patience, record_of).await
        }
        (Change::Configure(change), _) => {
            let inside = InsideAccess {
                account: at,
                domain: change.domain.clone(),
                told: objects,
            };
            drive(change.as_ref(), &inside, patience, record_of).await
        }
        (Change::Deletion(change), Some(id)) => {
            drive(change, &at.org(id), patience, record_of).await
        }
        (
            Change::Status(_) | Change::Products(_) | Change::AddProducts(_) | Change::Deletion(_),
            None,
        ) => Ending::said(Outcome::Failed, "the org's id never became known"),
    };
    let ended = record.ended(step, &ending, patience.clock.now());
    (ended, ending.cause)
}
