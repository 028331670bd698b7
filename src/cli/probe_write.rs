//! What `probe --org` writes, and what it says of the org that it leaves.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use super::env::Process;
use super::error::CliError;
use super::exit::Exit;
use super::interrupted::until_interrupted;
use super::output::Printer;
use super::probe_args::ProbeArgs;
use super::session::Connection;
use crate::aerial::{NoLook, OffLimits, OneOrg, Unfit};
use crate::auth::Manage;
use crate::desired::Desired;
use crate::ids::{OrgName, aliases};
use crate::live::LiveOrg;
use crate::org::ConsentAgain;
use crate::probe::{self, Ask, Bench, Hearing, Left};
use crate::render::probe::shortened;

/// How long an org is seen to and put back once the run is to end.
const GRACE: Duration = Duration::from_secs(60);

/// One org that questions are tried on.
pub(super) struct Trial<'a> {
    pub(super) org: &'a LiveOrg,
    pub(super) desired: &'a Desired,
    pub(super) target: &'a Connection,
    /// The process as requests see it: with a wish to stop that is this run's own.
    pub(super) lasting: &'a Process,
}

/// Says what an org was, where the run is ended at once while it may be something else.
struct Sudden<'a> {
    printer: &'a Printer,
    domain: String,
    was: String,
    armed: Cell<bool>,
}

impl Drop for Sudden<'_> {
    fn drop(&mut self) {
        if self.armed.get() {
            let message = format!(
                "ended at once: whether {} is as it was isn't known, and nothing was put back",
                self.domain
            );
            let error = CliError::failed(message).hint(format!("it was: {}", self.was));
            self.printer.error(&error);
        }
    }
}

