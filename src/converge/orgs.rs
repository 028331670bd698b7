//! Steps about what an org is: linking, which can't be undone, and the status.

use super::products::list;
use super::step::{AfterFailure, End, Log, Room, SETTLE, unreadable};
use crate::aerial::Error;
use crate::desired::model::WantedStatus;
use crate::ids::OrgId;
use crate::live::{LiveOrg, Status};
use crate::plan::{AfterLink, OrgKey, OrgRef, Step};
use crate::receipt::Outcome;

/// So many looks, over 1.75 s, tell whether a link whose answer was lost was made: each may go through the whole list.
const LOOKS: usize = 4;

pub(super) async fn status(
    room: &Room<'_>,
    id: &OrgId,
    wanted: WantedStatus,
    log: &mut Log,
) -> End {
    let (from, to) = match wanted {
        WantedStatus::Active => (Status::Inactive, Status::Active),
        WantedStatus::Inactive => (Status::Active, Status::Inactive),
    };
    loop {
        let org = match room.reader(log).org(id).await {
            Ok(org) => org,
            Err(error) => return unreadable(&error, log),
        };
        if org.aerial_org && to == Status::Inactive {
            return End::said(
                Outcome::Failed,
                "this is the Aerial org, which is never deactivated",
            );
        }
        if org.status == to {
            return log.in_place();
        }
        if org.status != from {
            return End::said(
                Outcome::Stale,
                format!("the org's status is now `{}`", org.status.as_str()),
            );
        }
        if let Some(end) = room.stopped(log) {
            return end;
        }
        match room.writer.set_status(id, &to).await {
            Ok(written) => {
                log.sent = true;
                log.status = Some(written.status);
                log.request_id = written.request_id;
                return settle_org(room, id, |org| org.status == to).await;
            }
            Err(failure) => match room.after_failure(failure, log).await {
                AfterFailure::LookAgain => {}
                AfterFailure::Report(error) => {
                    let now = room.reader(log).org(id).await;
                    return match now {
                        Ok(org) if org.status == to => log.in_place(),
                        Ok(_) => End::failed(&error),
                        Err(_) => unreadable(&error, log),
                    };
                }
            },
        }
    }
}

/// Reads an org until it is as a confirmed write left it.
async fn settle_org(room: &Room<'_>, id: &OrgId, holds: impl Fn(&LiveOrg) -> bool) -> End {
    let mut last = String::new();
    for pause in SETTLE {
        room.clock.sleep(pause).await;
        match room.writer.verifier().org(id).await {
            Ok(org) if holds(&org) => return End::plain(Outcome::Applied),
            Ok(org) => {
                last = format!(
                    "Okta confirmed it, but the org's status reads `{}`",
                    org.status.as_str()
                );
            }
            Err(error) => {
                last = format!("Okta confirmed it, but the result can't be read: {error}");
            }
        }
        if room.stop.is_cancelled() {
            break;
        }
    }
    End::said(Outcome::Failed, last)
}

pub(super) async fn link(
    room: &Room<'_>,
    step: &Step,
    key: &OrgKey,
    after: &AfterLink,
    log: &mut Log,
) -> End {
    let body = step.call().body;
    loop {
        match look(room, key, log.sent).await {
            Ok(Some(org)) => {
                let end = log.in_place();
                return linked(room, &org, after, end, log).await;
            }
            Ok(None) => {}
            Err(error) => return unreadable(&error, log),
        }
        if let Some(end) = room.stopped(log) {
            return end;
        }
        match room.writer.link(&body).await {
            Ok(written) => {
                log.sent = true;
                log.status = Some(written.status);
                log.request_id = written.request_id;
                let org = written.value;
                if !matches(key, &org) {
                    return End::said(
                        Outcome::Failed,
                        format!(
                            "Okta answered with another org, {} ({})",
                            org.domain, org.id
                        ),
                    );
                }
                let end = settle_org(room, &org.id, |_| true).await;
                return linked(room, &org, after, end, log).await;
            }
            Err(failure) => match room.after_failure(failure, log).await {
                AfterFailure::LookAgain => {}
                AfterFailure::Report(error) => {
                    // Somebody else may have linked it at the same time, or an earlier attempt of ours arrived.
                    let found = if log.sent {
                        settled(room, key).await
                    } else {
                        find(room, key, true).await
                    };
                    return match found {
                        Ok(Some(org)) => {
                            let end = log.in_place();
                            linked(room, &org, after, end, log).await
                        }
                        Ok(None) => End::failed(&error),
                        Err(_) => unreadable(&error, log),
                    };
                }
            },
        }
    }
}

