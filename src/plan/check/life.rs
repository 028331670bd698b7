//! The laws of an org before it is linked: created as the file describes it, where nobody is, and let in by a consent that an
//! org of the run asks for.

use serde_json::{Value as Json, json};

use super::Laws;
use super::law::Law;
use crate::desired::model::NewOrg;
use crate::ids::{OrgIndex, OrgName};
use crate::live::LiveOrg;
use crate::plan::change::{CreateOrg, GrantConsent};
use crate::plan::request::{Host, Method};

impl Laws<'_> {
    pub(super) fn create(&mut self, create: &CreateOrg) {
        let new = &create.new;
        let absent = self.live.resolved.get(&new.domain) == Some(&false);
        self.hold(absent && !self.managed, Law::CreatesAbsent);
        let unsent = self.options.evidence.creations.unsent(&self.step.org);
        self.hold(unsent, Law::CreatesUnsent);
        let described = self.want.and_then(|want| want.create.as_deref());
        self.hold(described == Some(new), Law::CreatesDescribed);
        self.hold(self.step.org.domain() == Some(&new.domain), Law::Address);
        let host = Host::Org(new.parent.clone());
        self.address_at(&host, Method::Post, "/api/v1/orgs");
        let shown = self.step.request.body() == body(new);
        self.hold(shown, Law::BodyShown);
    }

    pub(super) fn consent(&mut self, consent: &GrantConsent, managed: &OrgIndex<&LiveOrg>) {
        let selection = &self.options.selection;
        let asks = self.desired.orgs.iter().any(|org| {
            org.consent.as_ref() == Some(&consent.giver)
                && selection.covers(org)
                && !managed.contains(&org.name)
        });
        let ours = consent.account == self.desired.account.id;
        let giver = OrgName::Domain(consent.giver.clone());
        let own = self.step.org.is(&giver);
        self.hold(asks && ours && own, Law::ConsentAsked);
        let host = Host::Org(consent.giver.clone());
        self.address_at(&host, Method::Post, "/api/v1/org/privacy/aerial/grant");
        let shown = json!({"accountId": self.desired.account.id});
        self.hold(self.step.request.body() == shown, Law::BodyShown);
    }
}

/// What is sent about a new org; of the password, which variable has it.
fn body(new: &NewOrg) -> Json {
    let admin = &new.admin;
    let (label, _) = new.domain.as_str().split_once('.').unwrap_or_default();
    let mut body = json!({
        "subdomain": label,
        "name": new.name,
        "edition": "SKU",
        "admin": {
            "credentials": {"password": {"value": {"secret": admin.password_from}}},
            "profile": {
                "firstName": admin.first_name,
                "lastName": admin.last_name,
                "email": admin.email,
                "login": admin.login,
            },
        },
    });
    if let Some(website) = &new.website {
        let body = body.as_object_mut();
        body.map(|body| body.insert("website".to_owned(), json!(website)));
    }
    body
}
