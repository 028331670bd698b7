//! A Terraform provider with one resource, an org's products: one GET to read it, one PUT to change it, one connection pool.
//!
//! It is here to be measured beside aerialctl, so it does nothing that a plan or an apply doesn't need.

use std::collections::{BTreeSet, HashMap};
use std::env;
use std::os::fd::BorrowedFd;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::{Deserialize, Serialize};
use socket2::SockRef;
use tf_provider::schema::{Attribute, AttributeConstraint, AttributeType, Block, Description, Schema};
use tf_provider::value::{ValueEmpty, ValueSet, ValueString};
use tf_provider::{AttributePath, Diagnostics, DynamicDataSource, DynamicResource, Provider, Resource, map, serve};

/// An org's id, and the ids of its products.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct State<'a> {
    #[serde(borrow)]
    org: ValueString<'a>,
    #[serde(borrow)]
    products: ValueSet<ValueString<'a>>,
}

#[derive(Serialize, Deserialize)]
struct Product {
    id: String,
}

struct Products {
    http: Client<HttpConnector, Full<Bytes>>,
    /// `{endpoint}/{account}/api/v1/orgs`.
    orgs: String,
    token: String,
}

impl Products {
    fn from_environment() -> Result<Self> {
        let var = |name: &str| env::var(name).with_context(|| format!("{name} isn't set"));
        Ok(Self {
            http: Client::builder(TokioExecutor::new()).build_http(),
            orgs: format!("{}/{}/api/v1/orgs", var("AERIAL_ENDPOINT")?, var("AERIAL_ACCOUNT_ID")?),
            token: var("AERIAL_ACCESS_TOKEN")?,
        })
    }

    async fn call(&self, method: &str, org: &str, body: Vec<u8>) -> Result<Vec<Product>> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}/{org}/products", self.orgs))
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json")
            .body(Full::new(Bytes::from(body)))?;
        let answer = self.http.request(request).await?;
        let status = answer.status();
        let body = answer.into_body().collect().await?.to_bytes();
        if !status.is_success() {
            bail!("{status}: {}", String::from_utf8_lossy(&body));
        }
        Ok(serde_json::from_slice(&body)?)
    }

    async fn put<'a>(&self, diags: &mut Diagnostics, wanted: State<'a>) -> Option<State<'a>> {
        let ids = wanted.products.as_ref_option().into_iter().flatten();
        let products: Vec<Product> = ids
            .filter_map(|id| Some(Product { id: id.as_ref_option()?.to_string() }))
            .collect();
        let org = wanted.org.as_ref_option()?.to_string();
        let sent = match serde_json::to_vec(&products) {
            Ok(body) => self.call("PUT", &org, body).await,
            Err(error) => Err(error.into()),
        };
        match sent {
            Ok(_) => Some(wanted),
            Err(error) => {
                diags.root_error_short(format!("{org}: {error:#}"));
                None
            }
        }
    }
}

#[async_trait]
impl Resource for Products {
    type State<'a> = State<'a>;
    type PrivateState<'a> = ValueEmpty;
    type ProviderMetaState<'a> = ValueEmpty;

    fn schema(&self, _diags: &mut Diagnostics) -> Option<Schema> {
        let required = |attr_type, words: &str| Attribute {
            attr_type,
            description: Description::plain(words),
            constraint: AttributeConstraint::Required,
            ..Attribute::default()
        };
        Some(Schema {
            version: 1,
            block: Block {
                version: 1,
                description: Description::plain("The products of an org"),
                attributes: map! {
                    "org" => required(AttributeType::String, "The org's id"),
                    "products" => required(AttributeType::Set(AttributeType::String.into()), "Ids of products"),
                },
                ..Block::default()
            },
        })
    }

    async fn read<'a>(
        &self,
        diags: &mut Diagnostics,
        state: State<'a>,
        private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Option<(State<'a>, ValueEmpty)> {
        let org = state.org.as_ref_option()?.to_string();
        match self.call("GET", &org, Vec::new()).await {
            Ok(products) => {
                let ids: BTreeSet<_> = products.into_iter().map(|one| ValueString::from(one.id)).collect();
                Some((State { products: ValueSet::Value(ids), ..state }, private))
            }
            Err(error) => {
                diags.root_error_short(format!("{org}: {error:#}"));
                Some((state, private))
            }
        }
    }

    async fn plan_create<'a>(
        &self,
        _diags: &mut Diagnostics,
        proposed: State<'a>,
        _config: State<'a>,
        _meta: ValueEmpty,
    ) -> Option<(State<'a>, ValueEmpty)> {
        Some((proposed, ValueEmpty::default()))
    }

    async fn plan_update<'a>(
        &self,
        _diags: &mut Diagnostics,
        _prior: State<'a>,
        proposed: State<'a>,
        _config: State<'a>,
        private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Option<(State<'a>, ValueEmpty, Vec<AttributePath>)> {
        Some((proposed, private, Vec::new()))
    }

    async fn plan_destroy<'a>(
        &self,
        _diags: &mut Diagnostics,
        _prior: State<'a>,
        private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Option<ValueEmpty> {
        Some(private)
    }

    async fn create<'a>(
        &self,
        diags: &mut Diagnostics,
        planned: State<'a>,
        _config: State<'a>,
        private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Option<(State<'a>, ValueEmpty)> {
        Some((self.put(diags, planned).await?, private))
    }

    async fn update<'a>(
        &self,
        diags: &mut Diagnostics,
        _prior: State<'a>,
        planned: State<'a>,
        _config: State<'a>,
        private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Option<(State<'a>, ValueEmpty)> {
        Some((self.put(diags, planned).await?, private))
    }

    async fn destroy<'a>(
        &self,
        _diags: &mut Diagnostics,
        _state: State<'a>,
        _private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Option<()> {
        Some(())
    }
}

struct Org;

#[async_trait]
impl Provider for Org {
    type Config<'a> = ValueEmpty;
    type MetaState<'a> = ValueEmpty;

    fn schema(&self, _diags: &mut Diagnostics) -> Option<Schema> {
        Some(Schema { version: 1, block: Block::default() })
    }

    fn get_resources(&self, diags: &mut Diagnostics) -> Option<HashMap<String, Box<dyn DynamicResource>>> {
        match Products::from_environment() {
            Ok(products) => Some(map! { "products" => products }),
            Err(error) => {
                diags.root_error_short(format!("{error:#}"));
                None
            }
        }
    }

    fn get_data_sources(&self, _diags: &mut Diagnostics) -> Option<HashMap<String, Box<dyn DynamicDataSource>>> {
        Some(HashMap::new())
    }
}

/// tf-provider leaves Nagle's algorithm on, and then each answer waits up to 40 ms for Terraform's acknowledgement. It doesn't
/// hand out its listener, whose setting its connections take over: so it is set on whatever is open, while Terraform connects.
async fn answer_at_once() {
    for _ in 0..100 {
        for number in 3..64 {
            // SAFETY: a number that isn't open, or no socket, is refused by the kernel, and nothing is kept.
            let open = unsafe { BorrowedFd::borrow_raw(number) };
            SockRef::from(&open).set_tcp_nodelay(true).ok();
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    tokio::spawn(answer_at_once());
    serve("org", Org).await
}
