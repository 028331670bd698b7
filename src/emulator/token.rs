//! The authorization server of the emulated Aerial org: assertions in, tokens out, with Okta's error texts.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

use super::state::State;

/// The fixed lifetime of an access token, in seconds.
const LIFETIME: u64 = 3600;

const READ: &str = "okta.accounts.read";
const MANAGE: &str = "okta.accounts.manage";

/// What a request may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Read.
    Read,
    /// Read and write.
    Manage,
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
    access: Access,
    ends: SystemTime,
    /// The thumbprint of the DPoP key that it is bound to.
    bound_to: Option<String>,
}

/// A refusal: status, body, and whether the `dpop-nonce` header goes with it.
#[derive(Debug, PartialEq)]
pub(super) struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Json,
    /// Whether the answer names the current nonce.
    pub with_nonce: bool,
}

fn oauth(status: u16, error: &str, description: &str) -> Refusal {
    Refusal {
        status,
        body: json!({"error": error, "error_description": description}),
        with_nonce: false,
    }
}

fn api(status: u16, code: &str, summary: &str) -> Refusal {
    Refusal {
        status,
        body: json!({"errorCode": code, "errorSummary": summary, "errorLink": code, "errorCauses": []}),
        with_nonce: false,
    }
}

#[derive(Deserialize)]
struct Assertion {
    aud: Json,
    iss: String,
    sub: String,
    exp: u64,
    iat: Option<u64>,
    jti: Option<String>,
}

#[derive(Deserialize)]
struct Proof {
    htm: String,
    htu: String,
    iat: u64,
    jti: String,
    nonce: Option<String>,
    ath: Option<String>,
}

