//! What else the account has: its org groups and its templates of request conditions. Not every account answers for them, and
//! how they are listed Okta doesn't say: what isn't known is a sentence, and never a failure.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use reqwest::Url;

use super::error::{Error, Operation};
use super::pages::Pages;
use super::reader::Reader;
use super::wire::{self, clipped};
use crate::ids::OrgId;
use crate::live::{AccountSurroundings, LiveGroup, LiveTemplate};

/// The orgs of so many groups are read, at a request or more each.
const MAX_GROUPS: usize = 50;

/// The statuses that say that an account or a token has no such thing.
const NOT_OFFERED: [u16; 6] = [400, 403, 404, 405, 410, 501];

impl Reader {
    /// Org groups with their orgs, and templates of request conditions.
    ///
    /// # Errors
    /// When the run is to end, and for no other reason.
    pub async fn surroundings(&self) -> Result<AccountSurroundings, Error> {
        let (groups, templates) = tokio::join!(self.groups(), self.templates());
        Ok(AccountSurroundings {
            groups: told("org groups", groups)?,
            templates: told("templates of request conditions", templates)?,
        })
    }

    async fn groups(&self) -> Result<Vec<LiveGroup>, Error> {
        let url = self.endpoint.url(&["orgGroups"]);
        let served: Vec<wire::ServedGroup> = self.everything(&url).await?;
        let read = served.iter().take(MAX_GROUPS);
        let read = join_all(read.map(|group| self.members(&group.id))).await;
        let mut read = read.into_iter();
        let mut groups = Vec::with_capacity(served.len());
        for group in served {
            let orgs = match read.next() {
                Some(orgs) => told("the orgs of an org group", orgs)?,
                None => Err(format!(
                    "the orgs of the first {MAX_GROUPS} org groups are read, and no others"
                )),
            };
            groups.push(LiveGroup {
                id: clipped(group.id),
                name: group.name.map_or_else(String::new, clipped),
                description: group.description.map_or_else(String::new, clipped),
                orgs,
            });
        }
        groups.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        Ok(groups)
    }

    async fn members(&self, group: &str) -> Result<BTreeSet<OrgId>, Error> {
        let mut url = self.endpoint.url(&["orgGroups", group, "orgs"]);
        url.query_pairs_mut()
            .append_pair("limit", super::reader::PAGE);
        let members: Vec<wire::ServedMember> = self.everything(&url).await?;
        let ids = members.into_iter().map(|org| {
            OrgId::parse(&org.id).map_err(|reason| {
                Error::Untrue(format!("the org id `{}` {reason}", clipped(org.id.clone())))
            })
        });
        ids.collect()
    }

    async fn templates(&self) -> Result<Vec<LiveTemplate>, Error> {
        let url = self
            .endpoint
            .governance_url(&["request-condition-templates"]);
        let served: Vec<wire::ServedTemplate> = self.everything(&url).await?;
        let templates = served.into_iter().map(|one| LiveTemplate {
            id: clipped(one.id),
            name: one
                .request_condition
                .and_then(|condition| condition.name)
                .map_or_else(String::new, clipped),
            state: one.apply_status.map_or_else(String::new, clipped),
        });
        let mut templates: Vec<LiveTemplate> = templates.collect();
        templates.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        Ok(templates)
    }

    async fn everything<T: serde::de::DeserializeOwned>(
        &self,
        first: &Url,
    ) -> Result<Vec<T>, Error> {
        let asked = self.asked(Operation::ReadSurroundings, first);
        Pages::new(&self.transport, asked, |answer| answer.json())
            .all()
            .await
    }
}

/// What was read, or why it wasn't, in words.
fn told<T>(what: &str, read: Result<T, Error>) -> Result<Result<T, String>, Error> {
    match read {
        Ok(read) => Ok(Ok(read)),
        Err(error) if error.is_interruption() => Err(error),
        Err(Error::Api(error)) if NOT_OFFERED.contains(&error.status) => Ok(Err(format!(
            "{what}: the account doesn't answer for them ({})",
            error.status
        ))),
        Err(error) => Ok(Err(format!("{what}: {error}"))),
    }
}
