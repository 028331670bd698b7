//! What holds for the whole account, as text: so that a reviewer sees each change of it, old and new.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::baseline::{BaselineObject, is_always_there, referred};
use super::constraint::Constraints;
use super::model::{Account, Amount, Defaults, Desired, Enforce, Guardrails, UnmanagedPolicy};
use crate::diagnostic::clipped;
use crate::ids::{OrgName, ProductId};

/// So much of a value is shown, in characters.
const LONGEST: usize = 200;

/// So many fields of baselines are told one by one.
const MOST_FIELDS: usize = 200;

/// A key of the file that holds for the whole account and is another one than before. Of a list there is one for each
/// member that comes or goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleChange {
    /// Such as `guardrails.maxDisabled`.
    pub key: String,
    /// What it was; `None` where it wasn't there.
    pub before: Option<String>,
    /// What it is; `None` where it isn't there any more.
    pub after: Option<String>,
    /// How many orgs keep what they have of it: what a baseline doesn't list is left alone.
    pub stays: usize,
}

impl RuleChange {
    /// `guardrails.maxDisabled: 500, was 10`.
    #[must_use]
    pub fn words(&self) -> String {
        let key = &self.key;
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => format!("{key}: {after}, was {before}"),
            (None, Some(after)) => format!("{key}: {after} is new"),
            (Some(before), None) => match self.stays {
                0 => format!("{key}: {before} is gone"),
                1 => format!("{key}: {before} is gone, and stays in 1 org that has it"),
                orgs => format!("{key}: {before} is gone, and stays in {orgs} orgs that have it"),
            },
            (None, None) => key.to_owned(),
        }
    }
}

/// A field of a baseline.
#[derive(PartialEq, Eq)]
struct BaselineField {
    value: Json,
    /// How many orgs have the baseline.
    orgs: usize,
}

/// What is the same for all orgs: the value under each key, and the members of each list.
#[derive(Default, PartialEq, Eq)]
struct Facts {
    values: BTreeMap<&'static str, String>,
    /// The constraints: `constraints.maxOrgs.P000201`.
    rules: BTreeMap<String, String>,
    /// The fields of every baseline: `baselines.standard.zones/Corporate.type`.
    inside: BTreeMap<String, BaselineField>,
    members: BTreeSet<(&'static str, String)>,
}

/// What differs; where there was no state before, what differs from what holds when the file is silent.
#[must_use]
pub(super) fn changes(before: Option<&Desired>, after: &Desired) -> Vec<RuleChange> {
    let new = Facts::of(after);
    let old = before.map_or_else(|| Facts::silent(after), Facts::of);
    let keys: BTreeSet<&'static str> = old
        .values
        .keys()
        .chain(new.values.keys())
        .copied()
        .collect();
    let values = keys.into_iter().map(|key| RuleChange {
        key: key.to_owned(),
        before: old.values.get(key).cloned(),
        after: new.values.get(key).cloned(),
        stays: 0,
    });
    let gone = old
        .members
        .difference(&new.members)
        .map(|(key, member)| RuleChange {
            key: (*key).to_owned(),
            before: Some(member.clone()),
            after: None,
            stays: 0,
        });
    let come = new
        .members
        .difference(&old.members)
        .map(|(key, member)| RuleChange {
            key: (*key).to_owned(),
            before: None,
            after: Some(member.clone()),
            stays: 0,
        });
    values
        .filter(|change| change.before != change.after)
        .chain(gone)
        .chain(come)
        .chain(rules(&old.rules, &new.rules))
        .chain(inside(&old.inside, &new.inside))
        .collect()
}

/// The constraints that differ.
fn rules(old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) -> Vec<RuleChange> {
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let changes = keys.into_iter().map(|key| RuleChange {
        key: key.clone(),
        before: old.get(key).cloned(),
        after: new.get(key).cloned(),
        stays: 0,
    });
    changes
        .filter(|change| change.before != change.after)
        .collect()
}

/// The fields of baselines that differ, after everything else: there can be many, and what limits them must be seen.
fn inside(
    old: &BTreeMap<String, BaselineField>,
    new: &BTreeMap<String, BaselineField>,
) -> Vec<RuleChange> {
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let differ = keys.into_iter().filter(|key| {
        let [old, new] = [old, new].map(|all| all.get(*key).map(|field| &field.value));
        old != new
    });
    let differ: Vec<&String> = differ.collect();
    let words = |field: Option<&BaselineField>| field.map(|field| shown(&field.value));
    let told = differ.iter().take(MOST_FIELDS).map(|key| RuleChange {
        key: (*key).clone(),
        before: words(old.get(*key)),
        after: words(new.get(*key)),
        stays: match (old.get(*key), new.get(*key)) {
            (Some(gone), None) => gone.orgs,
            _ => 0,
        },
    });
    let more = differ.len().saturating_sub(MOST_FIELDS);
    let rest = (more > 0).then(|| RuleChange {
        key: format!("baselines: and {more} more fields"),
        before: None,
        after: None,
        stays: 0,
    });
    told.chain(rest).collect()
}

/// A value as JSON, as much of it as anybody reads.
fn shown(value: &Json) -> String {
    let text = value.to_string();
    match clipped(&text, LONGEST) {
        whole if whole.len() == text.len() => text,
        part => format!("{part}…"),
    }
}

impl Facts {
    fn of(desired: &Desired) -> Self {
        // A new key that holds for all orgs is shown to a reviewer here.
        let Desired {
            account,
            defaults,
            orgs, // compared one by one
            ignored,
            guardrails,
            constraints,
            waves,
            baselines,
            names: _,   // what the file calls a product changes nothing
            bundles: _, // in the lists
        } = desired;
        let mut facts = Self::default();
        facts.account(account);
        facts.guardrails(guardrails);
        facts.constraints(constraints);
        let mut users: BTreeMap<&str, usize> = BTreeMap::new();
        for name in orgs.iter().filter_map(|org| org.baseline.as_deref()) {
            *users.entry(name).or_default() += 1;
        }
        for (name, baseline) in baselines {
            let orgs = users.get(&**name).copied().unwrap_or_default();
            for object in &baseline.objects {
                facts.object(&format!("baselines.{name}"), object, orgs);
            }
        }
        let Defaults {
            cell,
            enforce,
            baseline,
        } = defaults;
        if let Some(baseline) = baseline {
            let name = baseline.to_string();
            facts.values.insert("defaults.baseline", name);
        }
        if let Some(cell) = cell {
            facts.values.insert("defaults.cell", cell.to_string());
        }
        if let Some(enforce) = enforce {
            let word = match enforce {
                Enforce::Exact => "exact",
                Enforce::Additive => "additive",
            };
            facts.values.insert("defaults.enforce", word.to_owned());
        }
        if !waves.is_empty() {
            facts.values.insert("waves", waves.join(", "));
        }
        let ignored = ignored.iter().map(|id| ("ignoreProducts", id.to_string()));
        facts.members.extend(ignored);
        facts
    }

