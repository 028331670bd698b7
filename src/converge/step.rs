//! One step: read the org again, compare with what the plan saw, send at most one write at a time, see it hold.
//!
//! Whatever happens to a write, the next thing is a read: it tells whether the write arrived, whether somebody else changed
//! the org, and whether there is anything left to do.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use crate::aerial::retry::{Effect, Verdict, classify};
use crate::aerial::{Error, WriteError, Writer};
use crate::clock::Clock;
use crate::desired::model::WantedStatus;
use crate::ids::{OrgId, ProductId};
use crate::interrupt::Interrupt;
use crate::live::{LiveOrg, Status};
use crate::plan::{AfterLink, Change, OrgKey, OrgRef, Step, Tolerance};
use crate::receipt::{Outcome, StepEnded};

/// The pauses before each look at whether a confirmed write can be read back, 7.75 s in all: whether Okta's writes take
/// effect at once isn't documented.
const SETTLE: [Duration; 6] = [
    Duration::ZERO,
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];

/// So many 429s for one step, each after the wait that the server asked for, are enough.
const MAX_THROTTLES: u32 = 30;

/// What every step needs.
pub(super) struct Room<'a> {
    pub(super) writer: &'a Writer,
    pub(super) clock: &'a dyn Clock,
    pub(super) interrupt: &'a Interrupt,
}

/// What is known about a step while it runs.
struct Log {
    started_at: SystemTime,
    status: Option<u16>,
    request_id: Option<String>,
    before: Option<BTreeSet<ProductId>>,
    after: Option<BTreeSet<ProductId>>,
    deferred: BTreeSet<ProductId>,
    org: OrgRef,
    /// Whether a write of this step may have arrived.
    sent: bool,
    attempt: u32,
    throttles: u32,
    renewals: u32,
}

/// How a step ended, in short.
struct End {
    outcome: Outcome,
    error: Option<String>,
    hint: Option<String>,
}

impl End {
    fn plain(outcome: Outcome) -> Self {
        Self {
            outcome,
            error: None,
            hint: None,
        }
    }

    fn said(outcome: Outcome, error: impl Into<String>) -> Self {
        Self {
            outcome,
            error: Some(error.into()),
            hint: None,
        }
    }

    fn failed(error: &Error) -> Self {
        Self {
            outcome: Outcome::Failed,
            error: Some(error.to_string()),
            hint: error.hint(),
        }
    }
}

/// What to do after a write that has no good answer.
enum AfterFailure {
    LookAgain,
    Report(Error),
}

/// Runs one step on an org; `id` is the org's, if it is known by now.
pub(super) async fn run(room: &Room<'_>, step: &Step, id: Option<OrgId>) -> StepEnded {
    let mut log = Log {
        started_at: room.clock.now(),
        status: None,
        request_id: None,
        before: None,
        after: None,
        deferred: BTreeSet::new(),
        org: OrgRef {
            id: step.org.id.clone().or(id),
            domain: step.org.domain.clone(),
        },
        sent: false,
        attempt: 1,
        throttles: 0,
        renewals: 0,
    };
    let end = match (&step.change, log.org.id.clone()) {
        (Change::Link { key, after, .. }, _) => link(room, step, key, after, &mut log).await,
        (Change::Status(wanted), Some(id)) => status(room, &id, *wanted, &mut log).await,
        (Change::Products { before, after }, Some(id)) => {
            replace(room, &id, before, after, &mut log).await
        }
        (Change::AddToLinked { enable, tolerance }, Some(id)) => {
            add(room, &id, enable, tolerance, &mut log).await
        }
        (Change::Status(_) | Change::Products { .. } | Change::AddToLinked { .. }, None) => {
            End::said(Outcome::Failed, "the org's id never became known")
        }
    };
    StepEnded {
        id: step.id,
        kind: step.kind(),
        org: log.org,
        outcome: end.outcome,
        status: log.status,
        request_id: log.request_id,
        before: log.before,
        after: log.after,
        deferred: log.deferred,
        started_at: log.started_at,
        took: room
            .clock
            .now()
            .duration_since(log.started_at)
            .unwrap_or_default(),
        error: end.error,
        hint: end.hint,
    }
}

