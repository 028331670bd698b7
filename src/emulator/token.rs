//! The authorization server of the emulated Aerial org: assertions in, tokens out, with Okta's error texts.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use serde_json::{Value as Json, json};

use super::call::{Reply, forbidden};
use super::jwt::{self, Assertion, ProofTarget};
use super::state::{ADMIN, EmulatedClient};

/// The fixed lifetime of an access token, in seconds.
const LIFETIME: u64 = 3600;

const READ: &str = "okta.accounts.read";
const MANAGE: &str = "okta.accounts.manage";
pub(super) const READ_LOG: &str = "okta.logs.read";

/// What a request may do with the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    /// Read and write.
    Manage,
}

/// Who a token lets in.
#[derive(Debug)]
pub(super) enum Entered {
    /// Everybody who may do everything: the emulator's own token, or any where it has none.
    Open,
    /// A service app.
    Client {
        /// The org whose token it is; `None`: the account's.
        host: Option<String>,
        scopes: Vec<String>,
        client: String,
    },
}

/// An authorization server: the account's, or an org's.
pub(super) struct Desk<'a> {
    pub(super) clients: &'a [EmulatedClient],
    /// The org; `None`: the account.
    pub(super) host: Option<&'a str>,
}

/// What a request presents to be let in.
pub(super) struct Presented<'a> {
    /// `Authorization`.
    pub(super) authorization: Option<&'a str>,
    /// `DPoP`.
    pub(super) proof: Option<&'a str>,
    pub(super) method: &'a str,
    /// Without query.
    pub(super) url: &'a str,
}

/// The tokens that were issued, and what may not be used again.
#[derive(Debug)]
pub(super) struct Tokens {
    fixed: Option<String>,
    issued: BTreeMap<String, Issued>,
    used: BTreeSet<String>,
    nonce: u64,
    count: u64,
}

#[derive(Debug, Clone)]
struct Issued {
    host: Option<String>,
    scopes: Vec<String>,
    client: String,
    ends: SystemTime,
    /// The thumbprint of the DPoP key that it is bound to.
    bound_to: Option<String>,
}

impl Tokens {
    /// With a fixed token, no other is accepted or issued to the nameless.
    #[must_use]
    pub(super) fn new(fixed: Option<String>) -> Self {
        Self {
            fixed,
            issued: BTreeMap::new(),
            used: BTreeSet::new(),
            nonce: 1,
            count: 0,
        }
    }

    /// The nonce that DPoP proofs at the token endpoint must carry.
    #[must_use]
    pub(super) fn nonce(&self) -> String {
        format!("nonce-{}", self.nonce)
    }

    /// Makes the nonce another one.
    pub(super) fn renew_nonce(&mut self) {
        self.nonce += 1;
    }

    /// Ends every issued token.
    pub(super) fn expire(&mut self) {
        self.issued.clear();
    }

    fn issue(&mut self, issued: Issued) -> String {
        self.count += 1;
        let token = format!("emulated.{}.{:016x}", self.count, fastrand::u64(..));
        self.issued.insert(token.clone(), issued);
        token
    }

    /// A token for a client without credentials, where the emulator was started without a token of its own: everybody
    /// who reaches it is on this machine. `org`: for that org's own API.
    pub(super) fn anonymous(
        &mut self,
        scope: &str,
        org: Option<&str>,
        now: SystemTime,
    ) -> Result<Json, Reply> {
        if self.fixed.is_some() {
            return Err(Reply::error(401, "E0000004", "Authentication failed", &[]));
        }
        let scope = if scope.is_empty() { MANAGE } else { scope };
        let token = self.issue(Issued {
            host: org.map(str::to_lowercase),
            scopes: scope.split_whitespace().map(str::to_owned).collect(),
            client: ADMIN.to_owned(),
            ends: now + Duration::from_secs(LIFETIME),
            bound_to: None,
        });
        Ok(
            json!({"token_type": "Bearer", "expires_in": LIFETIME, "access_token": token, "scope": scope}),
        )
    }

    /// Whether somebody may act behind the API: anybody on this machine, unless the emulator was started with a token.
    pub(super) fn on_this_machine(&self, authorization: Option<&str>) -> Result<(), Reply> {
        let token = authorization
            .and_then(|header| header.split_once(' '))
            .map(|(_, token)| token);
        match &self.fixed {
            Some(fixed) if token != Some(fixed.as_str()) => Err(invalid_token()),
            Some(_) | None => Ok(()),
        }
    }

