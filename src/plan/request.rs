//! The one value of a write: what a step shows, what its law checks and what is sent.
//!
//! A [`Request`] may have a gap: an id that only a link tells, products that only a look at a new org tells. [`Request::fill`]
//! closes the gaps and makes an [`Outgoing`], which is what goes over the wire. It is private to planning: only an approved
//! plan gives one out.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::fields::{ObjectIds, merged, resolved};
use super::kinds::Kind;
use crate::ids::{Collection, Domain, ObjectName, OrgId, ProductId};
use crate::inside::writable;

/// A step's number in its plan, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct StepId(pub u32);

impl fmt::Display for StepId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Whom a request is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// The Aerial account: paths are relative to `/{accountId}/api/v1`.
    Account,
    /// An org's own host: paths are the host's.
    Org(Domain),
}

impl Host {
    /// `account`, or the org's domain.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Account => "account",
            Self::Org(domain) => domain.as_str(),
        }
    }
}

/// The method of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `POST`.
    Post,
    /// `PUT`.
    Put,
}

impl Method {
    /// As on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }
}

/// An org's id in a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrgSlot {
    /// The plan knows it.
    Known(OrgId),
    /// An earlier step will tell it.
    ToldBy(StepId),
}

/// A part of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Segment {
    /// As it stands.
    Word(&'static str),
    /// An org's id.
    Org(OrgSlot),
    /// The id of an object of the org; `None` where a look or an earlier step tells it.
    Object(ObjectName, Option<String>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RequestBody {
    /// As it stands.
    Exact(Json),
    /// The same with a secret at this pointer: `{"secret": VARIABLE}` stands for it wherever the body is shown.
    Sealed(Json, &'static str),
    /// These products, and no other.
    Products(BTreeSet<ProductId>),
    /// These products and whatever the org has by then: what no reviewer saw isn't taken away.
    PlusExisting(BTreeSet<ProductId>),
    /// Fields of an object, with references, by themselves; `nulls` where a `null` is sent to unset a field.
    Listed { listed: Arc<Json>, nulls: bool },
    /// The same in what there is of the object by then: Okta replaces it.
    IntoObject {
        collection: Collection,
        listed: Arc<Json>,
    },
}

/// A write as a plan shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    kind: Kind,
    host: Host,
    method: Method,
    path: Vec<Segment>,
    body: RequestBody,
}

/// A write with nothing left to fill in, byte for byte as it goes over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    kind: Kind,
    host: Host,
    method: Method,
    path: Vec<String>,
    body: Json,
    sealed: Option<&'static str>,
}

/// What became known since the plan was made.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Known<'a> {
    /// The id of the step's org.
    pub(crate) org: Option<&'a OrgId>,
    /// The products that the org has just now.
    pub(crate) existing: Option<&'a BTreeSet<ProductId>>,
    /// The object as it is just now.
    pub(crate) object: Option<&'a Json>,
    /// The ids of the org's objects.
    pub(crate) objects: Option<&'a ObjectIds>,
}

/// Why a request has a gap that can't be closed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Gap {
    /// The step that was to tell the org's id hasn't.
    #[error("the org's id never became known (step {0} was to tell it)")]
    OrgId(StepId),
    /// Nobody looked what the org has.
    #[error("what the org has was never looked at")]
    Existing,
    /// An object has no id yet.
    #[error("the id of {0} never became known")]
    Object(ObjectName),
    /// The plan has no such step.
    #[error("the approved plan has no step {0}")]
    Step(StepId),
}

impl Request {
    /// The variable with the secret that goes into its body.
    #[must_use]
    pub fn secret_variable(&self) -> Option<&str> {
        let RequestBody::Sealed(body, pointer) = &self.body else {
            return None;
        };
        body.pointer(pointer)?.get("secret")?.as_str()
    }

    /// A request to the account's API; the path is relative to `/{accountId}/api/v1`.
    #[must_use]
    pub(super) fn to_account(
        kind: Kind,
        method: Method,
        path: Vec<Segment>,
        body: RequestBody,
    ) -> Self {
        Self {
            kind,
            host: Host::Account,
            method,
            path,
            body,
        }
    }

    /// A request to an org's own host; the path is the host's.
    #[must_use]
    pub(super) fn to_org(
        kind: Kind,
        domain: Domain,
        method: Method,
        path: Vec<Segment>,
        body: RequestBody,
    ) -> Self {
        Self {
            host: Host::Org(domain),
            ..Self::to_account(kind, method, path, body)
        }
    }

