//! The two signed texts that a client sends, held against Okta's rules: its assertion and its DPoP proofs.

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};

use super::call::Reply;
use super::state::EmulatedClient;

/// The claims of a `client_assertion`.
#[derive(Deserialize)]
pub(super) struct Assertion {
    aud: Json,
    /// The client id.
    pub(super) iss: String,
    sub: String,
    exp: u64,
    iat: Option<u64>,
    /// Good for one use.
    pub(super) jti: Option<String>,
}

#[derive(Deserialize)]
struct ProofClaims {
    htm: String,
    htu: String,
    iat: u64,
    jti: String,
    nonce: Option<String>,
    ath: Option<String>,
}

/// A DPoP proof that holds.
pub(super) struct Proof {
    /// Of the key that signed it.
    pub(super) thumbprint: String,
    /// Good for one use.
    pub(super) jti: String,
}

/// What a DPoP proof must be about.
pub(super) struct ProofTarget<'a> {
    pub(super) method: &'a str,
    pub(super) url: &'a str,
    /// The access token that comes with it; none at the token endpoint.
    pub(super) token: Option<&'a str>,
    /// The nonce that it must carry; `None`: none.
    pub(super) nonce: Option<&'a str>,
    pub(super) now: SystemTime,
}

fn seconds(now: SystemTime) -> u64 {
    now.duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// Signature alone: Okta's texts for the claims are more exact than the library's.
fn signature_only(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.validate_aud = false;
    validation.validate_exp = false;
    validation.required_spec_claims.clear();
    validation
}

fn bad_client(description: &str) -> Reply {
    Reply::oauth(401, "invalid_client", description)
}

fn bad_proof(description: &str) -> Reply {
    Reply::oauth(400, "invalid_dpop_proof", description)
}

/// The claims of an assertion: signed by a key of its client, where its server knows any client, for this endpoint and now.
pub(super) fn assertion(
    clients: &[EmulatedClient],
    jwt: &str,
    url: &str,
    now: SystemTime,
) -> Result<Assertion, Reply> {
    let invalid = |_| bad_client("The client_assertion token is not a valid JWT.");
    let header = decode_header(jwt).map_err(invalid)?;
    let claims: Assertion = jsonwebtoken::dangerous::insecure_decode(jwt)
        .map_err(invalid)?
        .claims;
    if !clients.is_empty() {
        let key = registered_key(clients, &claims.iss, header.kid.as_deref())?;
        decode::<Assertion>(jwt, &key, &signature_only(header.alg))
            .map_err(|_| bad_client("The client_assertion signature is invalid."))?;
    }
    let problem = claim_problem(&claims, url, seconds(now));
    problem.map_or(Ok(claims), |problem| Err(bad_client(problem)))
}

fn registered_key(
    clients: &[EmulatedClient],
    issuer: &str,
    kid: Option<&str>,
) -> Result<DecodingKey, Reply> {
    let client = clients
        .iter()
        .find(|client| client.id == issuer)
        .ok_or_else(|| {
            bad_client("The issuer claim for client_assertion is not a valid client_id.")
        })?;
    let key = client
        .keys
        .iter()
        .filter_map(|key| serde_json::from_value::<Jwk>(key.clone()).ok())
        .find(|key| key.common.key_id.as_deref() == kid)
        .ok_or_else(|| bad_client("The kid of the client_assertion token is not registered."))?;
    DecodingKey::from_jwk(&key).map_err(|_| bad_client("The client's JWKS is invalid."))
}

fn claim_problem(claims: &Assertion, url: &str, time: u64) -> Option<&'static str> {
    let aud_matches = claims.aud == url
        || claims
            .aud
            .as_array()
            .is_some_and(|all| all.iter().any(|aud| aud == url));
    if claims.iss != claims.sub {
        Some("The subject claim for client_assertion is not a valid client_id.")
    } else if !aud_matches {
        Some(
            "The audience claim for client_assertion must be the endpoint invoked for the request.",
        )
    } else if claims.exp <= time {
        Some("The client_assertion token is expired.")
    } else if claims.exp > time + 3600 {
        Some("The client_assertion token has an expiration too far into the future.")
    } else if claims.iat.is_some_and(|iat| iat > time) {
        Some("The client_assertion token must be issued before the current time.")
    } else {
        None
    }
}

/// Checks a DPoP proof, but for its second use.
pub(super) fn proof(jwt: &str, about: &ProofTarget<'_>) -> Result<Proof, Reply> {
    let header = decode_header(jwt).map_err(|_| bad_proof("The DPoP proof JWT is invalid."))?;
    if header.typ.as_deref() != Some("dpop+jwt") {
        return Err(bad_proof("The DPoP proof JWT typ must be dpop+jwt."));
    }
    if matches!(
        header.alg,
        Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512
    ) {
        return Err(bad_proof("The DPoP proof JWT alg is invalid."));
    }
    let key = header
        .jwk
        .ok_or_else(|| bad_proof("The DPoP proof JWT has no jwk."))?;
    let decoding =
        DecodingKey::from_jwk(&key).map_err(|_| bad_proof("The DPoP proof jwk is invalid."))?;
    let claims = decode::<ProofClaims>(jwt, &decoding, &signature_only(header.alg))
        .map_err(|_| bad_proof("The DPoP proof JWT signature is invalid."))?
        .claims;
    if let Some(refusal) = proof_problem(&claims, about) {
        return Err(refusal);
    }
    let thumbprint = key
        .thumbprint(ThumbprintHash::SHA256)
        .map_err(|_| bad_proof("The DPoP proof jwk is invalid."))?;
    Ok(Proof {
        thumbprint,
        jti: claims.jti,
    })
}

fn proof_problem(claims: &ProofClaims, about: &ProofTarget<'_>) -> Option<Reply> {
    let time = seconds(about.now);
    if claims.htm != about.method {
        return Some(bad_proof(
            "The DPoP proof JWT htm does not match the request.",
        ));
    }
    if claims.htu != about.url {
        return Some(bad_proof(
            "The DPoP proof JWT htu does not match the request.",
        ));
    }
    if claims.iat > time {
        return Some(bad_proof("The DPoP proof JWT is issued in the future."));
    }
    if claims.iat + 300 < time {
        return Some(bad_proof(
            "The DPoP proof JWT was issued more than five minutes in the past.",
        ));
    }
    if about.nonce.is_some() && claims.nonce.as_deref() != about.nonce {
        return Some(Reply {
            with_nonce: true,
            ..Reply::oauth(
                400,
                "use_dpop_nonce",
                "Authorization server requires nonce in DPoP proof.",
            )
        });
    }
    let hash = about
        .token
        .map(|token| BASE64.encode(Sha256::digest(token.as_bytes())));
    if hash.is_some() && claims.ath != hash {
        return Some(bad_proof(
            "The DPoP proof JWT ath does not match the access token.",
        ));
    }
    None
}
