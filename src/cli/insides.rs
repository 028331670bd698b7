//! Reading what is inside of orgs: an org that can't be looked into holds up nobody but itself.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::stream::{self, StreamExt as _};

use super::env::Process;
use super::error::CliError;
use super::output::Printer;
use super::progress;
use crate::aerial::Error;
use crate::ids::{Collection, ObjectName, OrgId};
use crate::inside::{InsideRead, OrgInside, UnreadReason};
use crate::org::OrgHosts;
use crate::plan::InsideToRead;

/// Orgs that are read side by side; how many requests that is, their hosts' pace says.
pub(super) const AT_ONCE: usize = 16;

/// What is inside of each of the orgs, or why that can't be read.
///
/// # Errors
/// When the run is interrupted.
pub(super) async fn read(
    orgs: Vec<InsideToRead>,
    hosts: &OrgHosts,
    process: &Process,
    printer: &Printer,
) -> Result<BTreeMap<OrgId, OrgInside>, CliError> {
    let mut insides = BTreeMap::new();
    if orgs.is_empty() {
        return Ok(insides);
    }
    let bar = progress::bar(process, printer, orgs.len(), "orgs looked into");
    let reads = orgs.into_iter().map(|org| async move {
        let read = one(&org, hosts).await;
        (org.id, org.domain, read)
    });
    let mut reads = stream::iter(reads).buffer_unordered(AT_ONCE);
    while let Some((id, domain, read)) = reads.next().await {
        bar.inc(1);
        let inside = match read {
            Ok(inside) => OrgInside::Read(inside),
            Err(error) if error.is_interruption() => {
                bar.finish_and_clear();
                return Err(error.into());
            }
            Err(error) => {
                // Whoever tells it names the org.
                let why = error.to_string();
                let why = why.strip_prefix(&format!("{domain}: ")).unwrap_or(&why);
                OrgInside::Unread(UnreadReason::Failed(why.to_owned()))
            }
        };
        insides.insert(id, inside);
    }
    bar.finish_and_clear();
    Ok(insides)
}

/// What is inside of one of them.
pub(super) async fn one(org: &InsideToRead, hosts: &OrgHosts) -> Result<InsideRead, Error> {
    let collections: BTreeSet<Collection> =
        org.objects.iter().map(ObjectName::collection).collect();
    let reader = hosts.reader(&org.domain, &collections).await?;
    reader.inside(&org.objects).await
}