impl Trial<'_> {
    /// What nothing is written to, by every name that the file and the environment have for it.
    fn off_limits(&self) -> OffLimits {
        let entries: Vec<&OrgName> = self.desired.orgs.iter().map(|org| &org.name).collect();
        let file = self.desired.account.aerial_org.clone();
        let aerial = [file, self.target.issuer_domain()];
        let aerial = aerial.into_iter().flatten().map(OrgName::Domain);
        let protected: Vec<OrgName> = self.desired.guardrails.protected.iter().cloned().collect();
        OffLimits {
            aerial: aliases(&entries, &aerial.collect::<Vec<_>>()),
            protected: aliases(&entries, &protected),
        }
    }

    /// Refuses an org that nothing may be written to.
    ///
    /// # Errors
    /// With exit 4.
    pub(super) fn fits(&self) -> Result<(), CliError> {
        Unfit::check(self.target.endpoint(), self.org, &self.off_limits())
            .map_err(|unfit| refused(&unfit))
    }

    /// Asks with writes, and says loudly what became of the org where it isn't as it was.
    ///
    /// # Errors
    /// With exit 4 when nothing may be written to it or nobody said yes, with 130 when the run was to end before everything was
    /// asked, and with 1 when it isn't as it was.
    pub(super) async fn write(
        &self,
        hearing: &mut Hearing,
        args: &ProbeArgs,
        process: &Process,
        printer: &Arc<Printer>,
    ) -> Result<(), CliError> {
        let (org, domain) = (self.org, &self.org.domain);
        let endpoint = self.target.endpoint();
        let off_limits = self.off_limits();
        Unfit::check(endpoint, org, &off_limits).map_err(|unfit| refused(&unfit))?;
        let account = &self.desired.account.id;
        let ids = [org.id.as_str(), account.as_str()];
        let short: &[&str] = if args.shorten_ids { &ids } else { &[] };
        let shown = |request: &str| shortened(request, short);
        if !args.yes {
            for write in Ask::WRITES.into_iter().filter_map(|ask| ask.write(org)) {
                printer.status(&format!("would send {}", shown(&write.shown(org))));
            }
            printer.status(&format!(
                "would send {}, where there is a credential for the org and it has given that consent",
                shown(&ConsentAgain::shown(domain, account))
            ));
            return Err(
                CliError::refused("nobody said yes to these writes; none was sent")
                    .hint("add --yes to send them"),
            );
        }
        let flags = &args.connection;
        let (target, lasting) = (self.target, self.lasting);
        let opened = until_interrupted(process, async {
            let session = target.session::<Manage>(flags, lasting, printer).await?;
            let options = target.options(flags, lasting, printer);
            let one = OneOrg::new(endpoint.clone(), &session, &options, org, off_limits)?;
            let one = one.map_err(|unfit| refused(&unfit))?;
            match one.look().await {
                Ok(before) => {
                    let orgs = target.orgs(flags, lasting, printer)?;
                    let consent = orgs.consent_again(&one).await;
                    Ok((one, before, consent.map_err(|why| why.to_string())))
                }
                Err(NoLook::Unfit(unfit)) => Err(refused(&unfit)),
                Err(NoLook::Failed(error)) => Err(error.into()),
            }
        });
        let (one, before, consent) = opened.await?;
        let was = [Ask::SameStatus, Ask::SameProducts];
        let was = was.into_iter().filter_map(|ask| ask.write(&before));
        let was: Vec<String> = was.map(|write| shown(&write.shown(&before))).collect();
        let sudden = Sudden {
            printer,
            domain: domain.to_string(),
            was: was.join(", "),
            armed: Cell::new(false),
        };
        let bench = Bench {
            one: &one,
            before,
            consent,
            clock: process.clock.as_ref(),
            stop: &process.stop,
            show: &|request| {
                sudden.armed.set(true);
                printer.status(&shown(request));
            },
        };
        printer.status("After each write the org is looked at for 8 s.");
        let left = {
            let write = probe::write(&bench, hearing);
            tokio::pin!(write);
            tokio::select! {
                biased;
                left = &mut write => left,
                () = process.stop.cancelled() => {
                    printer.status(&format!("Interrupted: nothing more is asked; whether {domain} is as it was is seen to, and what was changed is put back. Once more to end at once."));
                    tokio::select! {
                        biased;
                        left = &mut write => left,
                        () = process.clock.sleep(GRACE) => {
                            lasting.stop.cancel();
                            write.await
                        }
                    }
                }
            }
        };
        sudden.armed.set(false);
        let ended = said(&left, domain.as_str(), &sudden.was, printer);
        ended.map_err(|error| CliError {
            exit: if process.stop.is_cancelled() {
                Exit::Interrupted
            } else {
                error.exit
            },
            ..error
        })
    }
}

fn refused(unfit: &Unfit) -> CliError {
    CliError::refused(format!("{unfit}; nothing was sent to it"))
}

/// What an org was left as, in words.
///
/// # Errors
/// Unless everything was asked and it is as it was.
fn said(left: &Left, domain: &str, was: &str, printer: &Printer) -> Result<(), CliError> {
    let as_it_was = format!("{domain} is as it was.");
    let (message, look) = match left {
        Left::AsItWas => {
            printer.status(&as_it_was);
            return Ok(());
        }
        Left::Unfinished => {
            printer.status(&as_it_was);
            return Err(CliError::silent(Exit::Interrupted));
        }
        Left::PutBack(what) => (
            format!(
                "a write changed {domain} although it said what the org was ({what}): that was put back, and nothing more was sent"
            ),
            false,
        ),
        Left::Changed(what) => (
            format!(
                "{domain} ISN'T AS IT WAS: a write changed it, and putting it back didn't help ({what})"
            ),
            true,
        ),
        Left::Anothers(what) => (
            format!(
                "{domain} isn't as it was, by somebody else's doing: {what}. It was left like that, and nothing more was sent"
            ),
            true,
        ),
        Left::Unknown(why) => (
            format!(
                "whether {domain} IS AS IT WAS ISN'T KNOWN, since it can't be read any more: {why}"
            ),
            true,
        ),
    };
    let error = CliError::failed(message);
    Err(if look {
        error.hint(format!("it was: {was}; look at it in the Aerial Console"))
    } else {
        error
    })
}
