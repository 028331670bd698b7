//! Changes by an admin who uses the console: what the Aerial API doesn't see, and its log tells all the same.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;

use super::call::{Call, Reply, not_found, parse, validation};
use super::log_events::{Doer, OrgFacts};
use super::state::{Org, State};
use super::system_log::LogActor;

/// `POST /emulator/console`: makes an org what another admin would make of it.
pub(super) fn console(state: &mut State, call: &Call<'_>) -> Reply {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Body {
        /// The org's domain.
        org: String,
        products: Option<Vec<String>>,
        status: Option<String>,
        linked: Option<bool>,
        /// Who it is; absent: an admin of the emulator's own.
        admin: Option<LogActor>,
    }
    let body = match parse::<Body>(call) {
        Ok(body) => body,
        Err(reply) => return reply,
    };
    let domain = body.org.to_lowercase();
    let Some(index) = state.orgs.iter().position(|org| org.domain == domain) else {
        return not_found("Org");
    };
    let status = body.status.map(|status| status.to_uppercase());
    if status
        .as_ref()
        .is_some_and(|one| one != "ACTIVE" && one != "INACTIVE")
    {
        return validation("status", "status: must be ACTIVE or INACTIVE.");
    }
    let mut doer = Doer::console(call.now);
    doer.request = call.request;
    if let Some(admin) = body.admin {
        doer.actor = LogActor {
            id: if admin.id.is_empty() {
                doer.actor.id
            } else {
                admin.id
            },
            kind: if admin.kind.is_empty() {
                doer.actor.kind
            } else {
                admin.kind
            },
            ..admin
        };
    }
    state.by_console(index, &doer, |org| {
        if let Some(mut products) = body.products {
            products.sort();
            products.dedup();
            org.products = products;
        }
        if let Some(status) = status {
            org.status = status;
        }
        org.linked = body.linked.unwrap_or(org.linked);
    });
    Reply::ok(json!({})).changed()
}

impl State {
    /// Changes an org, and tells who did it.
    pub(super) fn by_console(
        &mut self,
        index: usize,
        doer: &Doer<'_>,
        change: impl FnOnce(&mut Org),
    ) {
        if let Some(org) = self.orgs.get_mut(index) {
            let before = OrgFacts::of(org);
            change(org);
            self.tell_org(index, &before, doer);
        }
    }

    /// Changes anything; of what became of orgs the log tells that it was an admin who uses the console.
    pub(super) fn by_somebody(&mut self, now: &str, change: impl FnOnce(&mut Self)) {
        let facts = |state: &Self| -> BTreeMap<String, OrgFacts> {
            let orgs = state.orgs.iter();
            orgs.map(|org| (org.domain.clone(), OrgFacts::of(org)))
                .collect()
        };
        let before = facts(self);
        change(self);
        for index in 0..self.orgs.len() {
            let domain = self.orgs.get(index).map(|org| org.domain.as_str());
            if let Some(before) = domain.and_then(|domain| before.get(domain)) {
                self.tell_org(index, before, &Doer::console(now));
            }
        }
    }
}
