//! Reads an account. This type has no method that writes.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use reqwest::Url;

use super::endpoint::Endpoint;
use super::error::{Error, Operation};
use super::pages::Pages;
use super::transport::{Asked, SendOptions, Transport};
use super::wire;
use crate::auth::{OAuthScope, Reach, Session};
use crate::http::{Intent, Sent};
use crate::ids::{OrgId, OrgName, ProductId};
use crate::live::{Coverage, LiveOrg, SharedProducts, Snapshot, Survey};

/// The largest page that Okta serves.
pub(super) const PAGE: &str = "100";

/// Reads an account. It has no method that writes, and nothing makes a writer of it: converging takes
/// a [`Writer`](super::Writer).
///
/// A session that may read makes a reader, and no writer:
///
/// ```
/// # use aerialctl::{aerial::{Endpoint, Error, SendOptions, Reader}, auth::{Read, Session}};
/// # fn f(at: Endpoint, session: &Session<Read>, options: &SendOptions) -> Result<Reader, Error> {
/// Reader::new(at, session, options)
/// # }
/// ```
///
/// ```compile_fail,E0308
/// # use aerialctl::{aerial::{Endpoint, Error, SendOptions, Writer}, auth::{Read, Session}};
/// # fn f(at: Endpoint, session: &Session<Read>, options: &SendOptions) -> Result<Writer, Error> {
/// Writer::new(at, session, options)
/// # }
/// ```
///
/// One that may manage makes a writer:
///
/// ```
/// # use aerialctl::{aerial::{Endpoint, Error, SendOptions, Writer}, auth::{Manage, Session}};
/// # fn f(at: Endpoint, session: &Session<Manage>, options: &SendOptions) -> Result<Writer, Error> {
/// Writer::new(at, session, options)
/// # }
/// ```
#[derive(Debug)]
pub struct Reader {
    pub(super) endpoint: Arc<Endpoint>,
    pub(super) transport: Arc<Transport>,
    intent: Intent,
}

/// What one of the concurrent reads of a snapshot brought.
enum Part<'r> {
    Account(String),
    Subscribed(BTreeMap<ProductId, String>),
    /// A page, and those to come.
    Orgs(Vec<LiveOrg>, Pages<'r, LiveOrg>),
    Products(OrgId, BTreeMap<ProductId, String>),
}

impl Reader {
    /// A reader with a session of any scope.
    ///
    /// # Errors
    /// When the machine's certificates can't be loaded.
    pub fn new<S: OAuthScope>(
        endpoint: Endpoint,
        session: &Session<S>,
        options: &SendOptions,
    ) -> Result<Self, Error> {
        Ok(Self {
            transport: Arc::new(Transport::new(
                endpoint.api(),
                session.authorizer(),
                options,
            )?),
            endpoint: Arc::new(endpoint),
            intent: Intent::Look,
        })
    }

    /// The same reader for what became of a write: it goes on when the run is to end.
    pub(super) fn verifying(&self) -> Self {
        Self {
            endpoint: Arc::clone(&self.endpoint),
            transport: Arc::clone(&self.transport),
            intent: Intent::Verify,
        }
    }

