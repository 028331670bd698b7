//! From flags, file and environment to a reader or a writer.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, OnceLock};

use super::emulate::KEPT;
use super::env::Process;
use super::error::CliError;
use super::flags::ConnectionFlags;
use super::org_keys::OrgKeys;
use super::output::Printer;
use super::url::checked;
use super::{advice, certificates, credentials, emulate};
use crate::aerial::{self, Endpoint, Reader, SendOptions, Writer};
use crate::auth::{Credentials, Manage, OAuthScope, Reach, Read, ReadLog, Session, TokenEndpoint};
use crate::clock::time_of_day;
use crate::desired::Desired;
use crate::desired::model::Environment;
use crate::emulator::{Emulator, Setup};
use crate::http::pace::PaceLimits;
use crate::http::{self, Client, Notice, Wait};
use crate::ids::Domain;
use crate::log::LogReader;
use crate::org::{OrgHosts, OrgPlaces};
use crate::plan::{AccountServer, Approved};

/// Where the hosts of orgs are, a URL with `{domain}` in it.
const ORG_ENDPOINT: &str = "AERIAL_ORG_ENDPOINT";

/// Where the account is, and the emulator that serves it if one does.
pub(super) struct Connection {
    endpoint: Endpoint,
    issuer: Option<String>,
    emulator: Option<Emulator>,
    client: OnceLock<Client>,
}

impl Connection {
    /// The account that the file names, where the environment or the file says that it is; or in an emulator that starts
    /// here.
    ///
    /// # Errors
    /// When an endpoint isn't https, when the certificates to trust can't be used, and when the emulator can't start.
    pub(super) async fn of(
        args: &ConnectionFlags,
        desired: &Desired,
        process: &Process,
        printer: &Printer,
    ) -> Result<Self, CliError> {
        if args.emulator {
            return Self::emulated(args, desired, process, printer).await;
        }
        let base = match (process.var("AERIAL_ENDPOINT"), &desired.account.environment) {
            (Some(url), _) => checked(url.trim(), "AERIAL_ENDPOINT")?,
            (None, Environment::Production) => checked(aerial::PRODUCTION, "the account")?,
            (None, Environment::Sandbox) => checked(aerial::SANDBOX, "the account")?,
            (None, Environment::Host(host)) => checked(&format!("https://{host}"), "the account")?,
        };
        let issuer = match (process.var("AERIAL_ISSUER"), &desired.account.aerial_org) {
            (Some(url), _) => {
                let url = checked(url.trim(), "AERIAL_ISSUER")?;
                Some(url.as_str().trim_end_matches('/').to_owned())
            }
            (None, Some(domain)) => Some(format!("https://{domain}")),
            (None, None) => None,
        };
        let https = |url: &String| url.starts_with("https:");
        if base.scheme() == "https" || issuer.as_ref().is_some_and(https) {
            certificates::check(process)?;
        }
        Ok(Self {
            endpoint: Endpoint::new(base, desired.account.id.clone()),
            issuer,
            emulator: None,
            client: OnceLock::new(),
        })
    }

