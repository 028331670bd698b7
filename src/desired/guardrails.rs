//! The guardrails' numbers and protected orgs.

use std::collections::BTreeSet;

use super::agree::only;
use super::model::{DesiredOrg, Guardrails, LookalikePolicy, UnmanagedPolicy, UnreadPolicy};
use super::raw::RawFile;
use super::suggest::Candidates;
use super::taken::At;
use super::words::{amount, domain};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity, quote};
use crate::ids::{Domain, OrgId, OrgName};

/// The guardrails as all files have them; a protected org that no entry names is warned about: it may be misspelt.
pub(super) fn guardrails(
    files: &[RawFile<'_>],
    orgs: &[DesiredOrg],
    found: &mut Diagnostics,
) -> Guardrails {
    let mut protected = BTreeSet::new();
    let domains: BTreeSet<&str> = orgs
        .iter()
        .filter_map(|org| org.name.domain().map(Domain::as_str))
        .collect();
    let ids: BTreeSet<&str> = orgs
        .iter()
        .filter_map(|org| org.name.id().map(OrgId::as_str))
        .collect();
    let candidates = Candidates::new(domains.iter().chain(&ids).copied());
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
                        Diagnostic::error(
                            Code::InvalidOrg,
                            format!("{} {reason}", quote(&word.value)),
                        )
                        .at(word.span),
                    );
                    continue;
                }
            }
        };
        if !known {
            found.push_with(Severity::Warning, || {
                let near = candidates.closest(&word.value);
                Diagnostic::warning(
                    Code::UnknownProtectedOrg,
                    format!(
                        "{} is protected, but no entry of `orgs` names it like this",
                        quote(&word.value)
                    ),
                )
                .at(word.span)
                .help(near.map_or_else(
                    || "write it as in `orgs`, or remove it".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                ))
            });
        }
    }
    let count = |at: Option<&At<i64>>| at.and_then(|at| u64::try_from(at.value).ok());
    let silent = Guardrails::default();
    Guardrails {
        max_disabled: only(files, |file| file.guardrails.max_disabled.as_ref())
            .and_then(|at| amount(&at.value)),
        max_linked: count(only(files, |file| file.guardrails.max_linked.as_ref()))
            .unwrap_or(silent.max_linked),
        max_configured: count(only(files, |file| file.guardrails.max_configured.as_ref()))
            .unwrap_or(silent.max_configured),
        max_created: count(only(files, |file| file.guardrails.max_created.as_ref()))
            .unwrap_or(silent.max_created),
        max_consented: count(only(files, |file| file.guardrails.max_consented.as_ref()))
            .unwrap_or(silent.max_consented),
        max_deactivated: count(only(files, |file| file.guardrails.max_deactivated.as_ref()))
            .unwrap_or(silent.max_deactivated),
        max_deleted: count(only(files, |file| file.guardrails.max_deleted.as_ref()))
            .unwrap_or(silent.max_deleted),
        protected,
        unmanaged: only(files, |file| file.guardrails.unmanaged_orgs.as_ref()).map_or(
            silent.unmanaged,
            |at| match &*at.value {
                "ignore" => UnmanagedPolicy::Ignore,
                "fail" => UnmanagedPolicy::Fail,
                _ => UnmanagedPolicy::Warn,
            },
        ),
        unread: only(files, |file| file.guardrails.baseline_unread.as_ref()).map_or(
            silent.unread,
            |at| match &*at.value {
                "fail" => UnreadPolicy::Fail,
                _ => UnreadPolicy::Warn,
            },
        ),
        lookalikes: only(files, |file| file.guardrails.lookalikes.as_ref()).map_or(
            silent.lookalikes,
            |at| match &*at.value {
                "warn" => LookalikePolicy::Warn,
                _ => LookalikePolicy::Fail,
            },
        ),
    }
}
