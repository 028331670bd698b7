//! What is inside of an org: seven collections of its own API, each object as Okta shows it but for its links.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use super::ids::okta_id;
use super::objects::{Object, at, object, over, text};
use super::places::Numbering;
use super::system;

/// The objects of an org. A seed gives Okta's bodies; ids, dates and what Okta itself makes are filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Inside {
    pub org_settings: Map<String, Json>,
    pub zones: Vec<Map<String, Json>>,
    pub threat_insight: Map<String, Json>,
    pub trusted_origins: Vec<Map<String, Json>>,
    pub groups: Vec<Map<String, Json>>,
    /// Apps of any kind; new ones are bookmarks.
    pub apps: Vec<Map<String, Json>>,
    /// Each with its `rules`.
    pub policies: Vec<Map<String, Json>>,
    /// How many objects were made here, so that no id comes twice.
    pub made: u64,
}

/// How an object of a collection begins.
struct Birth<'a> {
    domain: &'a str,
    since: &'a str,
}

impl Birth<'_> {
    fn of(&self, one: &mut Object, prefix: &str, name: &str) {
        let from = format!("{} {prefix} {name}", self.domain);
        let mut set = |member: &str, value: Json| {
            one.entry(member).or_insert(value);
        };
        set("id", json!(okta_id(prefix, &from)));
        set("created", json!(self.since));
        set("lastUpdated", json!(self.since));
    }
}

impl Inside {
    /// What a new org has.
    pub(super) fn new(domain: &str, id: &str, name: &str, since: &str) -> Self {
        let mut inside = Self::default();
        inside.complete(domain, id, name, since);
        inside
    }

    /// An id for a new object.
    pub(super) fn next_id(&mut self, prefix: &str, domain: &str) -> String {
        self.made += 1;
        okta_id(prefix, &format!("{domain} {prefix} made {}", self.made))
    }

    /// Changes an object behind the API's back; nothing where there is no such object.
    pub(super) fn edit(&mut self, collection: &str, name: &str, set: &Object) {
        let named = |one: &Object| {
            let profile = at(one, "profile.name").and_then(Json::as_str);
            let names = [text(one, "name"), text(one, "label"), text(one, "origin")];
            names.contains(&name) || profile == Some(name)
        };
        let one = match collection {
            "orgSettings" => Some(&mut self.org_settings),
            "threatInsight" => Some(&mut self.threat_insight),
            "zones" => self.zones.iter_mut().find(|one| named(one)),
            "trustedOrigins" => self.trusted_origins.iter_mut().find(|one| named(one)),
            "groups" => self.groups.iter_mut().find(|one| named(one)),
            "apps" => self.apps.iter_mut().find(|one| named(one)),
            "policies" => self.policies.iter_mut().find(|one| named(one)),
            _ => None,
        };
        if let Some(one) = one {
            *one = over(one, set);
        }
    }