    /// Whom it is for.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.host
    }

    #[must_use]
    pub fn method(&self) -> Method {
        self.method
    }

    /// Its path; `{orgId}` stands for an id that an earlier step will tell.
    #[must_use]
    pub fn path(&self) -> String {
        let segments = self.path.iter().map(|segment| match segment {
            Segment::Word(word) => word,
            Segment::Org(OrgSlot::Known(id)) => id.as_str(),
            Segment::Org(OrgSlot::ToldBy(_)) => "{orgId}",
            Segment::Object(_, Some(id)) => id.as_str(),
            Segment::Object(name, None) => id_of(name.collection()),
        });
        segments.fold(String::new(), |path, segment| path + "/" + segment)
    }

    /// Where it goes, for a reader: the path at the account, and the path with its host at an org.
    #[must_use]
    pub fn address(&self) -> String {
        match &self.host {
            Host::Account => self.path(),
            Host::Org(domain) => format!("{domain}{}", self.path()),
        }
    }

    /// Its body; without what the org has already where [`Request::adds_existing`].
    #[must_use]
    pub fn body(&self) -> Json {
        match &self.body {
            RequestBody::Exact(json) | RequestBody::Sealed(json, _) => json.clone(),
            RequestBody::Products(products) | RequestBody::PlusExisting(products) => {
                products_body(products)
            }
            RequestBody::Listed { listed, .. } | RequestBody::IntoObject { listed, .. } => {
                Json::clone(listed)
            }
        }
    }

    /// Whether what the org has by then is added to the body.
    #[must_use]
    pub fn adds_existing(&self) -> bool {
        match self.body {
            RequestBody::PlusExisting(_) | RequestBody::IntoObject { .. } => true,
            RequestBody::Exact(_)
            | RequestBody::Products(_)
            | RequestBody::Sealed(..)
            | RequestBody::Listed { .. } => false,
        }
    }

    /// Closes the gaps.
    ///
    /// # Errors
    /// When what is missing isn't known.
    pub(super) fn fill(&self, known: Known<'_>) -> Result<Outgoing, Gap> {
        let path: Result<Vec<String>, Gap> = self
            .path
            .iter()
            .map(|segment| match segment {
                Segment::Word(word) => Ok((*word).to_owned()),
                Segment::Org(OrgSlot::Known(id)) => Ok(id.to_string()),
                Segment::Org(OrgSlot::ToldBy(step)) => {
                    let told = known.org.ok_or(Gap::OrgId(*step))?;
                    Ok(told.to_string())
                }
                Segment::Object(_, Some(id)) => Ok(id.clone()),
                Segment::Object(name, None) => {
                    let id = known.objects.and_then(|ids| ids.get(name));
                    id.cloned().ok_or_else(|| Gap::Object(name.clone()))
                }
            })
            .collect();
        Ok(Outgoing {
            kind: self.kind,
            host: self.host.clone(),
            method: self.method,
            path: path?,
            sealed: match &self.body {
                RequestBody::Sealed(_, pointer) => Some(pointer),
                RequestBody::Exact(_)
                | RequestBody::Products(_)
                | RequestBody::PlusExisting(_)
                | RequestBody::Listed { .. }
                | RequestBody::IntoObject { .. } => None,
            },
            body: match &self.body {
                RequestBody::Exact(json) | RequestBody::Sealed(json, _) => json.clone(),
                RequestBody::Products(products) => products_body(products),
                RequestBody::PlusExisting(products) => {
                    let existing = known.existing.ok_or(Gap::Existing)?;
                    products_body(products.union(existing))
                }
                RequestBody::Listed { listed, nulls } => {
                    let fields = resolved(listed, known.objects).map_err(Gap::Object)?;
                    if *nulls {
                        fields
                    } else {
                        merged(&Json::Null, &fields)
                    }
                }
                RequestBody::IntoObject { collection, listed } => {
                    let there = known.object.ok_or(Gap::Existing)?;
                    let fields = resolved(listed, known.objects).map_err(Gap::Object)?;
                    merged(&writable(*collection, there), &fields)
                }
            },
        })
    }
}

impl Outgoing {
    /// The kind of the step that it makes.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whom it is for.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.host
    }

    #[must_use]
    pub fn method(&self) -> Method {
        self.method
    }

    /// The segments of its path, each to be encoded on its own.
    #[must_use]
    pub fn path(&self) -> &[String] {
        &self.path
    }

    /// Its body; of a secret in it the variable that has it.
    #[must_use]
    pub fn body(&self) -> &Json {
        &self.body
    }

    /// Where the secret goes in the body, and which variable has it.
    #[must_use]
    pub fn sealed(&self) -> Option<(&'static str, &str)> {
        let pointer = self.sealed?;
        let variable = self.body.pointer(pointer)?.get("secret")?.as_str()?;
        Some((pointer, variable))
    }
}

/// What stands for an id that isn't known yet.
fn id_of(collection: Collection) -> &'static str {
    if collection == Collection::Policies {
        "{policyId}"
    } else {
        "{id}"
    }
}

/// A product set as the API takes it: ids alone, since it ignores names.
fn products_body<'a>(products: impl IntoIterator<Item = &'a ProductId>) -> Json {
    let products = products.into_iter().map(|id| json!({ "id": id }));
    products.collect()
}
