//! Orgs that nobody could look into.

use crate::desired::model::DesiredOrg;
use crate::diagnostic::{Code, Diagnostic, Warnings, alike};
use crate::ids::OrgName;
use crate::inside::UnreadReason;
use crate::live::LiveOrg;

/// An org with a baseline whose inside can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadOrg {
    pub org: OrgName,
    pub reason: UnreadReason,
}

/// Warns of an org that can't be looked into.
pub(super) fn warn(
    want: &DesiredOrg,
    live: &LiveOrg,
    reason: &UnreadReason,
    warnings: &mut Warnings,
) {
    let domain = live.domain.as_str();
    let reason = reason.to_string();
    let reason = reason
        .strip_prefix(&format!("{domain}: "))
        .unwrap_or(&reason);
    let warning = Diagnostic::warning(
        Code::BaselineUnread,
        format!("{domain} can't be looked into, so nothing is changed inside of it: {reason}"),
    );
    let kind = alike(reason, [domain, live.id.as_str()]);
    let said = format!("can't be looked into, so nothing is changed inside of them: {kind}");
    warnings.push_of(domain, said, warning.at(want.origin.org));
}
