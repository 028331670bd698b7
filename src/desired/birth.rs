//! How an org comes to be: whose child it is, whose consent it takes, and how it is created.

use std::collections::BTreeMap;

use super::hosts;
use super::model::{DesiredOrg, NewAdmin, NewOrg};
use super::raw::{RawCreate, RawOrg};
use super::taken::{At, WordAt};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span, quote};
use crate::ids::{Cell, Domain, OrgName};

/// The longest first label of a new org [Okta, Org Creator API: `subdomain`].
const MAX_LABEL: usize = 57;

/// The cell whose orgs the sandbox reaches.
const SANDBOX_CELL: &str = "op3";

/// What every variable with a password begins with.
const PASSWORD: &str = "AERIAL_ADMIN_PASSWORD_";

/// What an entry says of it.
#[derive(Default)]
pub(super) struct EntryBirth {
    pub(super) parent: Option<Domain>,
    /// The org on which consent is granted.
    pub(super) consent: Option<Domain>,
    pub(super) create: Option<NewOrg>,
}

/// Warns where several new orgs take their admin's first password from one variable: what is one org's secret is then
/// another's as well.
pub(super) fn one_password_each(orgs: &[DesiredOrg], found: &mut Diagnostics) {
    let mut by_variable: BTreeMap<&str, Span> = BTreeMap::new();
    for org in orgs {
        let Some(create) = &org.create else { continue };
        let variable = create.admin.password_from.as_str();
        let at = org.origin.create.unwrap_or(org.origin.org);
        if let Some(before) = by_variable.insert(variable, at) {
            let own = create.domain.as_variable();
            found.push(
                Diagnostic::warning(
                    Code::SharedPassword,
                    format!("{variable} is the first password of the admins of several new orgs"),
                )
                .label(at, "here")
                .label(before, "and here")
                .help(format!(
                    "write `{PASSWORD}{own}` here, so that each has its own"
                )),
            );
        }
    }
}

/// The sandbox reaches one kind of cell alone: elsewhere an org would be created there and never linked [Okta, Aerial guide].
pub(super) fn reachable_cells(orgs: &[DesiredOrg], found: &mut Diagnostics) {
    for org in orgs {
        let cell = org
            .cell
            .as_ref()
            .filter(|cell| cell.as_str() != SANDBOX_CELL);
        let (Some(cell), Some(create)) = (cell, org.origin.create) else {
            continue;
        };
        let message = format!(
            "{} can't be linked in the sandbox, which reaches orgs in OP3 cells alone: its cell is {cell}",
            org.label()
        );
        found.push(
            Diagnostic::error(Code::SandboxCell, message)
                .at(create)
                .help("write `cell: op3` where it is in one"),
        );
    }
}

/// Checks what an entry says of it.
pub(super) fn of(
    raw: &RawOrg<'_>,
    name: &OrgName,
    cell: Option<&Cell>,
    found: &mut Diagnostics,
) -> EntryBirth {
    let named = raw.parent.as_ref();
    let parent = named.and_then(|at| hosts::org(at, found));
    let create = raw
        .create
        .as_ref()
        .and_then(|at| new_org(at, name, cell, found));
    if let (Some(at), Some(parent), Some(create)) = (named, &parent, &create)
        && *parent != create.parent
    {
        found.push(
            Diagnostic::error(
                Code::InvalidCreate,
                format!(
                    "{} is created from {}, and `parent` says {parent}",
                    name.label(),
                    create.parent
                ),
            )
            .at(at.span)
            .help("remove `parent` beside `create`, which has its own"),
        );
    }
    let parent = create
        .as_ref()
        .map(|create| create.parent.clone())
        .or(parent);
    if let Some(at) = named
        && parent.is_some()
        && parent.as_ref() == name.domain()
    {
        found.push(
            Diagnostic::error(
                Code::InvalidCreate,
                format!("{} is no child of its own", name.label()),
            )
            .at(at.span)
            .help("remove `parent` where the org has none"),
        );
    }
    let consent =
        raw.consent
            .as_ref()
            .filter(|at| at.value == "grant")
            .and_then(|at| {
                let giver = parent.as_ref().or_else(|| name.domain());
                if giver.is_none() {
                    found.push(
                    Diagnostic::error(
                        Code::InvalidValue,
                        format!("nobody knows on which host {} gives its consent", name.label()),
                    )
                    .at(at.span)
                    .help("add the org's `domain`, or the `parent` that it takes its consent from"),
                );
                }
                giver.cloned()
            });
    EntryBirth {
        parent,
        consent,
        create,
    }
}

fn new_org(
    at: &At<RawCreate<'_>>,
    name: &OrgName,
    cell: Option<&Cell>,
    found: &mut Diagnostics,
) -> Option<NewOrg> {
    let raw = &at.value;
    let parent = raw.parent.as_ref();
    let parent_domain = parent.and_then(|at| hosts::org(at, found));
    let mut wrong = |span: Span, message: String, help: String| {
        found.push(
            Diagnostic::error(Code::InvalidCreate, message)
                .at(span)
                .help(help),
        );
    };
    let Some(domain) = name.domain() else {
        wrong(
            at.span,
            format!("{} is to be created, and has no `domain`", name.label()),
            "write the `domain` that it gets; only Okta gives ids".to_owned(),
        );
        return None;
    };
    if cell.is_none() {
        wrong(
            at.span,
            format!("{domain} is to be created and linked, and linking needs its cell"),
            "add the parent's `cell:` to the org, or `cell:` under `defaults:`".to_owned(),
        );
    }
    if let (Some(at), Some(parent)) = (parent, &parent_domain)
        && (parent.above() != domain.above() || parent == domain)
    {
        wrong(
            at.span,
            format!(
                "a child of {parent} is one label below {}, and {domain} isn't",
                parent.above()
            ),
            format!(
                "write `domain: {}.{}`, or another parent",
                domain.subdomain(),
                parent.above()
            ),
        );
    }
    if domain.subdomain().len() > MAX_LABEL {
        wrong(
            at.span,
            format!("the first label of {domain} has more than {MAX_LABEL} characters"),
            "Okta makes no org with a longer one".to_owned(),
        );
    }
    if let Some(at) = &raw.name
        && at.value.chars().any(|c| c.len_utf8() > 3)
    {
        wrong(
            at.span,
            "the name of a new org has a character that Okta doesn't take".to_owned(),
            "leave out emoji and other characters of four bytes".to_owned(),
        );
    }
    if let Some(at) = &raw.password_from {
        let good = [domain.label_as_variable(), domain.as_variable()];
        let good = good.map(|name| format!("{PASSWORD}{name}"));
        if good.iter().all(|good| *good != at.value) {
            let [short, long] = good;
            wrong(
                at.span,
                format!(
                    "{} isn't the variable of this org's password",
                    quote(&at.value)
                ),
                format!(
                    "write `{short}` or `{long}`: a file names no other variable of the machine"
                ),
            );
        }
    }
    let text = |at: &Option<WordAt<'_>>| at.as_ref().map(|at| at.value.to_string());
    Some(NewOrg {
        parent: parent_domain?,
        domain: domain.clone(),
        name: text(&raw.name)?,
        website: text(&raw.website),
        admin: NewAdmin {
            first_name: text(&raw.first_name)?,
            last_name: text(&raw.last_name)?,
            email: text(&raw.email)?,
            login: text(&raw.login)?,
            password_from: text(&raw.password_from)?,
        },
    })
}
