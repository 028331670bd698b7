//! Steps about products: the replacing PUT, read before and after.

use std::collections::BTreeSet;

use super::step::{AfterFailure, End, Log, Room, SETTLE, unreadable};
use crate::aerial::{Error, WriteError};
use crate::ids::{OrgId, ProductId};
use crate::plan::Tolerance;
use crate::receipt::Outcome;

pub(super) async fn replace(
    room: &Room<'_>,
    id: &OrgId,
    before: &BTreeSet<ProductId>,
    after: &BTreeSet<ProductId>,
    log: &mut Log,
) -> End {
    loop {
        let current = match room.products(id, log).await {
            Ok(current) => current,
            Err(error) => return unreadable(&error, log),
        };
        log.before.get_or_insert_with(|| current.clone());
        log.after = Some(current.clone());
        if current == *after {
            return log.in_place();
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
        if let Some(end) = room.stopped(log) {
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

/// Reads the products of an org that was linked a moment ago, and may need one to show.
async fn of_new_org(room: &Room<'_>, id: &OrgId, log: &Log) -> Result<BTreeSet<ProductId>, Error> {
    let mut pauses = SETTLE.into_iter();
    loop {
        match (room.products(id, log).await, pauses.next()) {
            (Err(Error::Api(error)), Some(pause)) if error.status == 404 => {
                room.clock.sleep(pause).await;
            }
            (result, _) => return result,
        }
    }
}

pub(super) async fn add(
    room: &Room<'_>,
    id: &OrgId,
    enable: &BTreeSet<ProductId>,
    tolerance: &Tolerance,
    log: &mut Log,
) -> End {
    loop {
        let current = match of_new_org(room, id, log).await {
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
            log.in_place()
        } else if let Some(end) = room.stopped(log) {
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
    log.status = Some(written.status);
    log.request_id = written.request_id;
    log.after = Some(written.value);
    let mut last = None;
    for pause in SETTLE {
        room.clock.sleep(pause).await;
        match room.products(id, log).await {
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
        if room.stop.is_cancelled() {
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
    let Ok(current) = room.products(id, log).await else {
        return unreadable(error, log);
    };
    let changed = log.before.as_ref().is_some_and(|before| current != *before);
    log.after = Some(current.clone());
    if current == *goal {
        return log.in_place();
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

pub(super) fn list(products: &BTreeSet<ProductId>) -> String {
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
