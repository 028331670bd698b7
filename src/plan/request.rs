//! The one value of a write: what a step shows, what its law checks and what is sent.
//!
//! A [`Request`] may have a gap: an id that only a link tells, products that only a look at a new org tells. [`Request::fill`]
//! closes the gaps and makes an [`Outgoing`], which is what goes over the wire. It is private to planning: only an approved
//! plan gives one out.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::{Value as Json, json};

use super::kinds::Kind;
use crate::ids::{Domain, OrgId, ProductId};

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
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RequestBody {
    /// As it stands.
    Exact(Json),
    /// The same with a secret at this pointer: `{"secret": VARIABLE}` stands for it wherever the body is shown.
    Sealed(Json, &'static str),
    /// These products and whatever the org has by then: what no reviewer saw isn't taken away.
    PlusExisting(BTreeSet<ProductId>),
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
}

/// Why a request has a gap that can't be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Gap {
    /// The step that was to tell the org's id hasn't.
    #[error("the org's id never became known (step {0} was to tell it)")]
    OrgId(StepId),
    /// Nobody looked what the org has.
    #[error("what the org has was never looked at")]
    Existing,
    /// The plan has no such step.
    #[error("the approved plan has no step {0}")]
    Step(StepId),
}

impl Request {
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
        });
        segments.fold(String::new(), |path, segment| path + "/" + segment)
    }

    /// Its body; without what the org has already where [`Request::adds_existing`].
    #[must_use]
    pub fn body(&self) -> Json {
        match &self.body {
            RequestBody::Exact(json) | RequestBody::Sealed(json, _) => json.clone(),
            RequestBody::PlusExisting(products) => products_body(products),
        }
    }

    /// Whether what the org has by then is added to the body.
    #[must_use]
    pub fn adds_existing(&self) -> bool {
        matches!(self.body, RequestBody::PlusExisting(_))
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
            })
            .collect();
        Ok(Outgoing {
            kind: self.kind,
            host: self.host.clone(),
            method: self.method,
            path: path?,
            sealed: match &self.body {
                RequestBody::Sealed(_, pointer) => Some(pointer),
                RequestBody::Exact(_) | RequestBody::PlusExisting(_) => None,
            },
            body: match &self.body {
                RequestBody::Exact(json) | RequestBody::Sealed(json, _) => json.clone(),
                RequestBody::PlusExisting(products) => {
                    let existing = known.existing.ok_or(Gap::Existing)?;
                    products_body(products.union(existing))
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

/// A product set as the API takes it: ids alone, since it ignores names.
pub(super) fn products_body<'a>(products: impl IntoIterator<Item = &'a ProductId>) -> Json {
    let products = products.into_iter().map(|id| json!({ "id": id }));
    products.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(ids: &[&str]) -> BTreeSet<ProductId> {
        ids.iter().map(|id| ProductId::parse(id).unwrap()).collect()
    }

    fn request(slot: OrgSlot, body: RequestBody) -> Request {
        let path = vec![
            Segment::Word("orgs"),
            Segment::Org(slot),
            Segment::Word("products"),
        ];
        Request::to_account(Kind::Enable, Method::Put, path, body)
    }

    #[test]
    fn promise_9_what_is_shown_is_what_is_sent() {
        let id = OrgId::parse("00oA").unwrap();
        let request = request(
            OrgSlot::Known(id),
            RequestBody::Exact(products_body(&set(&["P1", "P2"]))),
        );
        let sent = request.fill(Known::default()).unwrap();
        assert_eq!(request.path(), "/orgs/00oA/products");
        assert_eq!(format!("/{}", sent.path().join("/")), request.path());
        assert_eq!(*sent.body(), request.body());
        assert_eq!(sent.body().to_string(), r#"[{"id":"P1"},{"id":"P2"}]"#);
        assert_eq!(sent.kind(), Kind::Enable);
        assert_eq!(
            (sent.method().as_str(), request.method()),
            ("PUT", Method::Put)
        );
        assert_eq!(
            (sent.host(), request.host().as_str()),
            (&Host::Account, "account")
        );
        assert!(!request.adds_existing());
    }

    #[test]
    fn a_gap_is_closed_by_what_became_known_and_by_nothing_else() {
        let told = OrgId::parse("00oB").unwrap();
        let existing = set(&["P7"]);
        let request = request(
            OrgSlot::ToldBy(StepId(3)),
            RequestBody::PlusExisting(set(&["P1"])),
        );
        assert_eq!(request.path(), "/orgs/{orgId}/products");
        assert_eq!(request.body().to_string(), r#"[{"id":"P1"}]"#);
        assert!(request.adds_existing());
        let all = Known {
            org: Some(&told),
            existing: Some(&existing),
        };
        let sent = request.fill(all).unwrap();
        assert_eq!(sent.path(), ["orgs", "00oB", "products"]);
        assert_eq!(sent.body().to_string(), r#"[{"id":"P1"},{"id":"P7"}]"#);
        let nobody_told = Known { org: None, ..all };
        assert_eq!(request.fill(nobody_told), Err(Gap::OrgId(StepId(3))));
        let nobody_looked = Known {
            existing: None,
            ..all
        };
        assert_eq!(request.fill(nobody_looked), Err(Gap::Existing));
    }

    #[test]
    fn hosts_and_methods_have_their_words() {
        let org = Host::Org(Domain::parse("acme.okta.com").unwrap());
        assert_eq!(org.as_str(), "acme.okta.com");
        assert_eq!(Method::Post.as_str(), "POST");
    }
}
