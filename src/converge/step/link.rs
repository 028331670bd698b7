//! Linking an org, which can't be undone.

use std::collections::BTreeSet;

use crate::aerial::Error;
use crate::converge::account::AccountAccess;
use crate::converge::drive::{Confirmed, Convergent, Look, Unwritten};
use crate::converge::judge::{Judge, Judgement, Since, list};
use crate::converge::record::{Leftover, StepRecord};
use crate::ids::{OrgName, ProductId, Status};
use crate::live::{LiveOrg, LiveStatus};
use crate::plan::change::Link;

/// What a look for an org shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::converge) enum SeenLink {
    /// No managed org of this name.
    Absent,
    Present(Box<LinkedOrg>),
    /// More than one managed org has the domain.
    Several,
}

/// A linked org, and what has to be known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::converge) struct LinkedOrg {
    pub(in crate::converge) org: LiveOrg,
    /// Its products, or why they can't be read; `None` where nobody asks.
    pub(in crate::converge) products: Option<Result<BTreeSet<ProductId>, String>>,
}

impl Judge for Link {
    type Seen = SeenLink;

    fn judge(&self, seen: &SeenLink, _: Since<'_, SeenLink>) -> Judgement {
        match seen {
            SeenLink::Absent => Judgement::Ready,
            SeenLink::Several => Judgement::Forbidden(format!(
                "the account has several orgs with the domain {}: name the one that is meant by its id",
                self.name
            )),
            SeenLink::Present(linked) if !self.name.is(&linked.org.name()) => {
                Judgement::Forbidden(other_org(&linked.org))
            }
            SeenLink::Present(linked) => Judgement::InPlace(leftover(self, linked)),
        }
    }

    fn falls_short(&self, now: &SeenLink, _: &SeenLink) -> String {
        match now {
            SeenLink::Present(linked) => other_org(&linked.org),
            SeenLink::Absent | SeenLink::Several => {
                "Okta confirmed it, but the org doesn't show".to_owned()
            }
        }
    }

    fn note(&self, seen: &SeenLink, record: &mut StepRecord) {
        let SeenLink::Present(linked) = seen else {
            return;
        };
        record.org = linked.org.name();
        if let Some(Ok(products)) = &linked.products {
            record.after = Some(products.clone());
        }
    }
}

fn other_org(org: &LiveOrg) -> String {
    format!(
        "Okta answered with another org, {} ({})",
        org.domain, org.id
    )
}

/// What couldn't be planned before the link, and is left to the next plan where it differs.
fn leftover(link: &Link, linked: &LinkedOrg) -> Leftover {
    let mut left = Vec::new();
    let mut unlisted = BTreeSet::new();
    match (link.after.status, &linked.org.status) {
        (Some(wanted), LiveStatus::Known(is)) if wanted != *is => left.push(format!(
            "its status is {}, the file says {}",
            is.as_str(),
            match wanted {
                Status::Active => "active",
                Status::Inactive => "inactive",
            }
        )),
        _ => {}
    }
    match (&link.after.products, &linked.products) {
        (Some(tolerance), Some(Ok(products))) => {
            unlisted = tolerance.refused(products);
            if !unlisted.is_empty() {
                left.push(format!(
                    "it has products that the file doesn't list: {}",
                    list(&unlisted)
                ));
            }
        }
        (_, Some(Err(reason))) => left.push(format!("its products can't be read: {reason}")),
        (_, Some(Ok(_)) | None) => {}
    }
    let text = format!("linked; {}; the next plan shows it", left.join("; "));
    Leftover {
        products: unlisted,
        text: (!left.is_empty()).then_some(text),
    }
}

impl Convergent<AccountAccess<'_>> for Link {
    async fn look(
        &self,
        at: &AccountAccess<'_>,
        why: Look,
        record: &StepRecord,
    ) -> Result<SeenLink, Error> {
        let found = match why {
            Look::Before => find(&self.name, at, record, false).await?,
            // The answer told the id: by it the org must show.
            Look::Settling => match record.org.id() {
                Some(id) => vec![at.reader(record).org(id).await?],
                None => find(&self.name, at, record, true).await?,
            },
            Look::AfterLost | Look::AfterRefusal => find(&self.name, at, record, true).await?,
        };
        let mut found = found.into_iter();
        match (found.next(), found.next()) {
            (None, _) => Ok(SeenLink::Absent),
            (Some(_), Some(_)) => Ok(SeenLink::Several),
            (Some(org), None) => {
                let products = match &self.after.products {
                    None => None,
                    Some(_) => match at.reader(record).products(&org.id).await {
                        Ok(products) => Some(Ok(products.into_keys().collect())),
                        // An org that was linked a moment ago may need one to show.
                        Err(Error::Api(error)) if error.status == 404 && why == Look::Settling => {
                            return Err(Error::Api(error));
                        }
                        Err(error) => Some(Err(error.to_string())),
                    },
                };
                Ok(SeenLink::Present(Box::new(LinkedOrg { org, products })))
            }
        }
    }

    async fn send(
        &self,
        at: &AccountAccess<'_>,
        _: &SeenLink,
        record: &mut StepRecord,
    ) -> Result<Confirmed, Unwritten> {
        let answer = at.send(record, None).await?;
        let org = answer.org()?;
        let ours = self.name.is(&org.name());
        if ours {
            record.org = org.name();
        }
        Ok(Confirmed {
            other: (!ours).then(|| other_org(&org)),
            ..Confirmed::from(&answer)
        })
    }
}

/// Looks whether the org is linked. The whole list is gone through only where a link may have been made unseen, or where the
/// server takes no filter: before the first attempt the plan has just read it.
async fn find(
    name: &OrgName,
    at: &AccountAccess<'_>,
    record: &StepRecord,
    thorough: bool,
) -> Result<Vec<LiveOrg>, Error> {
    let refused = |error: &Error| matches!(error.status(), Some(400 | 403 | 404));
    match name {
        OrgName::Id(id) | OrgName::Both(id, _) => match at.reader(record).org(id).await {
            Err(error) if refused(&error) => Ok(Vec::new()),
            found => found.map(|org| vec![org]),
        },
        OrgName::Domain(domain) if thorough => at.reader(record).orgs_by_domain(domain).await,
        OrgName::Domain(domain) => match at.reader(record).orgs_by_filter(domain).await {
            // The filter was refused, which says nothing about the org.
            Err(error) if refused(&error) => at.reader(record).orgs_by_domain(domain).await,
            found => found,
        },
    }
}
