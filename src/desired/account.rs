//! The account that the files are about, and the format's version.

use super::agree::{same, start};
use super::hosts;
use super::model::{Account, Environment};
use super::raw::{RawAccount, RawFile};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, SourceId};
use crate::ids::AccountId;

/// One of the files says which version of the format this is; the schema says which there are.
pub(super) fn version(files: &[RawFile<'_>], found: &mut Diagnostics) {
    if files.iter().all(|file| file.version.is_none()) {
        found.push(
            Diagnostic::error(Code::MissingKey, "no file has the key `version`")
                .at(start(SourceId(0)))
                .help("add `version: 1`"),
        );
    }
}

/// Which account, where it is, and which org issues its tokens.
pub(super) fn account(files: &[RawFile<'_>], found: &mut Diagnostics) -> Option<Account> {
    if files.iter().all(|file| file.account.is_none()) {
        found.push(
            Diagnostic::error(Code::MissingKey, "no file has the key `account`")
                .at(start(SourceId(0)))
                .help("add `account:` with the `id` of the Aerial account"),
        );
        return None;
    }
    let id = same(
        files,
        "account.id",
        found,
        |file| part(file)?.id.as_ref(),
        str::to_owned,
    );
    let environment = same(
        files,
        "account.environment",
        found,
        |file| part(file)?.environment.as_ref(),
        str::to_owned,
    );
    let aerial_org = same(
        files,
        "account.aerialOrg",
        found,
        |file| part(file)?.aerial_org.as_ref(),
        str::to_ascii_lowercase,
    );
    let environment = environment.map(|at| hosts::environment(at, found));
    let aerial_org = aerial_org.and_then(|at| hosts::aerial_org(at, found));
    let partner = same(
        files,
        "account.partner",
        found,
        |file| part(file)?.partner.as_ref(),
        str::to_owned,
    );
    Some(Account {
        id: AccountId::parse(&id?.value).ok()?,
        environment: environment.unwrap_or(Some(Environment::Production))?,
        aerial_org,
        partner: partner.is_some_and(|at| at.value == "true"),
    })
}

fn part<'a>(file: &'a RawFile<'a>) -> Option<&'a RawAccount<'a>> {
    Some(&file.account.as_ref()?.value)
}
