//! What of a change the System Log tells: the events that Okta's catalogue has for it, with their targets and data.

use std::collections::BTreeMap;

use serde_json::json;

use super::call::Call;
use super::ids::okta_id;
use super::state::{ADMIN, ConditionTemplate, Org, OrgGroup, State};
use super::system_log::{LogActor, LogEntry, LogTarget};

/// Who does something, and from where.
pub(super) struct Doer<'a> {
    pub(super) actor: LogActor,
    pub(super) address: &'a str,
    pub(super) user_agent: &'a str,
    /// The id of the request.
    pub(super) request: &'a str,
    /// When, RFC 3339.
    pub(super) now: &'a str,
}

impl<'a> Doer<'a> {
    /// Whoever sent a request.
    pub(super) fn of(call: &Call<'a>) -> Self {
        Self {
            actor: actor(call.actor),
            address: "127.0.0.1",
            user_agent: call.user_agent,
            request: call.request,
            now: call.now,
        }
    }

    /// An admin who uses the console.
    pub(super) fn console(now: &'a str) -> Self {
        Self {
            actor: LogActor {
                id: "00uconsole1234567890".to_owned(),
                kind: "User".to_owned(),
                alternate_id: "console.admin@example.com".to_owned(),
                display_name: "Console Admin".to_owned(),
            },
            address: "192.0.2.10",
            user_agent: "Mozilla/5.0 (X11; Linux x86_64) Console",
            request: "reqConsole",
            now,
        }
    }

    fn entry(
        &self,
        event_type: &str,
        targets: Vec<LogTarget>,
        debug: &[(&str, String)],
    ) -> LogEntry {
        let debug = debug.iter().cloned();
        LogEntry {
            published: self.now.to_owned(),
            event_type: event_type.to_owned(),
            actor: self.actor.clone(),
            address: self.address.to_owned(),
            user_agent: self.user_agent.to_owned(),
            request: self.request.to_owned(),
            targets,
            debug: debug.map(|(key, value)| (key.to_owned(), value)).collect(),
            ..LogEntry::default()
        }
    }
}

fn actor(id: &str) -> LogActor {
    let (kind, alternate_id, display_name) = if id == ADMIN {
        ("User", "admin@example.com", "Emulated Admin")
    } else {
        ("PublicClientApp", id, "Service app")
    };
    LogActor {
        id: id.to_owned(),
        kind: kind.to_owned(),
        alternate_id: alternate_id.to_owned(),
        display_name: display_name.to_owned(),
    }
}

/// What of an org the log tells a change of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OrgFacts {
    linked: bool,
    status: String,
    products: Vec<String>,
    deletion_requested: bool,
    consent: bool,
}

impl OrgFacts {
    pub(super) fn of(org: &Org) -> Self {
        Self {
            linked: org.linked,
            status: org.status.clone(),
            products: org.products.clone(),
            deletion_requested: org.deletion_requested,
            consent: org.consent,
        }
    }
}

impl State {
    /// Tells what became of an org, which was this before.
    pub(super) fn tell_org(&mut self, index: usize, before: &OrgFacts, doer: &Doer<'_>) {
        let Some(org) = self.orgs.get(index) else {
            return;
        };
        let now = OrgFacts::of(org);
        if now == *before {
            return;
        }
        let mut entries = Vec::new();
        let mut tell = |event_type: &str, debug: &[(&str, String)]| {
            entries.push(doer.entry(event_type, vec![self.org_target(org)], debug));
        };
        if now.consent != before.consent && self.switches.consent_events {
            let word = if now.consent { "grant" } else { "revoke" };
            tell(&format!("account.org.consent.{word}"), &[]);
        }
        if now.linked && !before.linked {
            tell("account.org.add", &[]);
        }
        if now.status != before.status {
            let debug = [
                ("old_status", before.status.clone()),
                ("new_status", now.status.clone()),
            ];
            tell("account.org.status.update", &debug);
        }
        if now.products != before.products {
            let but = |all: &[String], others: &[String]| {
                let left = all.iter().filter(|id| !others.contains(id));
                left.cloned().collect::<Vec<_>>().join(", ")
            };
            let debug = [
                ("products_added", but(&now.products, &before.products)),
                ("products_deleted", but(&before.products, &now.products)),
            ];
            tell("account.org.product.update", &debug);
        }
        if now.deletion_requested != before.deletion_requested {
            let word = if now.deletion_requested {
                "request"
            } else {
                "cancel"
            };
            tell(&format!("account.org.delete.{word}"), &[]);
        }
        self.record(entries);
    }

    /// Tells what became of a group of orgs; `member`: of an org in it.
    pub(super) fn tell_group(
        &mut self,
        verb: &str,
        group: (&str, &OrgGroup),
        member: Option<&str>,
        doer: &Doer<'_>,
    ) {
        let (id, group) = group;
        let mut detail = BTreeMap::from([("org_group_name".to_owned(), group.name.clone())]);
        if let Some(description) = &group.description {
            detail.insert("org_group_description".to_owned(), description.clone());
        }
        let mut targets = vec![LogTarget {
            id: id.to_owned(),
            kind: "OrgGroup".to_owned(),
            alternate_id: id.to_owned(),
            display_name: group.name.clone(),
            detail_entry: detail,
        }];
        let member = member.and_then(|id| self.orgs.iter().find(|org| org.id == id));
        targets.extend(member.map(|org| self.org_target(org)));
        let event_type = format!("account.org_group.{verb}");
        let entry = doer.entry(&event_type, targets, &[]);
        self.record(vec![entry]);
    }

    /// Tells what became of a template of request conditions.
    pub(super) fn tell_template(&mut self, verb: &str, one: &ConditionTemplate, doer: &Doer<'_>) {
        let name = one.request_condition.get("name").cloned();
        let name = name
            .unwrap_or(json!(""))
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let debug = [
            ("template_condition_id", one.id.clone()),
            ("template_condition_name", name),
        ];
        let event_type = format!("account.aerial_template_condition.{verb}");
        let entry = doer.entry(&event_type, Vec::new(), &debug);
        self.record(vec![entry]);
    }

    fn org_target(&self, org: &Org) -> LogTarget {
        let id = if self.switches.log_org_ids {
            org.id.clone()
        } else {
            okta_id("0lt", &org.domain)
        };
        LogTarget {
            id,
            kind: "Org".to_owned(),
            alternate_id: "unknown".to_owned(),
            display_name: org.name.clone(),
            detail_entry: BTreeMap::from([
                ("cell".to_owned(), org.cell.clone()),
                ("domain_name".to_owned(), org.domain.clone()),
            ]),
        }
    }

    fn record(&mut self, entries: Vec<LogEntry>) {
        for entry in entries {
            self.log.record(entry, &self.switches);
        }
    }
}
