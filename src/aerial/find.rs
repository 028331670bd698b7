//! Finds managed orgs by their names, without reading the whole account where that can be helped.

use std::collections::BTreeMap;
use std::sync::Arc;

use reqwest::Url;

use super::error::Error;
use super::reader::{Reader, repeats};
use crate::ids::{Domain, OrgId, OrgName};
use crate::live::{LiveOrg, Survey};

impl Reader {
    /// The orgs of a name: by its id, else by its domain.
    pub(super) async fn named(
        &self,
        survey: &Survey,
        name: &OrgName,
    ) -> Result<Vec<LiveOrg>, Error> {
        let mut found = Vec::new();
        if let Some(id) = name.id() {
            match self.org(id).await {
                Ok(org) => found.push(org),
                Err(Error::Api(error)) if matches!(error.status, 400 | 403 | 404) => {}
                Err(error) => return Err(error),
            }
        }
        // An org that isn't found by its id may stand under another one: the domain tells.
        if let (true, Some(domain)) = (found.is_empty(), name.domain()) {
            found = match self.orgs_by_filter(domain).await {
                Ok(orgs) if !orgs.is_empty() => orgs,
                Ok(_) => self.orgs_by_domain(domain).await?,
                Err(Error::Api(error)) if error.status == 400 => {
                    self.orgs_by_domain(domain).await?
                }
                Err(error) => return Err(error),
            };
        }
        for org in &mut found {
            if survey.wants_products(org) {
                org.products = Some(Arc::new(self.products(&org.id).await?));
            }
        }
        Ok(found)
    }

    /// The managed orgs with this domain, as far as the server's filter knows: which filters Okta evaluates isn't fully
    /// documented, so finding nothing proves nothing.
    ///
    /// # Errors
    /// When a read fails, also with 400 where the filter isn't understood.
    pub async fn orgs_by_filter(&self, domain: &Domain) -> Result<Vec<LiveOrg>, Error> {
        let mut url = self.orgs_url();
        url.query_pairs_mut().append_pair(
            "filter",
            &format!("subdomain eq \"{}\"", domain.subdomain()),
        );
        self.search(url, domain).await
    }

    /// The managed orgs with this domain: goes through the whole list.
    ///
    /// # Errors
    /// When a read fails.
    pub async fn orgs_by_domain(&self, domain: &Domain) -> Result<Vec<LiveOrg>, Error> {
        self.search(self.orgs_url(), domain).await
    }

    async fn search(&self, first: Url, domain: &Domain) -> Result<Vec<LiveOrg>, Error> {
        let mut found: BTreeMap<OrgId, LiveOrg> = BTreeMap::new();
        let mut pages = self.orgs(&first);
        while let Some(orgs) = pages.next().await? {
            for org in orgs.into_iter().filter(|org| org.domain == *domain) {
                if !repeats(&found, &org)? {
                    found.insert(org.id.clone(), org);
                }
            }
        }
        Ok(found.into_values().collect())
    }
}