    /// `POST /oauth2/v1/token`.
    pub(super) fn grant(
        &mut self,
        desk: &Desk<'_>,
        form: &BTreeMap<String, String>,
        proof: Option<&str>,
        url: &str,
        now: SystemTime,
    ) -> Result<Json, Reply> {
        let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        if field("grant_type") != "client_credentials" {
            return Err(Reply::oauth(
                400,
                "unsupported_grant_type",
                "The authorization grant type is not supported by the authorization server.",
            ));
        }
        if field("client_assertion").is_empty() {
            return Err(Reply::oauth(
                401,
                "invalid_client",
                "No client credentials found.",
            ));
        }
        if field("client_assertion_type")
            != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        {
            return Err(Reply::oauth(
                400,
                "invalid_request",
                "The client_assertion_type is invalid.",
            ));
        }
        let claims = self.assertion(desk, field("client_assertion"), url, now)?;
        let client = desk.clients.iter().find(|client| client.id == claims.iss);
        let scopes: Vec<&str> = field("scope").split_whitespace().collect();
        if scopes.is_empty() {
            return Err(Reply::oauth(
                400,
                "invalid_scope",
                "No scopes were requested.",
            ));
        }
        let granted = |scope: &str| match client {
            Some(client) => client.scopes.iter().any(|granted| granted == scope),
            None if desk.host.is_some() => scope.starts_with("okta."),
            None => [READ, MANAGE, READ_LOG].contains(&scope),
        };
        if let Some(refused) = scopes.iter().find(|scope| !granted(scope)) {
            return Err(Reply::oauth(
                400,
                "invalid_scope",
                &format!("The following scopes are not allowed for this request: [{refused}]."),
            ));
        }
        let bound_to = match proof {
            Some(proof) => {
                let nonce = self.nonce();
                Some(self.proof(
                    proof,
                    &ProofTarget {
                        method: "POST",
                        url,
                        token: None,
                        nonce: Some(&nonce),
                        now,
                    },
                )?)
            }
            None if client.is_some_and(|client| client.dpop) => {
                return Err(Reply::oauth(
                    400,
                    "invalid_dpop_proof",
                    "The DPoP proof JWT header is missing.",
                ));
            }
            None => None,
        };
        let kind = if bound_to.is_some() { "DPoP" } else { "Bearer" };
        let token = self.issue(Issued {
            host: desk.host.map(str::to_owned),
            scopes: scopes.iter().copied().map(str::to_owned).collect(),
            client: claims.iss,
            ends: now + Duration::from_secs(LIFETIME),
            bound_to,
        });
        Ok(
            json!({"token_type": kind, "expires_in": LIFETIME, "access_token": token, "scope": scopes.join(" ")}),
        )
    }

    fn assertion(
        &mut self,
        desk: &Desk<'_>,
        jwt: &str,
        url: &str,
        now: SystemTime,
    ) -> Result<Assertion, Reply> {
        let claims = jwt::assertion(desk.clients, jwt, url, now)?;
        if let Some(jti) = &claims.jti
            && !self.used.insert(format!("{}/{jti}", claims.iss))
        {
            return Err(Reply::oauth(
                401,
                "invalid_client",
                "The client_assertion token has already been used.",
            ));
        }
        Ok(claims)
    }

    /// Checks a DPoP proof, and that it wasn't used before; the thumbprint of its key.
    fn proof(&mut self, jwt: &str, about: &ProofTarget<'_>) -> Result<String, Reply> {
        let proof = jwt::proof(jwt, about)?;
        if !self.used.insert(format!("dpop/{}", proof.jti)) {
            return Err(Reply::oauth(
                400,
                "invalid_dpop_proof",
                "The DPoP proof JWT has already been used.",
            ));
        }
        Ok(proof.thumbprint)
    }

    /// What a request to the account may do, and who asks.
    pub(super) fn access(
        &mut self,
        presented: &Presented<'_>,
        nonce_needed: bool,
        now: SystemTime,
    ) -> Result<(Access, String), Reply> {
        match self.entered(presented, nonce_needed, now)? {
            Entered::Open => Ok((Access::Manage, ADMIN.to_owned())),
            // An org's token is no good here.
            Entered::Client { host: Some(_), .. } => Err(invalid_token()),
            Entered::Client { scopes, client, .. } => {
                let has = |scope: &str| scopes.iter().any(|granted| granted == scope);
                if has(MANAGE) {
                    Ok((Access::Manage, client))
                } else if has(READ) {
                    Ok((Access::Read, client))
                } else {
                    Err(forbidden(&[]))
                }
            }
        }
    }

    /// Who an API request's `Authorization` and `DPoP` headers let in.
    pub(super) fn entered(
        &mut self,
        presented: &Presented<'_>,
        nonce_needed: bool,
        now: SystemTime,
    ) -> Result<Entered, Reply> {
        let Presented {
            authorization,
            proof,
            method,
            url,
        } = *presented;
        let (scheme, token) = authorization
            .and_then(|header| header.split_once(' '))
            .ok_or_else(invalid_token)?;
        if let Some(fixed) = &self.fixed
            && fixed == token
        {
            return Ok(Entered::Open);
        }
        let Some(issued) = self
            .issued
            .get(token)
            .filter(|issued| now < issued.ends)
            .cloned()
        else {
            // Without a token of its own the emulator takes any that it didn't make itself: it is for one machine.
            let ours = token.starts_with("emulated.");
            let open = self.fixed.is_none() && !token.is_empty() && !ours;
            return if open {
                Ok(Entered::Open)
            } else {
                Err(invalid_token())
            };
        };
        if let Some(bound_to) = &issued.bound_to {
            if !scheme.eq_ignore_ascii_case("dpop") {
                return Err(Reply::oauth(
                    400,
                    "invalid_request",
                    "The DPoP authentication scheme is required.",
                ));
            }
            let proof = proof.ok_or_else(|| {
                Reply::oauth(
                    400,
                    "invalid_dpop_proof",
                    "The DPoP proof JWT header is missing.",
                )
            })?;
            let nonce = nonce_needed.then(|| self.nonce());
            let about = ProofTarget {
                method,
                url,
                token: Some(token),
                nonce: nonce.as_deref(),
                now,
            };
            if self.proof(proof, &about)? != *bound_to {
                return Err(Reply::oauth(
                    400,
                    "invalid_dpop_proof",
                    "The token is not bound to the DPoP proof.",
                ));
            }
        }
        Ok(Entered::Client {
            host: issued.host,
            scopes: issued.scopes,
            client: issued.client,
        })
    }
}

fn invalid_token() -> Reply {
    Reply::error(401, "E0000011", "Invalid token provided", &[])
}
