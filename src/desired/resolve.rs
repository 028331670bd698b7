//! The second layer: meaning. Raw files to the model, with every error, not the first alone.

use std::collections::{BTreeMap, BTreeSet};

use super::catalog::Catalog;
use super::model::{
    Account, Amount, Desired, DesiredOrg, Enforce, Environment, Guardrails, ListedProduct, Origin,
    UnmanagedPolicy,
};
use super::raw::{self, At, File};
use super::suggest::closest;
use crate::diagnostic::{Diagnostic, Diagnostics, SourceId, Span};
use crate::ids::{AccountId, Cell, Domain, OrgId, OrgName, Status};

/// Default of `guardrails.maxLinked`.
const DEFAULT_MAX_LINKED: u64 = 10;

/// Puts the files together. The result is absent when there was an error, now or in the schema.
pub(super) fn resolve(files: &[File], found: &mut Diagnostics) -> Option<Desired> {
    version(files, found);
    let account = account(files, found);
    let mut catalog = Catalog::new(files, found);
    let ignored_words: Vec<At<String>> = files
        .iter()
        .flat_map(|file| file.ignore_products.iter().cloned())
        .collect();
    let ignored: BTreeSet<_> = catalog
        .resolve(&ignored_words, found)
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    let defaults = Defaults {
        cell: agreed(files, "defaults.cell", found, |file| {
            file.default_cell.as_ref()
        })
        .and_then(|at| Cell::parse(&at.value).ok()),
        enforce: agreed(files, "defaults.enforce", found, |file| {
            file.default_enforce.as_ref()
        })
        .and_then(|at| enforce(&at.value)),
    };
    let mut orgs: Vec<DesiredOrg> = Vec::new();
    for raw in files.iter().flat_map(|file| file.orgs.iter().flatten()) {
        orgs.extend(org(raw, &defaults, &mut catalog, found));
    }
    for org in &orgs {
        for product in org.products.iter().flatten() {
            if ignored.contains(&product.id) {
                found.push(
                    Diagnostic::warning(
                        "ignored-product",
                        format!(
                            "{} lists {}, which `ignoreProducts` leaves to others: it won't be enabled here",
                            org.label(),
                            product.id
                        ),
                    )
                    .at(product.span),
                );
            }
        }
    }
    once_each(&orgs, found);
    if files.iter().all(|file| file.orgs.is_none()) {
        found.push(
            Diagnostic::error("missing-key", "no file has the key `orgs`")
                .at(start(SourceId(0)))
                .help("add `orgs:` with the orgs of the account, or `orgs: []` for none"),
        );
    }
    let guardrails = guardrails(files, &orgs, found);
    if let Some(aerial_org) = account
        .as_ref()
        .and_then(|account| account.aerial_org.as_ref())
    {
        for org in &orgs {
            if org.name.domain() == Some(aerial_org) && org.status == Some(Status::Inactive) {
                found.push(
                    Diagnostic::error(
                        "inactive-aerial-org",
                        format!("{aerial_org} is the Aerial org: it is never deactivated"),
                    )
                    .at(org.origin.status.unwrap_or(org.origin.org))
                    .help("remove its `status`: the Aerial org issues every token, and without it nothing could be undone"),
                );
            }
        }
    }
    let names = catalog.names();
    if found.has_errors() {
        return None;
    }
    orgs.sort_by(|a, b| a.name.cmp(&b.name));
    Some(Desired {
        account: account?,
        orgs,
        ignored,
        guardrails,
        names,
    })
}

struct Defaults {
    cell: Option<Cell>,
    enforce: Option<Enforce>,
}

fn start(source: SourceId) -> Span {
    Span {
        source,
        line: 1,
        column: 1,
        len: 0,
    }
}

/// The one value that all files which have the key agree on.
fn agreed<'a, T: PartialEq>(
    files: &'a [File],
    key: &str,
    found: &mut Diagnostics,
    get: impl Fn(&'a File) -> Option<&'a At<T>>,
) -> Option<&'a At<T>> {
    let mut all = files.iter().filter_map(get);
    let first = all.next()?;
    for other in all {
        if other.value != first.value {
            found.push(
                Diagnostic::error(
                    "conflicting-value",
                    format!("`{key}` has two values in this desired state"),
                )
                .label(other.span, "this one")
                .label(first.span, "and this one")
                .help("it may stand in several files if it is the same everywhere"),
            );
        }
    }
    Some(first)
}

