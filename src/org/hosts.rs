//! The hosts of orgs, each opened once, when it is needed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::Url;
use tokio::sync::OnceCell;

use super::consent::ConsentAgain;
use super::keyring::{OrgCredential, OrgKeyring};
use super::places::OrgPlaces;
use super::reader::{OrgReader, url};
use super::writer::OrgWriter;
use crate::aerial::{Api, Asked, Error, OneOrg, Operation, SendOptions, Transport};
use crate::auth::{
    Authorizer, Credentials, InsideScope, ManageInside, ManageLife, OAuthScope, Reach, ReadInside,
    ReadOrg, ServiceApp, Session, TokenEndpoint, scopes_inside,
};
use crate::http::pace::PaceLimits;
use crate::http::{Answer, Crowd, Intent, Nobody, Redactor};
use crate::ids::{Collection, Domain};
use crate::inside::in_scopes;

/// Requests in flight at one org.
const PER_ORG: usize = 2;

/// Requests in flight at all orgs together.
const ALL_ORGS: usize = 16;

/// The hosts of orgs.
pub struct OrgHosts {
    places: OrgPlaces,
    keyring: Arc<dyn OrgKeyring>,
    options: SendOptions,
    crowd: Crowd,
    open: Mutex<BTreeMap<Domain, Arc<OpenHost>>>,
}

/// What was read at the hosts of orgs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OrgReads {
    /// Requests.
    pub requests: u64,
    /// Orgs that got one.
    pub orgs: usize,
    /// Those of them that were read with a credential that has no scopes.
    pub unscoped: usize,
}

/// One of them.
struct OpenHost {
    crowd: Crowd,
    /// Asks without credentials.
    nobody: OnceCell<Transport<Nobody>>,
    reader: OnceCell<OrgReader>,
    /// Creates children and grants consent.
    life: OnceCell<Arc<OrgWriter>>,
    /// Changes what is inside.
    inside: OnceCell<Arc<OrgWriter>>,
}

impl std::fmt::Debug for OrgHosts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OrgHosts")
            .field("places", &self.places)
            .field("keyring", &self.keyring)
            .finish_non_exhaustive()
    }
}

impl OrgHosts {
    /// The hosts at these places, with the credentials of a keyring.
    #[must_use]
    pub fn new(places: OrgPlaces, keyring: Arc<dyn OrgKeyring>, options: &SendOptions) -> Self {
        Self {
            places,
            keyring,
            options: SendOptions {
                limits: PaceLimits {
                    concurrency: options.limits.concurrency.min(PER_ORG),
                    ..options.limits
                },
                ..options.clone()
            },
            crowd: Crowd::new(ALL_ORGS),
            open: Mutex::default(),
        }
    }

    /// Where credentials and passwords come from, and where tokens go.
    #[must_use]
    pub fn keyring(&self) -> &dyn OrgKeyring {
        self.keyring.as_ref()
    }

    /// What the run's secrets are.
    #[must_use]
    pub fn redactor(&self) -> &Redactor {
        self.options.client.redactor()
    }