    async fn emulated(
        args: &ConnectionFlags,
        desired: &Desired,
        process: &Process,
        printer: &Printer,
    ) -> Result<Self, CliError> {
        let kept = emulate::kept(process)?;
        let seed = &args.emulator_seed;
        let (store, state) = emulate::kept_account(&kept, seed, Some(desired), process, printer)?;
        if state.account.id != desired.account.id.as_str() {
            return Err(CliError::failed(format!(
                "the emulated account in {KEPT} is {}, and this run is about {}",
                state.account.id, desired.account.id
            ))
            .hint(format!("each account needs a folder of its own to be emulated in: start this one elsewhere and name its files with --file; or move {KEPT} aside, as without it that account is gone")));
        }
        let faults = args.emulator_faults.as_deref();
        let setup = Setup {
            store: Some(store),
            faults: emulate::faults(faults, process)?,
            ..Setup::new(state, Arc::clone(&process.clock))
        };
        let emulator = Emulator::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), setup)
            .await
            .map_err(|error| CliError::failed(format!("the emulator can't start: {error}")))?;
        let base = checked(emulator.origin(), "the emulator")?;
        Ok(Self {
            endpoint: Endpoint::new(base, desired.account.id.clone()),
            issuer: Some(emulator.origin().to_owned()),
            emulator: Some(emulator),
            client: OnceLock::new(),
        })
    }

    async fn credentials<S: OAuthScope>(
        &self,
        args: &ConnectionFlags,
        process: &Process,
        printer: &Arc<Printer>,
    ) -> Result<Credentials, CliError> {
        if self.emulator.is_none() {
            if let Some(token) = process.var("AERIAL_ACCESS_TOKEN") {
                return credentials::access_token(token).map(Credentials::AccessToken);
            }
            if let Some(app) = credentials::app(self.issuer.as_deref(), process, printer)? {
                let client = self.client(args, process, printer);
                let endpoint = TokenEndpoint::new(app, client, args.max_wait, notice(printer))?;
                return Ok(Credentials::App(Box::new(endpoint)));
            }
        }
        // An emulator on this machine gives a token to everybody, so that a client pointed there needs nothing else.
        let issuer = self.issuer.as_deref().unwrap_or_default();
        let local = |url: &str| reqwest::Url::parse(url).is_ok_and(|url| http::is_loopback(&url));
        let base = self.endpoint.base();
        if http::is_loopback(base)
            && local(issuer)
            && let Some(token) =
                aerial::emulator_token(issuer, S::NAME, None, self.client(args, process, printer))
                    .await
        {
            return Ok(Credentials::ForScope(token));
        }
        let client = self.client(args, process, printer);
        if http::is_loopback(base) && aerial::server_date(base, client).await.is_err() {
            return Err(CliError::failed(format!("nothing answers at {base}"))
                .hint("start the emulator again and name its new port, or unset AERIAL_ENDPOINT and AERIAL_ISSUER"));
        }
        Err(CliError::failed("there are no credentials for the Aerial account")
            .hint("set AERIAL_CLIENT_ID, AERIAL_PRIVATE_KEY_FILE and AERIAL_KEY_ID (or AERIAL_ACCESS_TOKEN), or add --emulator to try things out without any"))
    }

    /// Where the account is, as plans and receipts say it.
    #[must_use]
    pub(super) fn server(&self) -> AccountServer {
        if self.emulator.is_some() {
            return AccountServer {
                endpoint: AccountServer::EMULATOR.to_owned(),
                sandbox: true,
                issuer: Some(AccountServer::EMULATOR.to_owned()),
            };
        }
        let origin = |url: &reqwest::Url| url.origin().ascii_serialization();
        let issuer = self.issuer.as_deref();
        let base = self.endpoint.base();
        AccountServer {
            endpoint: origin(base),
            sandbox: http::is_loopback(base)
                || base.as_str().trim_end_matches('/') == aerial::SANDBOX,
            issuer: issuer.and_then(|text| reqwest::Url::parse(text).ok().as_ref().map(origin)),
        }
    }

    /// The org that issues the tokens, which is the Aerial org, where it isn't on this machine.
    #[must_use]
    pub(super) fn issuer_domain(&self) -> Option<Domain> {
        let issuer = reqwest::Url::parse(self.issuer.as_ref()?).ok()?;
        Domain::parse(issuer.host_str()?).ok()
    }

    #[must_use]
    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// What all requests of the run share.
    pub(super) fn client(
        &self,
        args: &ConnectionFlags,
        process: &Process,
        printer: &Printer,
    ) -> &Client {
        self.client.get_or_init(|| {
            Client::new(
                args.timeout,
                Arc::clone(&process.clock),
                process.stop.clone(),
                printer.redactor().clone(),
            )
        })
    }

    /// How the account is spoken to.
    pub(super) fn options(
        &self,
        args: &ConnectionFlags,
        process: &Process,
        printer: &Arc<Printer>,
    ) -> SendOptions {
        SendOptions {
            client: self.client(args, process, printer).clone(),
            limits: PaceLimits {
                concurrency: usize::from(args.concurrency),
                reserve_percent: u64::from(args.rate_reserve),
                max_wait: args.max_wait,
            },
            notice: notice(printer),
        }
    }

    /// A session that reads.
    ///
    /// # Errors
    /// When there are no credentials.
    pub(super) async fn reading(
        &self,
        args: &ConnectionFlags,
        process: &Process,
        printer: &Arc<Printer>,
    ) -> Result<Session<Read>, CliError> {
        self.session(args, process, printer).await
    }

    pub(super) async fn session<S: OAuthScope>(
        &self,
        args: &ConnectionFlags,
        process: &Process,
        printer: &Arc<Printer>,
    ) -> Result<Session<S>, CliError> {
        let credentials = self.credentials::<S>(args, process, printer).await?;
        Ok(Session::new(
            credentials,
            self.client(args, process, printer),
        ))
    }

    /// Whether the scope for writing is granted: a token with it is asked for and thrown away. `None` where a token was given,
    /// which tells nothing of its scopes.
    ///
    /// # Errors
    /// When there are no credentials, and when it isn't.
    pub(super) async fn can_manage(
        &self,
        args: &ConnectionFlags,
        process: &Process,
        printer: &Arc<Printer>,
    ) -> Result<Option<&'static str>, CliError> {
        let session = self.session::<Manage>(args, process, printer).await?;
        let authorizer = session.authorizer();
        authorizer.probe(self.endpoint.base().as_str()).await?;
        let scoped = matches!(authorizer.reach(), Reach::Scope(_));
        Ok(scoped.then_some(Manage::NAME))
    }

    /// A reader that asks for no more than reading.
    ///
    /// # Errors
    /// When there are no credentials.
    pub(super) async fn reader(
        &self,
        args: &ConnectionFlags,
        process: &Process,
        printer: &Arc<Printer>,
    ) -> Result<Reader, CliError> {
        let session = self.session::<Read>(args, process, printer).await?;
        let options = self.options(args, process, printer);
        Ok(Reader::new(self.endpoint.clone(), &session, &options)?)
    }

    /// A reader for a run that will write. It asks for no more than reading; where the app was granted the manage scope
    /// alone, which includes reading, it says so and reads with that.
    ///
    /// # Errors
    /// When there are no credentials.
    pub(super) async fn reader_before_writing(
        &self,
        args: &ConnectionFlags,
        process: &Process,
        printer: &Arc<Printer>,
    ) -> Result<Reader, CliError> {
        let session = self.session::<Read>(args, process, printer).await?;
        let options = self.options(args, process, printer);
        let authorizer = session.authorizer();
        match authorizer.probe(self.endpoint.base().as_str()).await {
            Err(error) if error.lacks_scope() => {
                printer
                    .status("okta.accounts.read isn't granted: reading with okta.accounts.manage");
                let session = self.session::<Manage>(args, process, printer).await?;
                Ok(Reader::new(self.endpoint.clone(), &session, &options)?)
            }
            // Any other trouble shows with the first read, which says what it was about.
            Ok(()) | Err(_) => Ok(Reader::new(self.endpoint.clone(), &session, &options)?),
        }
    }

    /// A reader of the Aerial org's System Log. It asks for the scope to read that, and for no other.
    ///
    /// # Errors
    /// When the Aerial org isn't known, and when there are no credentials.
    pub(super) async fn log(
        &self,
        args: &ConnectionFlags,
        process: &Process,
        printer: &Arc<Printer>,
    ) -> Result<LogReader, CliError> {
        let Some(issuer) = &self.issuer else {
            return Err(CliError::failed(
                "the System Log is the Aerial org's, and nothing says which org that is",
            )
            .hint("write `account.aerialOrg` in the file, or set AERIAL_ISSUER"));
        };
        let issuer = checked(issuer, "the issuer")?;
        let session = self.session::<ReadLog>(args, process, printer).await?;
        let options = self.options(args, process, printer);
        Ok(LogReader::new(issuer, &session, &options)?)
    }

    /// The hosts of the account's orgs, and the credentials for them: none of it is touched before it is needed.
    ///
    /// # Errors
    /// When where the hosts are can't be.
    pub(super) fn orgs(
        &self,
        args: &ConnectionFlags,
        process: &Process,
        printer: &Arc<Printer>,
    ) -> Result<OrgHosts, CliError> {
        let base = self.endpoint.base();
        let beside = || format!("{}/~{{domain}}", base.as_str().trim_end_matches('/'));
        let named = if self.emulator.is_some() {
            None
        } else {
            process.var(ORG_ENDPOINT).map(str::to_owned)
        };
        let places = match named {
            Some(template) => OrgPlaces::at(&template)
                .map_err(|reason| CliError::failed(format!("{ORG_ENDPOINT} {reason}")))?,
            // As the emulator has it.
            None if base.scheme() == "http" => OrgPlaces::at(&beside())
                .map_err(|reason| CliError::failed(format!("{} {reason}", beside())))?,
            None => OrgPlaces::default(),
        };
        let client = self.client(args, process, printer);
        // An emulator's tokens, and what is too short to be redacted, go to this machine alone.
        let local = places.are_local();
        let loopback =
            |url: &String| reqwest::Url::parse(url).is_ok_and(|url| http::is_loopback(&url));
        let emulator = self.issuer.clone().filter(|url| local && loopback(url));
        let keys = if self.emulator.is_some() {
            OrgKeys::emulated(emulator, client)
        } else {
            OrgKeys::of(args, process, local, emulator, client)
        };
        let options = self.options(args, process, printer);
        Ok(OrgHosts::new(places, Arc::new(keys), &options))
    }

    /// A writer for an approved plan: nothing else gets one. Where the plan has a step, it asks for its token at once, so
    /// that a scope that isn't granted ends the run before its first step.
    ///
    /// # Errors
    /// When there are no credentials, and when there is no token to be had.
    pub(super) async fn writer(
        &self,
        approved: &Approved,
        args: &ConnectionFlags,
        process: &Process,
        printer: &Arc<Printer>,
    ) -> Result<Writer, CliError> {
        let session = self.session::<Manage>(args, process, printer).await?;
        if !approved.plan().steps.is_empty() {
            let authorizer = session.authorizer();
            authorizer.probe(self.endpoint.base().as_str()).await?;
        }
        let options = self.options(args, process, printer);
        Ok(Writer::new(self.endpoint.clone(), &session, &options)?)
    }
}

/// Tells the user about waits.
pub(super) fn notice(printer: &Arc<Printer>) -> Notice {
    let printer = Arc::clone(printer);
    Arc::new(move |wait: &Wait| {
        printer.status(&format!(
            "waiting until {} ({} s): {}",
            time_of_day(wait.until),
            wait.time.as_secs_f64().ceil(),
            advice::reason_words(wait.reason, wait.whose)
        ));
    })
}