fn matches(key: &OrgKey, org: &LiveOrg) -> bool {
    match key {
        OrgKey::Id(id) => org.id == *id,
        OrgKey::Domain(domain) => org.domain == *domain,
    }
}

/// Looks whether the org is linked: with patience where a link of ours may have been made unseen, since its answer was lost
/// and the list may need a moment to show it.
async fn look(room: &Room<'_>, key: &OrgKey, sent: bool) -> Result<Option<LiveOrg>, Error> {
    if sent {
        settled(room, key).await
    } else {
        find(room, key, false).await
    }
}

/// Looks several times, thoroughly.
async fn settled(room: &Room<'_>, key: &OrgKey) -> Result<Option<LiveOrg>, Error> {
    for pause in SETTLE.into_iter().take(LOOKS) {
        room.clock.sleep(pause).await;
        let found = find(room, key, true).await?;
        if found.is_some() || room.stop.is_cancelled() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// Looks whether the org is linked. The whole list is gone through only where a link may have been made unseen: before the
/// first attempt the plan has just read it.
async fn find(room: &Room<'_>, key: &OrgKey, thorough: bool) -> Result<Option<LiveOrg>, Error> {
    let reader = if thorough {
        room.writer.verifier()
    } else {
        room.writer.reader()
    };
    match key {
        OrgKey::Id(id) => match reader.org(id).await {
            Ok(org) => Ok(Some(org)),
            Err(Error::Api(error)) if matches!(error.status, 400 | 403 | 404) => Ok(None),
            Err(error) => Err(error),
        },
        OrgKey::Domain(domain) if thorough => reader.org_by_domain(domain).await,
        OrgKey::Domain(domain) => match reader.org_by_filter(domain).await {
            Err(Error::Api(error)) if matches!(error.status, 400 | 403 | 404) => Ok(None),
            other => other,
        },
    }
}

/// The org is linked: what couldn't be planned before is looked at now, and left to the next plan where it differs.
async fn linked(room: &Room<'_>, org: &LiveOrg, after: &AfterLink, end: End, log: &mut Log) -> End {
    log.org = OrgRef {
        id: Some(org.id.clone()),
        domain: Some(org.domain.clone()),
    };
    if !end.outcome.holds() {
        return end;
    }
    let mut left = Vec::new();
    let differs = match (after.status, &org.status) {
        (Some(WantedStatus::Active), Status::Inactive) => Some(("INACTIVE", "active")),
        (Some(WantedStatus::Inactive), Status::Active) => Some(("ACTIVE", "inactive")),
        _ => None,
    };
    if let Some((is, wanted)) = differs {
        left.push(format!("its status is {is}, the file says {wanted}"));
    }
    if let Some(tolerance) = &after.products {
        match room.products(&org.id, log).await {
            Ok(current) => {
                log.deferred = tolerance.refused(&current);
                log.after = Some(current);
                if !log.deferred.is_empty() {
                    left.push(format!(
                        "it has products that the file doesn't list: {}",
                        list(&log.deferred)
                    ));
                }
            }
            Err(error) => left.push(format!("its products can't be read: {error}")),
        }
    }
    if left.is_empty() {
        return end;
    }
    End::said(
        Outcome::Deferred,
        format!("linked; {}; the next plan shows it", left.join("; ")),
    )
}