    /// Whether there is an org at this host, linked or not, asked without any credential. `verify`: it tells what became of a
    /// write, so it is asked though the run is to end.
    ///
    /// # Errors
    /// When neither the one nor the other is said [Okta, `/.well-known/okta-organization`: 200, else 404].
    pub async fn exists(&self, domain: &Domain, verify: bool) -> Result<bool, Error> {
        let base = self.place(domain)?;
        let host = self.host(domain);
        let nobody = host.nobody.get_or_try_init(|| async {
            let api = self.api(&base, domain, &host);
            Transport::new(api, Arc::new(Nobody), &self.options)
        });
        let transport = nobody.await?;
        let url = url(&base, &[".well-known", "okta-organization"], &[]);
        let asked = Asked {
            operation: Operation::ResolveHost,
            url: &url,
            intent: if verify { Intent::Verify } else { Intent::Look },
        };
        // A page of a proxy or an empty answer is none of an org's.
        let is_org = |answer: &Answer| {
            if answer.status() == 200 && answer.exact()?.is_object() {
                return Ok(());
            }
            let error = answer.unexpected("the answer isn't what Okta documents");
            Err(Error::from(error))
        };
        match transport.get_checked(asked, is_org).await {
            Ok(()) => Ok(true),
            Err(Error::Api(error)) if error.status == 404 => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether the org's credential lets anybody in, for diagnosis: reads the org's own settings, with no scope more than that.
    ///
    /// # Errors
    /// When there is no credential, none may be sent there, or the org refuses it.
    pub async fn check(&self, domain: &Domain) -> Result<(), Error> {
        let host = self.host(domain);
        let reader = self.session::<ReadOrg>(domain, &host).await?;
        reader.get(&["api", "v1", "org"], &[]).await.map(|_| ())
    }

    /// Whether there is something that may be sent there to be let in. An emulator is asked for it, no other host.
    ///
    /// # Errors
    /// When there is no credential, or none may be sent there.
    pub(crate) async fn has_credential(&self, domain: &Domain) -> Result<(), Error> {
        self.credentials(domain, ReadOrg::NAME).await.map(|_| ())
    }

    /// What reads these collections of an org, with the scopes for reading them: of one org the same collections each time.
    ///
    /// # Errors
    /// When there is no credential, or none may be sent there.
    pub async fn reader(
        &self,
        domain: &Domain,
        collections: &BTreeSet<Collection>,
    ) -> Result<OrgReader, Error> {
        let host = self.host(domain);
        let reader = host
            .reader
            .get_or_try_init(|| self.inside::<ReadInside>(domain, &host, collections));
        Ok(reader.await?.clone())
    }

    /// What was read there so far, without what the writers looked at.
    #[must_use]
    pub fn reads(&self) -> OrgReads {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let mut reads = OrgReads::default();
        for host in open.values() {
            let reader = host.reader.get();
            let inside = reader.map_or(0, |reader| reader.sent().reads);
            let looked = host.nobody.get().map_or(0, |nobody| nobody.sent().reads);
            let requests = inside + looked;
            reads.requests += requests;
            reads.orgs += usize::from(requests > 0);
            let unscoped = reader.is_some_and(|reader| reader.reach() == Reach::Unscoped);
            reads.unscoped += usize::from(inside > 0 && unscoped);
        }
        reads
    }

    /// What grants once more the consent of the one org that may be written to.
    ///
    /// # Errors
    /// When there is no credential, or none may be sent there.
    pub async fn consent_again(&self, one: &OneOrg) -> Result<ConsentAgain, Error> {
        let host = self.host(one.domain());
        let reader = self.session::<ManageLife>(one.domain(), &host).await?;
        Ok(ConsentAgain::new(reader, one))
    }

    /// What has an org create its children, and grants consent.
    ///
    /// # Errors
    /// When there is no credential, or none may be sent there.
    pub(crate) async fn life_writer(&self, domain: &Domain) -> Result<Arc<OrgWriter>, Error> {
        let host = self.host(domain);
        let writer = host.life.get_or_try_init(|| async {
            let reader = self.session::<ManageLife>(domain, &host).await?;
            Ok::<_, Error>(self.writing(reader))
        });
        Ok(Arc::clone(writer.await?))
    }

    /// What changes these collections of an org, with the scopes for managing them and no others: of one org the same
    /// collections each time.
    ///
    /// # Errors
    /// When there is no credential, or none may be sent there.
    pub(crate) async fn inside_writer(
        &self,
        domain: &Domain,
        collections: &BTreeSet<Collection>,
    ) -> Result<Arc<OrgWriter>, Error> {
        let host = self.host(domain);
        let writer = host.inside.get_or_try_init(|| async {
            let reader = self.inside::<ManageInside>(domain, &host, collections);
            Ok::<_, Error>(self.writing(reader.await?))
        });
        Ok(Arc::clone(writer.await?))
    }

    fn writing(&self, reader: OrgReader) -> Arc<OrgWriter> {
        Arc::new(OrgWriter::new(reader, Arc::clone(&self.keyring)))
    }

    fn host(&self, domain: &Domain) -> Arc<OpenHost> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let host = open.entry(domain.clone()).or_insert_with(|| {
            Arc::new(OpenHost {
                crowd: Crowd::new(PER_ORG),
                nobody: OnceCell::new(),
                reader: OnceCell::new(),
                life: OnceCell::new(),
                inside: OnceCell::new(),
            })
        });
        Arc::clone(host)
    }

    fn place(&self, domain: &Domain) -> Result<Url, Error> {
        let place = self.places.url(domain);
        place.map_err(|reason| Error::NoCredential(format!("{domain} {reason}").into()))
    }

    fn api(&self, base: &Url, domain: &Domain, host: &OpenHost) -> Api {
        Api {
            base: base.clone(),
            whose: "the org",
            host: domain.to_string(),
            prefix: base.path().trim_end_matches('/').to_owned(),
            crowds: vec![host.crowd.clone(), self.crowd.clone()],
        }
    }

    async fn session<S: OAuthScope>(
        &self,
        domain: &Domain,
        host: &OpenHost,
    ) -> Result<OrgReader, Error> {
        let credentials = self.credentials(domain, S::NAME).await?;
        let session: Session<S> = Session::new(credentials, &self.options.client);
        self.enter(domain, host, session.authorizer())
    }

    async fn inside<S: InsideScope>(
        &self,
        domain: &Domain,
        host: &OpenHost,
        collections: &BTreeSet<Collection>,
    ) -> Result<OrgReader, Error> {
        let words: BTreeSet<&'static str> = collections.iter().map(|one| in_scopes(*one)).collect();
        let scopes = scopes_inside::<S>(&words);
        let credentials = self.credentials(domain, &scopes).await?;
        let session: Session<S> = Session::inside(credentials, &words, &self.options.client);
        self.enter(domain, host, session.authorizer())
    }

    fn enter(
        &self,
        domain: &Domain,
        host: &OpenHost,
        authorizer: Arc<Authorizer>,
    ) -> Result<OrgReader, Error> {
        let base = self.place(domain)?;
        let api = self.api(&base, domain, host);
        let transport = Transport::new(api, authorizer, &self.options)?;
        Ok(OrgReader::new(base, transport))
    }

    async fn credentials(&self, domain: &Domain, scope: &str) -> Result<Credentials, Error> {
        let refused = |why: String| Error::NoCredential(format!("{domain}: {why}").into());
        let base = self.place(domain)?;
        let credential = self.keyring.credential(domain, scope).await;
        let credential = credential
            .map_err(|error| refused(error.to_string()))?
            .ok_or_else(|| refused("there is no credential for this org".to_owned()))?;
        let options = &self.options;
        Ok(match credential {
            OrgCredential::ApiToken(token) => Credentials::ApiToken(token),
            OrgCredential::ForScope(token) => Credentials::ForScope(token),
            OrgCredential::App {
                client_id,
                key,
                kid,
            } => {
                let app = ServiceApp {
                    client_id,
                    key,
                    kid,
                    token_url: url(&base, &["oauth2", "v1", "token"], &[]),
                };
                let notice = Arc::clone(&options.notice);
                let max_wait = options.limits.max_wait;
                let endpoint = TokenEndpoint::new(app, &options.client, max_wait, notice)?;
                Credentials::App(Box::new(endpoint))
            }
        })
    }
}