    pub(super) fn asked<'a>(&self, operation: Operation, url: &'a Url) -> Asked<'a> {
        Asked {
            operation,
            url,
            intent: self.intent,
        }
    }

    /// How many requests were sent so far.
    #[must_use]
    pub fn sent(&self) -> Sent {
        self.transport.sent()
    }

    /// How far the token reaches that it reads with.
    #[must_use]
    pub fn reach(&self) -> Reach {
        self.transport.reach()
    }

    /// Reads what a survey asks for: the account, its products, and orgs; of a survey of some orgs the whole list, where one of
    /// them isn't managed. `progress` is told how many reads are done and how many are known of so far.
    ///
    /// # Errors
    /// When any read fails, and when the whole list of orgs is empty: a part of the truth is never taken for all of it.
    pub async fn read(
        &self,
        survey: &Survey,
        progress: impl Fn(usize, usize),
    ) -> Result<Snapshot, Error> {
        match &survey.coverage {
            Coverage::Whole => self.whole(survey, progress).await,
            Coverage::Only(names) => {
                let part = self.only(survey, names).await?;
                let found = part.by_name();
                if names.iter().all(|name| found.contains(name)) {
                    return Ok(part);
                }
                // What isn't managed may become a link, which can't be undone: only the whole list shows whether it looks like
                // another org that nobody lists.
                self.whole(survey, progress).await
            }
        }
    }

    /// Reading products starts while later pages of orgs are still coming.
    async fn whole(
        &self,
        survey: &Survey,
        progress: impl Fn(usize, usize),
    ) -> Result<Snapshot, Error> {
        let mut reads: FuturesUnordered<LocalBoxFuture<'_, Result<Part<'_>, Error>>> =
            FuturesUnordered::new();
        reads.push(Box::pin(async {
            Ok(Part::Account(self.account_name().await?))
        }));
        reads.push(Box::pin(one_page(self.orgs(&self.orgs_url()))));
        reads.push(Box::pin(async {
            Ok(Part::Subscribed(self.subscribed().await?))
        }));
        let mut account_name = String::new();
        let mut subscribed = BTreeMap::new();
        let mut orgs: BTreeMap<OrgId, LiveOrg> = BTreeMap::new();
        let mut shared = SharedProducts::default();
        let mut done = 0;
        while let Some(part) = reads.next().await {
            done += 1;
            progress(done, done + reads.len());
            match part? {
                Part::Account(name) => account_name = name,
                Part::Subscribed(products) => subscribed = products,
                Part::Products(id, products) => {
                    if let Some(org) = orgs.get_mut(&id) {
                        org.products = Some(shared.of(products));
                    }
                }
                Part::Orgs(page, pages) => {
                    // The next page first: it brings the work that keeps the others busy.
                    if pages.has_more() {
                        reads.push(Box::pin(one_page(pages)));
                    }
                    for org in page {
                        if repeats(&orgs, &org)? {
                            continue;
                        }
                        if survey.wants_products(&org) {
                            let id = org.id.clone();
                            reads.push(Box::pin(async move {
                                let products = self.products(&id).await?;
                                Ok(Part::Products(id, products))
                            }));
                        }
                        orgs.insert(org.id.clone(), org);
                    }
                }
            }
        }
        if orgs.is_empty() {
            return Err(Error::EmptyList);
        }
        let mut orgs: Vec<LiveOrg> = orgs.into_values().collect();
        orgs.sort_by(|a, b| (&a.domain, &a.id).cmp(&(&b.domain, &b.id)));
        Ok(Snapshot {
            account: self.endpoint.account().clone(),
            account_name,
            subscribed,
            orgs,
            insides: BTreeMap::new(),
            coverage: Coverage::Whole,
            resolved: BTreeMap::new(),
            surroundings: None,
            remembered: None,
        })
    }

    /// Reads these orgs alone: by id, or by a filter on the subdomain. Where the filter doesn't find one, the whole list is
    /// gone through, since not being found by a filter proves nothing. Where a domain is several orgs', all of them are
    /// read: whoever looks for one must see that it is none in particular.
    async fn only(&self, survey: &Survey, names: &[OrgName]) -> Result<Snapshot, Error> {
        let orgs: FuturesUnordered<_> = names.iter().map(|name| self.named(survey, name)).collect();
        let orgs = orgs.collect::<Vec<Result<Vec<LiveOrg>, Error>>>();
        let (account_name, subscribed, orgs) =
            tokio::join!(self.account_name(), self.subscribed(), orgs);
        let mut found = BTreeMap::new();
        for orgs in orgs {
            for org in orgs? {
                found.insert((org.domain.clone(), org.id.clone()), org);
            }
        }
        Ok(Snapshot {
            account: self.endpoint.account().clone(),
            account_name: account_name?,
            subscribed: subscribed?,
            orgs: found.into_values().collect(),
            insides: BTreeMap::new(),
            coverage: survey.coverage.clone(),
            resolved: BTreeMap::new(),
            surroundings: None,
            remembered: None,
        })
    }

    /// The account's name, once the server has confirmed its id.
    ///
    /// # Errors
    /// When the read fails, and when the id is another one or none.
    pub async fn account_name(&self) -> Result<String, Error> {
        let url = self.endpoint.url(&["accounts"]);
        let asked = self.asked(Operation::ReadAccount, &url);
        let account: wire::ServedAccount = self.transport.get_json(asked).await?;
        let expected = self.endpoint.account();
        let Some(actual) = account.id else {
            let why = "the server doesn't say which account this is: its answer has no `id`";
            return Err(Error::Untrue(why.to_owned()));
        };
        if actual != expected.as_str() {
            return Err(Error::OtherAccount {
                expected: expected.to_string(),
                actual: wire::clipped(actual),
            });
        }
        Ok(account.name.map_or_else(String::new, wire::clipped))
    }

    /// The products that can be enabled.
    ///
    /// # Errors
    /// When the read fails.
    pub async fn subscribed(&self) -> Result<BTreeMap<ProductId, String>, Error> {
        let url = self.endpoint.url(&["products"]);
        self.product_list(self.asked(Operation::ListProducts, &url))
            .await
    }

    /// The products enabled in a managed org.
    ///
    /// # Errors
    /// When the read fails, also with 404 where the org isn't managed.
    pub async fn products(&self, org: &OrgId) -> Result<BTreeMap<ProductId, String>, Error> {
        let url = self.endpoint.org_url(org, &["products"]);
        self.product_list(self.asked(Operation::ReadOrgProducts, &url))
            .await
    }

    /// The products enabled in each of these managed orgs. `progress` is told how many reads are done and how many there are.
    ///
    /// # Errors
    /// When any read fails.
    pub async fn products_of(
        &self,
        orgs: &[OrgId],
        progress: impl Fn(usize, usize),
    ) -> Result<BTreeMap<OrgId, BTreeMap<ProductId, String>>, Error> {
        let reads = orgs.iter().map(async |org| {
            let products = self.products(org).await?;
            Ok::<_, Error>((org.clone(), products))
        });
        let mut reads: FuturesUnordered<_> = reads.collect();
        let mut products = BTreeMap::new();
        while let Some(read) = reads.next().await {
            products.extend([read?]);
            progress(products.len(), orgs.len());
        }
        Ok(products)
    }

    /// A managed org, without its products.
    ///
    /// # Errors
    /// When the read fails, also with 404 where the org isn't managed.
    pub async fn org(&self, org: &OrgId) -> Result<LiveOrg, Error> {
        self.org_at(org, |found| {
            let other = || format!("the answer is about another org, {}", found.id);
            (found.id == *org).then_some(()).ok_or_else(other)
        })
        .await
    }

    /// What is answered for an org's id, once it passes a check; a reason why not is an odd answer.
    pub(super) async fn org_at(
        &self,
        org: &OrgId,
        check: impl Fn(&LiveOrg) -> Result<(), String>,
    ) -> Result<LiveOrg, Error> {
        let url = self.endpoint.org_url(org, &[]);
        self.transport
            .get_checked(self.asked(Operation::ReadOrg, &url), |answer| {
                let found: wire::ServedOrg = answer.json()?;
                let found = found.into_live();
                let found = found.and_then(|found| check(&found).map(|()| found));
                Ok(found.map_err(|reason| answer.unexpected(&reason))?)
            })
            .await
    }

    pub(super) fn orgs_url(&self) -> Url {
        let mut url = self.endpoint.url(&["orgs"]);
        url.query_pairs_mut().append_pair("limit", PAGE);
        url
    }

    pub(super) fn orgs(&self, first: &Url) -> Pages<'_, LiveOrg> {
        Pages::new(
            &self.transport,
            self.asked(Operation::ListOrgs, first),
            |answer| {
                let page: Vec<wire::ServedOrg> = answer.json()?;
                let orgs = page.into_iter().map(wire::ServedOrg::into_live);
                let orgs: Result<Vec<LiveOrg>, String> = orgs.collect();
                orgs.map_err(|reason| answer.unexpected(&reason))
            },
        )
    }

    async fn product_list(&self, asked: Asked<'_>) -> Result<BTreeMap<ProductId, String>, Error> {
        let pages = Pages::new(&self.transport, asked, |answer| {
            let products = wire::products(answer.json()?);
            let products = products.map_err(|reason| answer.unexpected(&reason))?;
            Ok(products.into_iter().collect())
        });
        Ok(pages.all().await?.into_iter().collect())
    }
}

/// Whether an org was met before, as it may be where a list changes while it is read.
///
/// # Errors
/// When it was another one then.
pub(super) fn repeats(met: &BTreeMap<OrgId, LiveOrg>, org: &LiveOrg) -> Result<bool, Error> {
    let Some(before) = met.get(&org.id) else {
        return Ok(false);
    };
    let before = LiveOrg {
        products: None,
        ..before.clone()
    };
    if before == *org {
        return Ok(true);
    }
    Err(Error::Untrue(format!(
        "the list of managed orgs has {} ({}) twice, and says two things of it: which is true can't be told",
        org.domain, org.id
    )))
}

async fn one_page(mut pages: Pages<'_, LiveOrg>) -> Result<Part<'_>, Error> {
    let page = pages.next().await?.unwrap_or_default();
    Ok(Part::Orgs(page, pages))
}