impl Room<'_> {
    /// Decides after a failed write; waits where that is the decision.
    async fn after_failure(&self, failure: WriteError, log: &mut Log) -> AfterFailure {
        let error = match failure {
            // The refused write had no effect. One new token is enough: a second refusal has another reason.
            WriteError::TokenRenewed(_) if log.renewals == 0 => {
                log.renewals += 1;
                return AfterFailure::LookAgain;
            }
            WriteError::TokenRenewed(error) | WriteError::Failed(error) => error,
        };
        log.status = error.status();
        log.request_id = error.request_id().map(str::to_owned);
        let unsent = matches!(
            error,
            Error::Network { unsent: true, .. }
                | Error::Auth(_)
                | Error::WaitTooLong { .. }
                | Error::Interrupted
        );
        let refused = error
            .status()
            .is_some_and(|status| (400..500).contains(&status));
        log.sent |= !unsent && !refused;
        let throttled = error.status() == Some(429);
        log.throttles += u32::from(throttled);
        let verdict = classify(Effect::Write, &error, log.attempt, fastrand::f64());
        log.attempt += u32::from(!throttled);
        match verdict {
            Verdict::LookFirst(pause) | Verdict::Retry(pause)
                if log.throttles < MAX_THROTTLES && !self.interrupt.is_raised() =>
            {
                tracing::info!(%error, ?pause, "looking what became of the write");
                tokio::select! {
                    () = self.clock.sleep(pause) => {}
                    () = self.interrupt.raised() => {}
                }
                AfterFailure::LookAgain
            }
            Verdict::LookFirst(_) | Verdict::Retry(_) | Verdict::GiveUp => {
                AfterFailure::Report(error)
            }
        }
    }

    /// Nothing is sent once the user wants the run to end.
    fn stopped(&self) -> Option<End> {
        self.interrupt.is_raised().then(|| {
            End::said(
                Outcome::Skipped,
                "the run was interrupted before this was sent",
            )
        })
    }

    async fn products(&self, id: &OrgId) -> Result<BTreeSet<ProductId>, Error> {
        let products = self.writer.reader().products(id).await?;
        Ok(products.into_keys().collect())
    }
}

/// A read failed: nothing more is sent, and what was sent before may have arrived.
fn unreadable(error: &Error, log: &Log) -> End {
    let mut end = End::failed(error);
    if log.sent {
        end.error = Some(format!(
            "a write was sent, and what became of it can't be read: {error}"
        ));
    }
    end
}

async fn replace(
    room: &Room<'_>,
    id: &OrgId,
    before: &BTreeSet<ProductId>,
    after: &BTreeSet<ProductId>,
    log: &mut Log,
) -> End {
    loop {
        let current = match room.products(id).await {
            Ok(current) => current,
            Err(error) => return unreadable(&error, log),
        };
        log.before.get_or_insert_with(|| current.clone());
        log.after = Some(current.clone());
        if current == *after {
            return End::plain(if log.sent {
                Outcome::Applied
            } else {
                Outcome::Unchanged
            });
        }
        if current != *before {
            let changed = differs(
                "the org has changed since the plan was made",
                before,
                &current,
            );
            return if log.sent {
                End::said(
                    Outcome::Failed,
                    format!("a write was sent, its answer was lost, and now {changed}"),
                )
            } else {
                End::said(Outcome::Stale, changed)
            };
        }
        if let Some(end) = room.stopped() {
            return end;
        }
        match put(room, id, after, log).await {
            Ok(end) => return end,
            Err(failure) => match room.after_failure(failure, log).await {
                AfterFailure::LookAgain => {}
                AfterFailure::Report(error) => return refused(room, id, after, &error, log).await,
            },
        }
    }
}

async fn add(
    room: &Room<'_>,
    id: &OrgId,
    enable: &BTreeSet<ProductId>,
    tolerance: &Tolerance,
    log: &mut Log,
) -> End {
    loop {
        let current = match room.products(id).await {
            Ok(current) => current,
            Err(error) => return unreadable(&error, log),
        };
        log.before.get_or_insert_with(|| current.clone());
        log.after = Some(current.clone());
        let unlisted: BTreeSet<ProductId> = current.difference(enable).cloned().collect();
        log.deferred = tolerance.refused(&unlisted);
        // What it has stays, whatever the file says: no reviewer saw it.
        let goal: BTreeSet<ProductId> = current.union(enable).cloned().collect();
        let end = if goal == current {
            End::plain(if log.sent {
                Outcome::Applied
            } else {
                Outcome::Unchanged
            })
        } else if let Some(end) = room.stopped() {
            return end;
        } else {
            match put(room, id, &goal, log).await {
                Ok(end) => end,
                Err(failure) => match room.after_failure(failure, log).await {
                    AfterFailure::LookAgain => continue,
                    AfterFailure::Report(error) => refused(room, id, &goal, &error, log).await,
                },
            }
        };
        return defer_products(end, log);
    }
}

fn defer_products(end: End, log: &Log) -> End {
    if !end.outcome.holds() || log.deferred.is_empty() {
        return end;
    }
    End::said(
        Outcome::Deferred,
        format!(
            "it was linked with products that the file doesn't list: {}; the next plan shows them",
            list(&log.deferred)
        ),
    )
}

