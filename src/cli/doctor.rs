//! `doctor`: tries everything that a run needs, in order, and says what is wrong with each. It holds a reader.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};
use jiff::civil::Date;
use serde_json::json;

use super::account::AccountSource;
use super::args::DoctorArgs as Args;
use super::env::Process;
use super::error::CliError;
use super::exit::Exit;
use super::flags::ResultFormat;
use super::output::Printer;
use super::session::Connection;
use super::{advice, artifacts, birth, files, insides, lock, log};
use crate::aerial::{self, Error, Reader};
use crate::clock::today;
use crate::desired::Desired;
use crate::desired::model::NewOrg;
use crate::diagnostic::counted;
use crate::ids::Domain;
use crate::live::{Snapshot, Survey};
use crate::org::OrgHosts;
use crate::plan::{Selection, to_read};
use crate::render::doctor::{Check, Finding, table};

/// A clock that is off by less needs no correction; `Date` has whole seconds.
const EXACT: Duration = Duration::from_secs(2);

/// So much of the log is asked for.
const MINUTE: Duration = Duration::from_secs(60);

/// A clock that is off by more points at a mistake.
const TOLERABLE: Duration = Duration::from_secs(300);

/// So many orgs' own hosts are named where all is well.
const SHOWN: usize = 20;

/// Runs the command.
///
/// # Errors
/// When the desired state is invalid; a failed check is exit 1 without an error.
pub(super) async fn run(
    args: &Args,
    process: &Process,
    printer: &Arc<Printer>,
) -> Result<Exit, CliError> {
    let account = AccountSource::of(&args.connection, process)?;
    let desired = files::load(&args.files, &account, process, printer)
        .await?
        .desired;
    let mut checks = vec![Check::ok("pin", &account.words())];
    if !args.connection.emulator {
        let held = lock::words(&desired.account.id, process);
        checks.push(Check::ok("lock", &held));
    }
    checks.extend(examine(args, &desired, process, printer).await);
    match args.format {
        ResultFormat::Human => printer.result(&table(&checks, printer.palette()))?,
        ResultFormat::Json => {
            let all: Vec<_> = checks
                .iter()
                .map(|check| {
                    json!({"check": check.name, "result": check.finding.as_str(), "text": check.text, "help": check.help})
                })
                .collect();
            printer.result(&artifacts::json(&json!({"version": 1, "checks": all})))?;
        }
    }
    let wrong = checks.iter().any(|check| check.finding == Finding::Wrong);
    Ok(if wrong { Exit::Failed } else { Exit::Done })
}