fn version(files: &[File], found: &mut Diagnostics) {
    if files.iter().all(|file| file.version.is_none()) {
        found.push(
            Diagnostic::error("missing-key", "no file has the key `version`")
                .at(start(SourceId(0)))
                .help("add `version: 1`"),
        );
    }
}

fn account(files: &[File], found: &mut Diagnostics) -> Option<Account> {
    if files.iter().all(|file| file.account.is_none()) {
        found.push(
            Diagnostic::error("missing-key", "no file has the key `account`")
                .at(start(SourceId(0)))
                .help("add `account:` with the `id` of the Aerial account"),
        );
        return None;
    }
    let part = |get: fn(&raw::Account) -> Option<&At<String>>| {
        move |file: &'_ File| -> Option<At<String>> {
            file.account
                .as_ref()
                .and_then(|account| get(&account.value))
                .cloned()
        }
    };
    let id = same(
        files,
        "account.id",
        found,
        part(|account| account.id.as_ref()),
        str::to_owned,
    );
    let environment = same(
        files,
        "account.environment",
        found,
        part(|account| account.environment.as_ref()),
        str::to_owned,
    );
    let aerial_org = same(
        files,
        "account.aerialOrg",
        found,
        part(|account| account.aerial_org.as_ref()),
        str::to_ascii_lowercase,
    );
    let aerial_org = aerial_org.and_then(|at| domain(&at, found));
    Some(Account {
        id: AccountId::parse(&id?.value).ok()?,
        environment: environment.map_or(Environment::Production, |at| match at.value.as_str() {
            "production" => Environment::Production,
            "sandbox" => Environment::Sandbox,
            url => Environment::Url(url.trim_end_matches('/').to_owned()),
        }),
        aerial_org,
    })
}

/// Like [`agreed`], for values that are compared after folding.
fn same(
    files: &[File],
    key: &str,
    found: &mut Diagnostics,
    get: impl Fn(&File) -> Option<At<String>>,
    fold: impl Fn(&str) -> String,
) -> Option<At<String>> {
    let all: Vec<At<String>> = files.iter().filter_map(get).collect();
    let first = all.first()?.clone();
    for other in all.iter().skip(1) {
        if fold(&other.value) != fold(&first.value) {
            found.push(
                Diagnostic::error(
                    "conflicting-value",
                    format!("`{key}` has two values in this desired state"),
                )
                .label(other.span, "this one")
                .label(first.span, "and this one")
                .help(
                    "one desired state is about one account; keep others in a folder of their own",
                ),
            );
        }
    }
    Some(first)
}

fn domain(at: &At<String>, found: &mut Diagnostics) -> Option<Domain> {
    match Domain::parse(&at.value) {
        Ok(domain) => {
            if let Some(plain) = domain.behind_admin_console() {
                found.push(
                    Diagnostic::error(
                        "admin-host",
                        format!("`{domain}` is the host of an admin console"),
                    )
                    .at(at.span)
                    .help(format!("write the org's own host: `{plain}`")),
                );
                return None;
            }
            Some(domain)
        }
        Err(reason) => {
            found.push(
                Diagnostic::error("invalid-domain", format!("`{}` {reason}", at.value)).at(at.span),
            );
            None
        }
    }
}

fn enforce(word: &str) -> Option<Enforce> {
    match word {
        "exact" => Some(Enforce::Exact),
        "additive" => Some(Enforce::Additive),
        _ => None,
    }
}

fn org(
    raw: &raw::Org,
    defaults: &Defaults,
    catalog: &mut Catalog<'_>,
    found: &mut Diagnostics,
) -> Option<DesiredOrg> {
    let org_domain = raw.domain.as_ref().and_then(|at| domain(at, found));
    let id = raw.id.as_ref().and_then(|at| OrgId::parse(&at.value).ok());
    let products = raw.products.as_ref().map(|at| {
        catalog
            .resolve(&at.value, found)
            .into_iter()
            .map(|(id, span)| ListedProduct { id, span })
            .collect()
    });
    let name = OrgName::of(id, org_domain)?;
    let own_cell = raw.cell.as_ref().and_then(|at| Cell::parse(&at.value).ok());
    Some(DesiredOrg {
        name,
        cell_is_own: own_cell.is_some(),
        cell: own_cell.or_else(|| defaults.cell.clone()),
        status: raw.status.as_ref().and_then(|at| match at.value.as_str() {
            "active" => Some(Status::Active),
            "inactive" => Some(Status::Inactive),
            _ => None,
        }),
        products,
        enforce: raw
            .enforce
            .as_ref()
            .and_then(|at| enforce(&at.value))
            .or(defaults.enforce)
            .unwrap_or(Enforce::Exact),
        origin: Origin {
            org: raw.span,
            status: raw.status.as_ref().map(|at| at.span),
            products: raw.products.as_ref().map(|at| at.span),
        },
    })
}