    /// Fills in what a seed leaves out, the same each time: ids, dates, and the objects that every org has.
    pub(super) fn complete(&mut self, domain: &str, id: &str, name: &str, since: &str) {
        let birth = Birth { domain, since };
        let settings = object(json!({
            "id": id, "subdomain": domain.split('.').next(), "status": "ACTIVE", "companyName": name, "website": null,
            "expiresAt": null, "created": since, "lastUpdated": since,
        }));
        for (member, value) in settings {
            self.org_settings.entry(member).or_insert(value);
        }
        for member in system::SETTINGS {
            self.org_settings.entry(member).or_insert(Json::Null);
        }
        let threat =
            json!({"action": "none", "excludeZones": [], "created": since, "lastUpdated": since});
        for (member, value) in object(threat) {
            self.threat_insight.entry(member).or_insert(value);
        }
        let own = system::zones().map(|zone| over(&zone, &object(json!({"system": true}))));
        add_missing(&mut self.zones, own.into(), "name");
        for zone in &mut self.zones {
            zone.entry("status").or_insert(json!("ACTIVE"));
            zone.entry("usage").or_insert(json!("POLICY"));
            zone.entry("system").or_insert(json!(false));
            let name = text(zone, "name").to_owned();
            birth.of(zone, "nzo", &name);
        }
        for origin in &mut self.trusted_origins {
            origin.entry("status").or_insert(json!("ACTIVE"));
            let name = text(origin, "origin").to_owned();
            birth.of(origin, "tos", &name);
        }
        add_missing(&mut self.groups, vec![system::everyone()], "profile.name");
        for group in &mut self.groups {
            group.entry("type").or_insert(json!("OKTA_GROUP"));
            group
                .entry("objectClass")
                .or_insert(json!(["okta:user_group"]));
            group.entry("lastMembershipUpdated").or_insert(json!(since));
            let name = at(group, "profile.name")
                .and_then(Json::as_str)
                .unwrap_or_default();
            let name = name.to_owned();
            birth.of(group, "00g", &name);
        }
        for (index, app) in self.apps.iter_mut().enumerate() {
            app.entry("name").or_insert(json!("bookmark"));
            app.entry("signOnMode").or_insert(json!("BOOKMARK"));
            app.entry("status").or_insert(json!("ACTIVE"));
            let name = format!("{} {index}", text(app, "label"));
            birth.of(app, "0oa", &name);
        }
        self.complete_policies(domain, since);
    }

    fn complete_policies(&mut self, domain: &str, since: &str) {
        let birth = Birth { domain, since };
        let everyone = self
            .groups
            .iter()
            .find(|group| text(group, "type") == "BUILT_IN");
        let everyone = everyone.map(|group| text(group, "id").to_owned());
        for (policy_type, _, name, rule) in system::DEFAULTS {
            let is_it = |policy: &Object| {
                text(policy, "type") == policy_type && policy.get("system") == Some(&json!(true))
            };
            if self.policies.iter().any(is_it) {
                continue;
            }
            let mut policy = system::policy_defaults(policy_type);
            if matches!(policy_type, "OKTA_SIGN_ON" | "PASSWORD" | "MFA_ENROLL") {
                let people = json!({"conditions": {"people": {"groups": {"include": [everyone]}}}});
                policy = over(&policy, &object(people));
            }
            let more = json!({"type": policy_type, "name": name, "system": true, "rules": [{"name": rule, "system": true}]});
            policy.extend(object(more));
            self.policies.push(policy);
        }
        for policy in &mut self.policies {
            let policy_type = text(policy, "type").to_owned();
            policy.entry("status").or_insert(json!("ACTIVE"));
            policy.entry("system").or_insert(json!(false));
            for (member, value) in system::policy_defaults(&policy_type) {
                policy.entry(member).or_insert(value);
            }
            let name = format!("{policy_type} {}", text(policy, "name"));
            birth.of(policy, "00p", &name);
            let rules = policy.remove("rules").unwrap_or(json!([]));
            let mut rules: Vec<Object> = serde_json::from_value(rules).unwrap_or_default();
            for rule in &mut rules {
                for (member, value) in system::rule_defaults(&policy_type) {
                    rule.entry(member).or_insert(value);
                }
                rule.entry("status").or_insert(json!("ACTIVE"));
                rule.entry("system").or_insert(json!(false));
                rule.entry("type")
                    .or_insert(json!(system::rule_type(&policy_type)));
                let name = format!("{name} {}", text(rule, "name"));
                birth.of(rule, "0pr", &name);
            }
            Numbering::of(&policy_type, true).complete(&mut rules);
            policy.insert("rules".to_owned(), json!(rules));
        }
        for policy_type in system::TYPES {
            let (mut of_type, rest): (Vec<Object>, Vec<Object>) =
                std::mem::take(&mut self.policies)
                    .into_iter()
                    .partition(|policy| text(policy, "type") == policy_type);
            Numbering::of(policy_type, true).complete(&mut of_type);
            self.policies = rest;
            self.policies.extend(of_type);
        }
    }
}

fn add_missing(all: &mut Vec<Object>, own: Vec<Object>, name: &str) {
    for one in own {
        if !all.iter().any(|other| at(other, name) == at(&one, name)) {
            all.push(one);
        }
    }
}