    /// The same account with a file that says nothing of it.
    fn silent(desired: &Desired) -> Self {
        let mut facts = Self::default();
        facts.account(&desired.account);
        facts.guardrails(&Guardrails::default());
        facts
    }

    fn object(&mut self, baseline: &str, object: &BaselineObject, orgs: usize) {
        let BaselineObject {
            name,
            body,
            system,
            span: _, // a place in the file
        } = object;
        let key = format!("{baseline}.{name}");
        // What every org has from Okta needs no mark.
        if *system && !is_always_there(name) {
            let value = true.into();
            let key = format!("{key}.system");
            self.inside.insert(key, BaselineField { value, orgs });
        }
        self.field(key, body, orgs);
    }

    /// What holds a value by itself; of a mapping, what is in it.
    fn field(&mut self, key: String, value: &Json, orgs: usize) {
        match value.as_object() {
            Some(fields) if !fields.is_empty() && referred(value).is_none() => {
                for (name, value) in fields {
                    self.field(format!("{key}.{name}"), value, orgs);
                }
            }
            _ => {
                let value = value.clone();
                self.inside.insert(key, BaselineField { value, orgs });
            }
        }
    }

    fn account(&mut self, account: &Account) {
        let Account {
            id,
            environment,
            aerial_org,
            partner,
        } = account;
        self.values.insert("account.id", id.to_string());
        self.values
            .insert("account.environment", environment.to_string());
        self.values.insert("account.partner", partner.to_string());
        if let Some(domain) = aerial_org {
            self.values.insert("account.aerialOrg", domain.to_string());
        }
    }

    fn constraints(&mut self, constraints: &Constraints) {
        let Constraints {
            requires,
            excludes,
            every_org,
            max_orgs,
        } = constraints;
        let words = |products: &BTreeSet<ProductId>, between: &str| {
            let ids: Vec<&str> = products.iter().map(ProductId::as_str).collect();
            ids.join(between)
        };
        for (id, rule) in requires {
            let needs: BTreeSet<String> =
                rule.needs.iter().map(|need| words(need, " or ")).collect();
            let needs: Vec<String> = needs.into_iter().collect();
            self.rules
                .insert(format!("constraints.requires.{id}"), needs.join(", "));
        }
        for (id, rule) in excludes {
            let products = words(&rule.products, ", ");
            self.rules
                .insert(format!("constraints.excludes.{id}"), products);
        }
        let every_org = every_org.keys();
        let members = every_org.map(|id| ("constraints.everyOrg", id.to_string()));
        self.members.extend(members);
        for (id, rule) in max_orgs {
            self.rules
                .insert(format!("constraints.maxOrgs.{id}"), rule.most.to_string());
        }
    }

    fn guardrails(&mut self, guardrails: &Guardrails) {
        let Guardrails {
            max_disabled,
            max_linked,
            max_configured,
            max_created,
            max_consented,
            max_deactivated,
            max_deleted,
            protected,
            unmanaged,
            unread,
            lookalikes,
        } = guardrails;
        let max_disabled = match max_disabled {
            Some(Amount::Count(count)) => count.to_string(),
            Some(Amount::Percent(percent)) => format!("{percent}%"),
            None => "30% of 10 or more".to_owned(),
        };
        self.values.insert("guardrails.maxDisabled", max_disabled);
        for (key, number) in [
            ("guardrails.maxLinked", max_linked),
            ("guardrails.maxConfigured", max_configured),
            ("guardrails.maxCreated", max_created),
            ("guardrails.maxConsented", max_consented),
            ("guardrails.maxDeactivated", max_deactivated),
            ("guardrails.maxDeleted", max_deleted),
        ] {
            self.values.insert(key, number.to_string());
        }
        let unmanaged = match unmanaged {
            UnmanagedPolicy::Ignore => "ignore",
            UnmanagedPolicy::Warn => "warn",
            UnmanagedPolicy::Fail => "fail",
        };
        self.values
            .insert("guardrails.unmanagedOrgs", unmanaged.to_owned());
        let unread = unread.as_str().to_owned();
        self.values.insert("guardrails.baselineUnread", unread);
        self.values
            .insert("guardrails.lookalikes", lookalikes.as_str().to_owned());
        let protected = protected.iter().map(OrgName::label);
        let members = protected.map(|name| ("guardrails.protectedOrgs", name.to_owned()));
        self.members.extend(members);
    }
}