fn once_each(orgs: &[DesiredOrg], found: &mut Diagnostics) {
    let mut domains: BTreeMap<&Domain, Span> = BTreeMap::new();
    let mut ids: BTreeMap<&OrgId, Span> = BTreeMap::new();
    for org in orgs {
        let by_domain = org
            .name
            .domain()
            .and_then(|domain| domains.insert(domain, org.origin.org));
        let by_id = org.name.id().and_then(|id| ids.insert(id, org.origin.org));
        if let Some(before) = by_domain.or(by_id) {
            found.push(
                Diagnostic::error(
                    "duplicate-org",
                    format!("the org {} is listed twice", org.label()),
                )
                .label(org.origin.org, "here")
                .label(before, "and here")
                .help("keep one of the two entries"),
            );
        }
    }
}

fn guardrails(files: &[File], orgs: &[DesiredOrg], found: &mut Diagnostics) -> Guardrails {
    let mut protected = BTreeSet::new();
    let domains: BTreeSet<&str> = orgs
        .iter()
        .filter_map(|org| org.name.domain().map(Domain::as_str))
        .collect();
    let ids: BTreeSet<&str> = orgs
        .iter()
        .filter_map(|org| org.name.id().map(OrgId::as_str))
        .collect();
    for word in files
        .iter()
        .flat_map(|file| &file.guardrails.protected_orgs)
    {
        // A dot makes it a domain: ids have none.
        let known = if word.value.contains('.') {
            let Some(domain) = domain(word, found) else {
                continue;
            };
            let known = domains.contains(domain.as_str());
            protected.insert(OrgName::Domain(domain));
            known
        } else {
            match OrgId::parse(&word.value) {
                Ok(id) => {
                    let known = ids.contains(id.as_str());
                    protected.insert(OrgName::Id(id));
                    known
                }
                Err(reason) => {
                    found.push(
                        Diagnostic::error("invalid-org", format!("`{}` {reason}", word.value))
                            .at(word.span),
                    );
                    continue;
                }
            }
        };
        if !known {
            let near = closest(&word.value, domains.iter().chain(&ids).copied());
            found.push(
                Diagnostic::warning(
                    "unknown-protected-org",
                    format!(
                        "`{}` is protected, but no entry of `orgs` names it like this",
                        word.value
                    ),
                )
                .at(word.span)
                .help(near.map_or_else(
                    || "write it as in `orgs`, or remove it".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                )),
            );
        }
    }
    let count = |at: Option<&At<i64>>| at.and_then(|at| u64::try_from(at.value).ok());
    Guardrails {
        max_disabled: agreed(files, "guardrails.maxDisabled", found, |file| {
            file.guardrails.max_disabled.as_ref()
        })
        .and_then(|at| amount(&at.value)),
        max_linked: count(agreed(files, "guardrails.maxLinked", found, |file| {
            file.guardrails.max_linked.as_ref()
        }))
        .unwrap_or(DEFAULT_MAX_LINKED),
        max_deactivated: count(agreed(files, "guardrails.maxDeactivated", found, |file| {
            file.guardrails.max_deactivated.as_ref()
        }))
        .unwrap_or(0),
        protected,
        unmanaged: agreed(files, "guardrails.unmanagedOrgs", found, |file| {
            file.guardrails.unmanaged_orgs.as_ref()
        })
        .map_or(UnmanagedPolicy::Warn, |at| match at.value.as_str() {
            "ignore" => UnmanagedPolicy::Ignore,
            "fail" => UnmanagedPolicy::Fail,
            _ => UnmanagedPolicy::Warn,
        }),
    }
}

fn amount(text: &str) -> Option<Amount> {
    match text.strip_suffix('%') {
        Some(number) => number.trim().parse().ok().map(Amount::Percent),
        None => text.parse().ok().map(Amount::Count),
    }
}
