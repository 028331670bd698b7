//! `POST https://{parent}/api/v1/orgs` (the Org Creator API): creates a child org, which can't be undone.

use serde_json::{Value as Json, json};

use crate::desired::model::NewOrg;
use crate::plan::effect::{Effect, Note, Sign};
use crate::plan::kinds::Kind;
use crate::plan::request::{Method, OrgSlot, Request, RequestBody, Segment};

/// Where the admin's password stands in the body.
const PASSWORD: &str = "/admin/credentials/password/value";

/// Creates an org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateOrg {
    /// As the file describes it.
    pub new: NewOrg,
}

impl CreateOrg {
    /// The body; instead of the password, which variable has it.
    fn body(&self) -> Json {
        let NewOrg {
            parent: _, // it is asked
            domain,
            name,
            website,
            admin,
        } = &self.new;
        let mut body = json!({
            "subdomain": domain.subdomain(),
            "name": name,
            "edition": "SKU",
            "admin": {
                "profile": {
                    "firstName": admin.first_name,
                    "lastName": admin.last_name,
                    "email": admin.email,
                    "login": admin.login,
                },
                "credentials": {"password": {"value": {"secret": admin.password_from}}},
            },
        });
        if let (Some(website), Some(body)) = (website, body.as_object_mut()) {
            body.insert("website".to_owned(), json!(website));
        }
        body
    }
}

impl Effect for CreateOrg {
    fn kind(&self) -> Kind {
        Kind::Create
    }

    fn request(&self, _: OrgSlot) -> Request {
        let path = ["api", "v1", "orgs"].map(Segment::Word).to_vec();
        let body = RequestBody::Sealed(self.body(), PASSWORD);
        Request::to_org(
            self.kind(),
            self.new.parent.clone(),
            Method::Post,
            path,
            body,
        )
    }

    fn notes(&self) -> Vec<Note> {
        let NewOrg {
            parent,
            name,
            admin,
            ..
        } = &self.new;
        let note = |sign, text| Note { sign, text };
        vec![
            note(
                Sign::Irreversible,
                format!("create as a child of {parent}, called {name}"),
            ),
            note(
                Sign::Irreversible,
                format!(
                    "its super admin: {} {}, login {}, email {}",
                    admin.first_name, admin.last_name, admin.login, admin.email
                ),
            ),
        ]
    }
}