/// The checks up to the first one that the others need and that fails.
async fn examine(
    args: &Args,
    desired: &Desired,
    process: &Process,
    printer: &Arc<Printer>,
) -> Vec<Check> {
    let mut checks = Vec::new();
    let connection = &args.connection;
    let target = match Connection::of(connection, desired, process, printer).await {
        Ok(target) => target,
        Err(error) => {
            checks.push(wrong_cli("endpoint", error));
            return checks;
        }
    };
    let base = target.endpoint().base().clone();
    checks.push(Check::ok("endpoint", base.as_str().trim_end_matches('/')));
    let issuer = target.server().issuer;
    checks.push(Check::ok(
        "issuer",
        issuer
            .as_deref()
            .unwrap_or("not known: neither the file nor the environment names one"),
    ));

    let before = process.clock.now();
    let server = match aerial::server_date(&base, target.client(connection, process, printer)).await
    {
        Ok(date) => date,
        Err(error) => {
            checks.push(wrong("connection", &Error::from(error)));
            return checks;
        }
    };
    let secure = if base.scheme() == "https" {
        "TLS, certificate accepted"
    } else {
        "plain, to this machine"
    };
    checks.push(Check::ok("connection", secure));
    checks.push(clock(server, before));

    let session = match target.reading(connection, process, printer).await {
        Ok(session) => session,
        Err(error) => {
            checks.push(wrong_cli("credentials", error));
            return checks;
        }
    };
    let authorizer = session.authorizer();
    checks.push(Check::ok("credentials", &authorizer.describe()));
    if let Err(error) = authorizer.probe(base.as_str()).await {
        checks.push(wrong("token", &Error::from(error)));
        return checks;
    }
    checks.push(Check::ok("token", &authorizer.describe_token().await));

    let reader = match Reader::new(
        target.endpoint().clone(),
        &session,
        &target.options(connection, process, printer),
    ) {
        Ok(reader) => reader,
        Err(error) => {
            checks.push(wrong("account", &error));
            return checks;
        }
    };
    match reader.account_name().await {
        Ok(name) => checks.push(Check::ok(
            "account",
            &format!("{} {name}", desired.account.id),
        )),
        Err(error) => {
            checks.push(wrong("account", &error));
            return checks;
        }
    }
    checks.push(match reader.subscribed().await {
        Ok(products) if products.is_empty() => Check::wrong(
            "products",
            "the account has no subscribed products",
            Some("nothing can be enabled; ask the Okta account team".to_owned()),
        ),
        Ok(products) => Check::ok("products", &format!("{} subscribed", products.len())),
        Err(error) => wrong("products", &error),
    });
    if args.manage {
        checks.push(
            match target.can_manage(connection, process, printer).await {
                Ok(Some(scope)) => Check::ok("writing", &format!("{scope} is granted")),
                Ok(None) => Check::ok("writing", "not known: a token was given"),
                Err(error) => wrong_cli("writing", error),
            },
        );
    }
    let read = reader.read(&Survey::orgs_alone(), |_, _| {}).await;
    checks.push(match &read {
        Ok(live) if live.aerial_org().is_none() => Check::wrong(
            "orgs",
            &format!(
                "{} managed, and the Aerial org isn't among them",
                live.orgs.len()
            ),
            Some("the token may see a part of the account only".to_owned()),
        ),
        Ok(live) => Check::ok("orgs", &format!("{} managed", live.orgs.len())),
        Err(error) => wrong("orgs", error),
    });
    checks.push(system_log(&target, args, process, printer).await);
    let orgs = match target.orgs(connection, process, printer) {
        Ok(orgs) => orgs,
        Err(error) => {
            checks.push(wrong_cli("orgs' own hosts", error));
            return checks;
        }
    };
    if let Ok(live) = read {
        checks.extend(own_hosts(desired, live, today(process.clock.now()), &orgs).await);
    }
    checks
}

/// Whether the System Log can be read: commands that say who changed what need it, and no other.
async fn system_log(
    target: &Connection,
    args: &Args,
    process: &Process,
    printer: &Arc<Printer>,
) -> Check {
    let now = process.clock.now();
    let read = async {
        let log = log::open(target, &args.connection, process, printer).await?;
        let told = log.newest_first(now - MINUTE, now, |_| ControlFlow::Break(()));
        told.await.map_err(log::failed)
    };
    match read.await {
        Ok(_) => Check::ok("system log", "okta.logs.read: it can be read"),
        Err(error) => {
            let text = format!(
                "history and plan --who can't tell who changed what, --incremental not what changed, and explain goes on without: {}",
                error.message
            );
            Check::missing("system log", &text, error.hint)
        }
    }
}

