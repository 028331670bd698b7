//! The hosts of orgs, each opened once, when it is needed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use super::keyring::{OrgCredential, OrgKeyring};
use super::places::OrgPlaces;
use super::reader::{OrgReader, url};
use super::writer::OrgWriter;
use crate::aerial::{Api, Error, SendOptions, Transport};
use crate::auth::{
    Credentials, ManageInside, ManageLife, OAuthScope, ReadInside, ServiceApp, Session,
    TokenEndpoint,
};
use crate::http::Crowd;
use crate::http::pace::PaceLimits;
use crate::ids::Domain;
use crate::plan::Kind;

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

/// One of them.
struct OpenHost {
    crowd: Crowd,
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

    /// What reads inside of an org, with scopes for reading.
    ///
    /// # Errors
    /// When there is no credential, or none may be sent there.
    pub async fn reader(&self, domain: &Domain) -> Result<OrgReader, Error> {
        let host = self.host(domain);
        let reader = host
            .reader
            .get_or_try_init(|| self.session::<ReadInside>(domain, &host));
        Ok(reader.await?.clone())
    }

    /// How many requests the readers have sent, of how many orgs.
    #[must_use]
    pub fn sent(&self) -> (u64, usize) {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let readers = open.values().filter_map(|host| host.reader.get());
        let reads = readers.map(|reader| reader.sent().reads);
        reads.fold((0, 0), |(sent, orgs), reads| (sent + reads, orgs + 1))
    }

    /// What writes to an org the steps of a kind.
    ///
    /// # Errors
    /// When there is no credential, or none may be sent there.
    pub(crate) async fn writer(
        &self,
        domain: &Domain,
        kind: Kind,
    ) -> Result<Arc<OrgWriter>, Error> {
        let host = self.host(domain);
        let writer = |reader| Arc::new(OrgWriter::new(reader, Arc::clone(&self.keyring)));
        let writer = if kind == Kind::Configure {
            let opened = host.inside.get_or_try_init(|| async {
                Ok::<_, Error>(writer(self.session::<ManageInside>(domain, &host).await?))
            });
            opened.await?
        } else {
            let opened = host.life.get_or_try_init(|| async {
                Ok::<_, Error>(writer(self.session::<ManageLife>(domain, &host).await?))
            });
            opened.await?
        };
        Ok(Arc::clone(writer))
    }

    fn host(&self, domain: &Domain) -> Arc<OpenHost> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let host = open.entry(domain.clone()).or_insert_with(|| {
            Arc::new(OpenHost {
                crowd: Crowd::new(PER_ORG),
                reader: OnceCell::new(),
                life: OnceCell::new(),
                inside: OnceCell::new(),
            })
        });
        Arc::clone(host)
    }

    async fn session<S: OAuthScope>(
        &self,
        domain: &Domain,
        host: &OpenHost,
    ) -> Result<OrgReader, Error> {
        let refused = |why: String| Error::NoCredential(format!("{domain}: {why}").into());
        let base = self
            .places
            .url(domain)
            .map_err(|reason| Error::NoCredential(format!("{domain} {reason}").into()))?;
        let credential = self.keyring.credential(domain, S::NAME).await;
        let credential = credential
            .map_err(|error| refused(error.to_string()))?
            .ok_or_else(|| refused("there is no credential for this org".to_owned()))?;
        let options = &self.options;
        let credentials = match credential {
            OrgCredential::ApiToken(token) => Credentials::ApiToken(token),
            OrgCredential::AccessToken(token) => Credentials::AccessToken(token),
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
        };
        let session: Session<S> = Session::new(credentials, &options.client);
        let api = Api {
            base: base.clone(),
            whose: "the org",
            host: domain.to_string(),
            prefix: base.path().trim_end_matches('/').to_owned(),
            crowds: vec![host.crowd.clone(), self.crowd.clone()],
        };
        let transport = Transport::new(api, session.authorizer(), options)?;
        Ok(OrgReader::new(base, transport))
    }
}