/// Sends the set and sees it hold.
async fn put(
    room: &Room<'_>,
    id: &OrgId,
    goal: &BTreeSet<ProductId>,
    log: &mut Log,
) -> Result<End, WriteError> {
    let written = room.writer.put_products(id, goal).await?;
    log.sent = true;
    log.status = Some(200);
    log.request_id = written.request_id;
    log.after = Some(written.value);
    let mut last = None;
    for pause in SETTLE {
        room.clock.sleep(pause).await;
        match room.products(id).await {
            Ok(current) if current == *goal => {
                log.after = Some(current);
                return Ok(End::plain(Outcome::Applied));
            }
            Ok(current) => {
                last = Some(differs("the org isn't as Okta confirmed", goal, &current));
                log.after = Some(current);
            }
            Err(error) => last = Some(format!("the result can't be read: {error}")),
        }
        if room.interrupt.is_raised() {
            break;
        }
    }
    Ok(End::said(Outcome::Failed, last.unwrap_or_default()))
}

/// A write was refused or given up: reads once more, so that the report says what is there.
async fn refused(
    room: &Room<'_>,
    id: &OrgId,
    goal: &BTreeSet<ProductId>,
    error: &Error,
    log: &mut Log,
) -> End {
    let Ok(current) = room.products(id).await else {
        return unreadable(error, log);
    };
    let changed = log.before.as_ref().is_some_and(|before| current != *before);
    log.after = Some(current.clone());
    if current == *goal {
        return End::plain(if log.sent {
            Outcome::Applied
        } else {
            Outcome::Unchanged
        });
    }
    let mut end = End::failed(error);
    if changed {
        end.error = Some(format!(
            "{error}; {}",
            differs("and yet the org has changed", goal, &current)
        ));
    }
    end
}

async fn status(room: &Room<'_>, id: &OrgId, wanted: WantedStatus, log: &mut Log) -> End {
    let (from, to) = match wanted {
        WantedStatus::Active => (Status::Inactive, Status::Active),
        WantedStatus::Inactive => (Status::Active, Status::Inactive),
    };
    loop {
        let org = match room.writer.reader().org(id).await {
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
            return End::plain(if log.sent {
                Outcome::Applied
            } else {
                Outcome::Unchanged
            });
        }
        if org.status != from {
            return End::said(
                Outcome::Stale,
                format!("the org's status is now `{}`", org.status.as_str()),
            );
        }
        if let Some(end) = room.stopped() {
            return end;
        }
        match room.writer.set_status(id, &to).await {
            Ok(written) => {
                log.sent = true;
                log.status = Some(200);
                log.request_id = written.request_id;
                return settle_org(room, id, |org| org.status == to).await;
            }
            Err(failure) => match room.after_failure(failure, log).await {
                AfterFailure::LookAgain => {}
                AfterFailure::Report(error) => {
                    let now = room.writer.reader().org(id).await;
                    return match now {
                        Ok(org) if org.status == to => End::plain(Outcome::Applied),
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
        match room.writer.reader().org(id).await {
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
        if room.interrupt.is_raised() {
            break;
        }
    }
    End::said(Outcome::Failed, last)
}

async fn link(room: &Room<'_>, step: &Step, key: &OrgKey, after: &AfterLink, log: &mut Log) -> End {
    let body = step.call().body;
    loop {
        match find(room, key, log.sent).await {
            Ok(Some(org)) => {
                let outcome = if log.sent {
                    Outcome::Applied
                } else {
                    Outcome::Unchanged
                };
                return linked(room, &org, after, End::plain(outcome), log).await;
            }
            Ok(None) => {}
            Err(error) => return unreadable(&error, log),
        }
        if let Some(end) = room.stopped() {
            return end;
        }
        match room.writer.link(&body).await {
            Ok(written) => {
                log.sent = true;
                log.status = Some(200);
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
                    return match find(room, key, true).await {
                        Ok(Some(org)) => {
                            let outcome = if log.sent {
                                Outcome::Applied
                            } else {
                                Outcome::Unchanged
                            };
                            linked(room, &org, after, End::plain(outcome), log).await
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

/// Looks whether the org is linked. The whole list is gone through only where a link may have been made unseen: before the
/// first attempt the plan has just read it.
async fn find(room: &Room<'_>, key: &OrgKey, thorough: bool) -> Result<Option<LiveOrg>, Error> {
    let reader = room.writer.reader();
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
        match room.products(&org.id).await {
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

fn list(products: &BTreeSet<ProductId>) -> String {
    let ids: Vec<&str> = products.iter().map(ProductId::as_str).collect();
    ids.join(", ")
}

/// What is there beyond and short of what was expected.
fn differs(what: &str, expected: &BTreeSet<ProductId>, current: &BTreeSet<ProductId>) -> String {
    let extra: BTreeSet<ProductId> = current.difference(expected).cloned().collect();
    let missing: BTreeSet<ProductId> = expected.difference(current).cloned().collect();
    let mut text = what.to_owned();
    for (word, products) in [("has also", extra), ("lacks", missing)] {
        if !products.is_empty() {
            text = format!("{text}; it {word} {}", list(&products));
        }
    }
    text
}