/// The credential of each org whose own host a run would need: those with a baseline, those that consent to a link that isn't
/// made yet, and those from which orgs are still to be created, with what creating them takes.
async fn own_hosts(
    desired: &Desired,
    mut live: Snapshot,
    today: Date,
    orgs: &OrgHosts,
) -> Vec<Check> {
    let mut checks = Vec::new();
    if let Err(error) = birth::resolve(desired, &Selection::All, &mut live, orgs).await {
        checks.push(wrong("new orgs", &error));
    }
    let absent = |new: &&NewOrg| live.resolved.get(&new.domain) == Some(&false);
    let new: Vec<&NewOrg> = desired
        .orgs
        .iter()
        .filter_map(|org| org.create.as_deref())
        .filter(absent)
        .collect();
    let managed = live.by_name();
    let unlinked = desired
        .orgs
        .iter()
        .filter(|org| !managed.contains(&org.name));
    let givers = unlinked.filter_map(|org| org.consent.as_ref());
    let mut life: BTreeSet<&Domain> = new.iter().map(|new| &new.parent).collect();
    life.extend(givers);
    let mut tried: Vec<Check> = Vec::new();
    for domain in life {
        tried.push(match orgs.check(domain).await {
            Ok(()) => Check::ok("own host", &format!("{domain} lets it in")),
            // Nothing needs that scope: what creating and consent take is only asked for when there is something to approve.
            Err(Error::Auth(error)) if error.lacks_scope() => Check::ok(
                "own host",
                &format!("{domain} knows the app; okta.orgs.manage is for `apply` to ask for"),
            ),
            Err(error) => wrong("own host", &error),
        });
    }
    // As a plan looks into them, with the scopes that it asks for.
    let baselines = to_read(desired, &live, &Selection::All, today).into_iter();
    let looks = baselines.map(|org| async move {
        let domain = &org.domain;
        match insides::one(&org, orgs).await {
            Ok(read) => match read.double(|_| true) {
                Some(why) => Check::wrong("own host", &format!("{domain}: {why}"), None),
                None => Check::ok(
                    "own host",
                    &format!("{domain} lets it look at its baseline"),
                ),
            },
            Err(error) => wrong("own host", &error),
        }
    });
    let looks = stream::iter(looks).buffered(insides::AT_ONCE);
    tried.extend(looks.collect::<Vec<_>>().await);
    let is_good = |check: &Check| check.finding == Finding::Ok;
    let good = tried.iter().filter(|check| is_good(check)).count();
    if good > SHOWN {
        tried.retain(|check| !is_good(check));
        let hosts = counted(good, "org");
        checks.push(Check::ok("own host", &format!("{hosts} let it in")));
    }
    checks.extend(tried);
    for new in new {
        let domain = &new.domain;
        checks.push(match orgs.keyring().has_place(domain).await {
            Ok(()) => Check::ok(
                "new token",
                &format!("there is a place for that of {domain}"),
            ),
            Err(error) => Check::wrong("new token", &error.to_string(), None),
        });
        checks.push(match orgs.keyring().variable(&new.admin.password_from) {
            Ok(_) => Check::ok(
                "password",
                &format!("there is one for the admin of {domain}"),
            ),
            Err(error) => Check::wrong(
                "password",
                &error.to_string(),
                Some(format!(
                    "set it to the first password of the admin of {domain}"
                )),
            ),
        });
    }
    checks
}

fn clock(server: Option<std::time::SystemTime>, here: std::time::SystemTime) -> Check {
    let Some(server) = server else {
        return Check::ok(
            "clock",
            "not checked: the server doesn't say what time it is",
        );
    };
    let (off, word) = match here.duration_since(server) {
        Ok(ahead) => (ahead, "ahead of"),
        Err(behind) => (behind.duration(), "behind"),
    };
    let text = format!("{} s {word} the server's", off.as_secs());
    if off <= EXACT {
        Check::ok("clock", "agrees with the server's")
    } else if off <= TOLERABLE {
        Check::ok("clock", &format!("{text}, which is corrected for"))
    } else {
        Check::wrong("clock", &text, Some("set this machine's clock".to_owned()))
    }
}

fn wrong(name: &'static str, error: &Error) -> Check {
    Check::wrong(name, &advice::words(error), advice::of_aerial(error))
}

fn wrong_cli(name: &'static str, error: CliError) -> Check {
    Check::wrong(name, &error.message, error.hint)
}