fn seconds(now: SystemTime) -> u64 {
    now.duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
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

    fn issue(&mut self, access: Access, bound_to: Option<String>, now: SystemTime) -> String {
        self.count += 1;
        let token = format!("emulated.{}.{:016x}", self.count, fastrand::u64(..));
        self.issued.insert(
            token.clone(),
            Issued {
                access,
                ends: now + Duration::from_secs(LIFETIME),
                bound_to,
            },
        );
        token
    }

    /// A token for a client without credentials, where the emulator was started without a token of its own: everybody
    /// who reaches it is on this machine.
    pub(super) fn anonymous(&mut self, scope: &str, now: SystemTime) -> Result<Json, Refusal> {
        if self.fixed.is_some() {
            return Err(api(401, "E0000004", "Authentication failed"));
        }
        let access = if scope == READ {
            Access::Read
        } else {
            Access::Manage
        };
        let token = self.issue(access, None, now);
        Ok(
            json!({"token_type": "Bearer", "expires_in": LIFETIME, "access_token": token, "scope": scope}),
        )
    }

    /// `POST /oauth2/v1/token`.
    pub(super) fn grant(
        &mut self,
        state: &State,
        form: &BTreeMap<String, String>,
        proof: Option<&str>,
        url: &str,
        now: SystemTime,
    ) -> Result<Json, Refusal> {
        let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        if field("grant_type") != "client_credentials" {
            return Err(oauth(
                400,
                "unsupported_grant_type",
                "The authorization grant type is not supported by the authorization server.",
            ));
        }
        if field("client_assertion").is_empty() {
            return Err(oauth(401, "invalid_client", "No client credentials found."));
        }
        if field("client_assertion_type")
            != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        {
            return Err(oauth(
                400,
                "invalid_request",
                "The client_assertion_type is invalid.",
            ));
        }
        let claims = self.assertion(state, field("client_assertion"), url, now)?;
        let client = state.clients.iter().find(|client| client.id == claims.iss);
        let scopes: Vec<&str> = field("scope").split_whitespace().collect();
        if scopes.is_empty() {
            return Err(oauth(400, "invalid_scope", "No scopes were requested."));
        }
        let granted = |scope: &str| match client {
            Some(client) => client.scopes.iter().any(|granted| granted == scope),
            None => scope == READ || scope == MANAGE,
        };
        if let Some(refused) = scopes.iter().find(|scope| !granted(scope)) {
            return Err(oauth(
                400,
                "invalid_scope",
                &format!("The following scopes are not allowed for this request: [{refused}]."),
            ));
        }
        let bound_to = match proof {
            Some(proof) => Some(self.proof(proof, "POST", url, None, true, now)?),
            None if client.is_some_and(|client| client.dpop) => {
                return Err(oauth(
                    400,
                    "invalid_dpop_proof",
                    "The DPoP proof JWT header is missing.",
                ));
            }
            None => None,
        };
        let access = if scopes.contains(&MANAGE) {
            Access::Manage
        } else {
            Access::Read
        };
        let kind = if bound_to.is_some() { "DPoP" } else { "Bearer" };
        let token = self.issue(access, bound_to, now);
        Ok(
            json!({"token_type": kind, "expires_in": LIFETIME, "access_token": token, "scope": scopes.join(" ")}),
        )
    }

    fn assertion(
        &mut self,
        state: &State,
        jwt: &str,
        url: &str,
        now: SystemTime,
    ) -> Result<Assertion, Refusal> {
        let refuse = |description: &str| oauth(401, "invalid_client", description);
        let header = decode_header(jwt)
            .map_err(|_| refuse("The client_assertion token is not a valid JWT."))?;
        let mut validation = Validation::new(header.alg);
        validation.validate_aud = false;
        validation.validate_exp = false;
        validation.required_spec_claims.clear();
        let claims: Assertion = jsonwebtoken::dangerous::insecure_decode(jwt)
            .map_err(|_| refuse("The client_assertion token is not a valid JWT."))?
            .claims;
        if !state.clients.is_empty() {
            let client = state
                .clients
                .iter()
                .find(|client| client.id == claims.iss)
                .ok_or_else(|| {
                    refuse("The issuer claim for client_assertion is not a valid client_id.")
                })?;
            let key = client
                .keys
                .iter()
                .filter_map(|key| serde_json::from_value::<Jwk>(key.clone()).ok())
                .find(|key| key.common.key_id == header.kid)
                .ok_or_else(|| {
                    refuse("The kid of the client_assertion token is not registered.")
                })?;
            let key =
                DecodingKey::from_jwk(&key).map_err(|_| refuse("The client's JWKS is invalid."))?;
            decode::<Assertion>(jwt, &key, &validation)
                .map_err(|_| refuse("The client_assertion signature is invalid."))?;
        }
        let time = seconds(now);
        let aud_matches = claims.aud == url
            || claims
                .aud
                .as_array()
                .is_some_and(|all| all.iter().any(|aud| aud == url));
        if claims.iss != claims.sub {
            return Err(refuse(
                "The subject claim for client_assertion is not a valid client_id.",
            ));
        }
        if !aud_matches {
            return Err(refuse(
                "The audience claim for client_assertion must be the endpoint invoked for the request.",
            ));
        }
        if claims.exp <= time {
            return Err(refuse("The client_assertion token is expired."));
        }
        if claims.exp > time + 3600 {
            return Err(refuse(
                "The client_assertion token has an expiration too far into the future.",
            ));
        }
        if claims.iat.is_some_and(|iat| iat > time) {
            return Err(refuse(
                "The client_assertion token must be issued before the current time.",
            ));
        }
        if let Some(jti) = &claims.jti
            && !self.used.insert(format!("{}/{jti}", claims.iss))
        {
            return Err(refuse("The client_assertion token has already been used."));
        }
        Ok(claims)
    }

    /// Checks a DPoP proof; the thumbprint of its key. At the token endpoint it needs the nonce, elsewhere the token.
    fn proof(
        &mut self,
        jwt: &str,
        method: &str,
        url: &str,
        token: Option<&str>,
        nonce_needed: bool,
        now: SystemTime,
    ) -> Result<String, Refusal> {
        let refuse = |description: &str| oauth(400, "invalid_dpop_proof", description);
        let header = decode_header(jwt).map_err(|_| refuse("The DPoP proof JWT is invalid."))?;
        if header.typ.as_deref() != Some("dpop+jwt") {
            return Err(refuse("The DPoP proof JWT typ must be dpop+jwt."));
        }
        if matches!(
            header.alg,
            Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512
        ) {
            return Err(refuse("The DPoP proof JWT alg is invalid."));
        }
        let key = header
            .jwk
            .ok_or_else(|| refuse("The DPoP proof JWT has no jwk."))?;
        let decoding =
            DecodingKey::from_jwk(&key).map_err(|_| refuse("The DPoP proof jwk is invalid."))?;
        let mut validation = Validation::new(header.alg);
        validation.validate_aud = false;
        validation.validate_exp = false;
        validation.required_spec_claims.clear();
        let claims = decode::<Proof>(jwt, &decoding, &validation)
            .map_err(|_| refuse("The DPoP proof JWT signature is invalid."))?
            .claims;
        let time = seconds(now);
        if claims.htm != method {
            return Err(refuse("The DPoP proof JWT htm does not match the request."));
        }
        if claims.htu != url {
            return Err(refuse("The DPoP proof JWT htu does not match the request."));
        }
        if claims.iat > time {
            return Err(refuse("The DPoP proof JWT is issued in the future."));
        }
        if claims.iat + 300 < time {
            return Err(refuse(
                "The DPoP proof JWT was issued more than five minutes in the past.",
            ));
        }
        match token {
            _ if (token.is_none() || nonce_needed)
                && claims.nonce.as_deref() != Some(self.nonce().as_str()) =>
            {
                return Err(Refusal {
                    with_nonce: true,
                    ..oauth(
                        400,
                        "use_dpop_nonce",
                        "Authorization server requires nonce in DPoP proof.",
                    )
                });
            }
            Some(token) if claims.ath != Some(BASE64.encode(Sha256::digest(token.as_bytes()))) => {
                return Err(refuse(
                    "The DPoP proof JWT ath does not match the access token.",
                ));
            }
            _ => {}
        }
        if !self.used.insert(format!("dpop/{}", claims.jti)) {
            return Err(refuse("The DPoP proof JWT has already been used."));
        }
        key.thumbprint(ThumbprintHash::SHA256)
            .map_err(|_| refuse("The DPoP proof jwk is invalid."))
    }

    /// What an API request may do, by its `Authorization` and `DPoP` headers.
    pub(super) fn access(
        &mut self,
        authorization: Option<&str>,
        proof: Option<&str>,
        method: &str,
        url: &str,
        nonce_needed: bool,
        now: SystemTime,
    ) -> Result<Access, Refusal> {
        let invalid = || api(401, "E0000011", "Invalid token provided");
        let (scheme, token) = authorization
            .and_then(|header| header.split_once(' '))
            .ok_or_else(invalid)?;
        if let Some(fixed) = &self.fixed
            && fixed == token
        {
            return Ok(Access::Manage);
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
                Ok(Access::Manage)
            } else {
                Err(invalid())
            };
        };
        if let Some(bound_to) = &issued.bound_to {
            if !scheme.eq_ignore_ascii_case("dpop") {
                return Err(oauth(
                    400,
                    "invalid_request",
                    "The DPoP authentication scheme is required.",
                ));
            }
            let proof = proof.ok_or_else(|| {
                oauth(
                    400,
                    "invalid_dpop_proof",
                    "The DPoP proof JWT header is missing.",
                )
            })?;
            if self.proof(proof, method, url, Some(token), nonce_needed, now)? != *bound_to {
                return Err(oauth(
                    400,
                    "invalid_dpop_proof",
                    "The token is not bound to the DPoP proof.",
                ));
            }
        }
        Ok(issued.access)
    }
}

/// 403 for a write with a token that may only read.
#[must_use]
pub(super) fn missing_scope() -> Refusal {
    api(
        403,
        "E0000006",
        "You do not have permission to perform the requested action",
    )
}
