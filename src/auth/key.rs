//! A private key from PEM or JWK text, and signatures with it.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeyPairComponents, PublicKeyComponents};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, KeyPair as _, RSA_PKCS1_SHA256,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD as BASE64};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::{Error as PemError, PemObject as _};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::secret::Secret;

/// Why a text is no private key. None of these holds a part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Neither PEM nor JWK.
    #[error("it is neither PEM (`-----BEGIN PRIVATE KEY-----`) nor a JWK (`{{\"kty\":…}}`)")]
    Form,
    /// A public key or a certificate.
    #[error("it holds no private key, only a public one or a certificate")]
    Public,
    /// The form that `ssh-keygen` writes.
    #[error(
        "it is an OpenSSH key: `ssh-keygen -p -m PKCS8 -f FILE` writes a copy of it as PEM, in its place"
    )]
    OpenSsh,
    /// PEM with a passphrase.
    #[error(
        "it is encrypted with a passphrase; store it without one, protected by the secret store"
    )]
    Encrypted,
    /// Another kind of key.
    #[error(
        "its kind isn't supported: use RSA (2048 bits or more), or EC with the curve P-256 or P-384"
    )]
    Kind,
    /// The numbers in it make no key.
    #[error("its content is damaged: the numbers in it make no key")]
    Damaged,
    /// Nothing can be signed without random numbers.
    #[error("this machine has no randomness to give")]
    NoRandomness,
}

/// A private key that can sign tokens.
pub struct SigningKey {
    pair: Pair,
    /// The `kid` of the JWK that it came from.
    kid: Option<String>,
}

enum Pair {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey")
            .field("alg", &self.alg())
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

/// A JWK as far as a private key needs it (RFC 7518, sections 6.2 and 6.3).
#[derive(Deserialize)]
struct PrivateJwk {
    kty: String,
    kid: Option<String>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    d: Option<String>,
    n: Option<String>,
    e: Option<String>,
    p: Option<String>,
    q: Option<String>,
    dp: Option<String>,
    dq: Option<String>,
    qi: Option<String>,
}

impl SigningKey {
    /// Reads PEM (PKCS#8, PKCS#1 or SEC1) or a JWK.
    ///
    /// # Errors
    /// When the text holds no private key of a supported kind.
    pub fn parse(text: &Secret) -> Result<Self, KeyError> {
        let text = plain(text);
        if text.starts_with('{') {
            return Self::from_jwk(&text);
        }
        if text.contains("BEGIN OPENSSH PRIVATE KEY") {
            return Err(KeyError::OpenSsh);
        }
        if text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED") {
            return Err(KeyError::Encrypted);
        }
        let pair = match PrivateKeyDer::from_pem_slice(text.as_bytes()) {
            Ok(PrivateKeyDer::Pkcs1(der)) => RsaKeyPair::from_der(der.secret_pkcs1_der())
                .map(Pair::Rsa)
                .ok(),
            Ok(PrivateKeyDer::Sec1(der)) => ec(der.secret_sec1_der()),
            Ok(PrivateKeyDer::Pkcs8(der)) => RsaKeyPair::from_pkcs8(der.secret_pkcs8_der())
                .map(Pair::Rsa)
                .ok()
                .or_else(|| ec(der.secret_pkcs8_der())),
            Ok(_) => None,
            Err(PemError::NoItemsFound) if text.contains("-----BEGIN ") => {
                return Err(KeyError::Public);
            }
            Err(PemError::NoItemsFound) => return Err(KeyError::Form),
            Err(_) => return Err(KeyError::Damaged),
        };
        Ok(Self {
            pair: pair.ok_or(KeyError::Kind)?,
            kid: None,
        })
    }

    fn from_jwk(text: &str) -> Result<Self, KeyError> {
        let jwk: PrivateJwk = serde_json::from_str(text).map_err(|_| KeyError::Form)?;
        let number = |member: &Option<String>| -> Result<Vec<u8>, KeyError> {
            let text = member.as_ref().ok_or(KeyError::Damaged)?;
            BASE64
                .decode(text.trim_end_matches('='))
                .map_err(|_| KeyError::Damaged)
        };
        if jwk.d.is_none() {
            return Err(KeyError::Public);
        }
        let pair = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("RSA", _) => Pair::Rsa(
                RsaKeyPair::from_components(&KeyPairComponents {
                    public_key: PublicKeyComponents {
                        n: number(&jwk.n)?,
                        e: number(&jwk.e)?,
                    },
                    d: number(&jwk.d)?,
                    p: number(&jwk.p)?,
                    q: number(&jwk.q)?,
                    dP: number(&jwk.dp)?,
                    dQ: number(&jwk.dq)?,
                    qInv: number(&jwk.qi)?,
                })
                .map_err(|_| KeyError::Damaged)?,
            ),
            ("EC", Some(curve @ ("P-256" | "P-384"))) => {
                let mut point = vec![4];
                point.extend(number(&jwk.x)?);
                point.extend(number(&jwk.y)?);
                let pair = |algorithm| {
                    EcdsaKeyPair::from_private_key_and_public_key(
                        algorithm,
                        &number(&jwk.d)?,
                        &point,
                    )
                    .map_err(|_| KeyError::Damaged)
                };
                if curve == "P-256" {
                    Pair::P256(pair(&ECDSA_P256_SHA256_FIXED_SIGNING)?)
                } else {
                    Pair::P384(pair(&ECDSA_P384_SHA384_FIXED_SIGNING)?)
                }
            }
            _ => return Err(KeyError::Kind),
        };
        Ok(Self { pair, kid: jwk.kid })
    }

    /// A new key of the curve P-256, for DPoP.
    ///
    /// # Errors
    /// When the machine has no randomness to give.
    pub fn generate() -> Result<Self, KeyError> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
            .map_err(|_| KeyError::NoRandomness)?;
        Ok(Self {
            pair: Pair::P256(pair),
            kid: None,
        })
    }

    /// The `alg` of its signatures.
    #[must_use]
    pub fn alg(&self) -> &'static str {
        match &self.pair {
            Pair::Rsa(_) => "RS256",
            Pair::P256(_) => "ES256",
            Pair::P384(_) => "ES384",
        }
    }

    /// The `kid` of the JWK that it came from.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The public key of the curve P-256 as a JWK; `None` for other kinds, which DPoP doesn't use here.
    #[must_use]
    pub fn public_jwk(&self) -> Option<Json> {
        let Pair::P256(pair) = &self.pair else {
            return None;
        };
        let point = pair.public_key().as_ref();
        let (x, y) = point.get(1..)?.split_at_checked(32)?;
        Some(json!({"kty": "EC", "crv": "P-256", "x": BASE64.encode(x), "y": BASE64.encode(y)}))
    }

    /// A signed token (RFC 7515, compact form): `header` gets its `alg`.
    ///
    /// # Errors
    /// When the key can't sign.
    pub fn token(&self, mut header: Json, claims: &Json) -> Result<Secret, KeyError> {
        if let Some(header) = header.as_object_mut() {
            header.insert("alg".to_owned(), self.alg().into());
        }
        let part = |json: &Json| BASE64.encode(json.to_string());
        let message = format!("{}.{}", part(&header), part(claims));
        let signature = self.sign(message.as_bytes()).ok_or(KeyError::Damaged)?;
        Ok(Secret::new(&format!(
            "{message}.{}",
            BASE64.encode(signature)
        )))
    }

    fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .ok()?;
                Some(signature)
            }
            Pair::P256(pair) | Pair::P384(pair) => {
                Some(pair.sign(&random, message).ok()?.as_ref().to_vec())
            }
        }
    }
}

/// The key as it was before it went through editors, variables and secret stores: they add a byte order mark or quotes, and
/// write line feeds out.
fn plain(key: &Secret) -> String {
    let text = key.expose().trim_start_matches('\u{feff}').trim();
    let quoted = ['"', '\'', '`']
        .into_iter()
        .find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote));
    let text = quoted.unwrap_or(text).replace("\\r", "");
    text.replace("\\n", "\n").trim().to_owned()
}

fn ec(der: &[u8]) -> Option<Pair> {
    let pair = |algorithm: &'static EcdsaSigningAlgorithm| {
        EcdsaKeyPair::from_private_key_der(algorithm, der).ok()
    };
    pair(&ECDSA_P256_SHA256_FIXED_SIGNING)
        .map(Pair::P256)
        .or_else(|| pair(&ECDSA_P384_SHA384_FIXED_SIGNING).map(Pair::P384))
}

/// A random name for a token, used once: `jti`.
///
/// # Errors
/// When the machine has no randomness to give: a name that could be guessed, or come twice, is worse than none.
pub fn jti() -> Result<String, KeyError> {
    let mut bytes = [0; 16];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| KeyError::NoRandomness)?;
    Ok(BASE64.encode(bytes))
}

/// A piece of a key with fewer characters tells nothing.
const PIECE: usize = 16;

/// The members of a JWK that are private (RFC 7518, section 6).
const PRIVATE_MEMBERS: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "k"];

/// The parts of a private key's text that would give it away: its lines without those that say what it is, or the private
/// members of a JWK.
#[must_use]
pub fn pieces(key: &Secret) -> Vec<Secret> {
    let text = plain(key);
    if let Ok(jwk) = serde_json::from_str::<Json>(&text) {
        let members = PRIVATE_MEMBERS
            .iter()
            .filter_map(|name| jwk.get(name)?.as_str());
        return members.map(Secret::new).collect();
    }
    text.split(['\n', '\r', '"', ' '])
        .filter(|piece| piece.len() >= PIECE && !piece.starts_with("-----"))
        .map(Secret::new)
        .collect()
}

/// Whether a text that should be something else is most likely a private key: PEM, a JWK, or either in base64.
#[must_use]
pub fn looks_like_key(text: &str) -> bool {
    let text = text.trim();
    let decoded = [STANDARD_NO_PAD, BASE64]
        .iter()
        .find_map(|engine| engine.decode(text.trim_end_matches('=')).ok());
    // DER of a key, which is never short, starts with a sequence.
    let der = text.starts_with("MI") && text.len() > 100 && decoded.is_some();
    let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    der || is_key(text) || decoded.is_some_and(|text| is_key(&text))
}

fn is_key(text: &str) -> bool {
    let jwk = text.starts_with('{') && text.contains("\"kty\"");
    jwk || text.contains("-----BEGIN") || text.contains("PRIVATE KEY")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promise_6_a_key_is_recognised_where_it_does_not_belong() {
        let long = format!("MIG{}", "a".repeat(101));
        for key in [
            "-----BEGIN PRIVATE KEY-----\nx",
            " -----BEGIN EC PRIVATE KEY-----\\nx",
            "{\"kty\":\"RSA\"}",
            "PRIVATE KEY-----",
            &STANDARD_NO_PAD.encode("-----BEGIN PRIVATE KEY-----"),
            &format!("{}==", BASE64.encode("{\"kty\":\"RSA\"}")),
            &long,
        ] {
            assert!(looks_like_key(key), "{key}");
        }
        let path = format!("MIX/{}.pem", "a".repeat(100));
        for other in [
            "",
            "0oar95zt9zIpYuz6A0h7",
            "keys/my.pem",
            "MIIkey.pem",
            "{id}",
            &path,
        ] {
            assert!(!looks_like_key(other), "{other}");
        }
    }

    #[test]
    fn promise_6_the_pieces_of_a_key_are_its_private_parts() {
        let pieces_of = |text: &str| -> Vec<String> {
            pieces(&Secret::new(text))
                .iter()
                .map(|piece| piece.expose().to_owned())
                .collect()
        };
        let lines = ["0123456789abcdef", "0123456789ABCDEF0"];
        for (newline, end) in [("\n", ""), ("\r\n", "\r\n"), ("\\n", "")] {
            let pem = [
                "-----BEGIN PRIVATE KEY-----",
                lines[0],
                lines[1],
                "0123",
                "-----END PRIVATE KEY-----",
            ];
            assert_eq!(pieces_of(&format!("{}{end}", pem.join(newline))), lines);
        }
        let jwk = r#"{"kty":"EC","kid":"0123456789abcdef","x":"0123456789abcdef","d":"secret"}"#;
        assert_eq!(pieces_of(jwk), ["secret"]);
        assert_eq!(
            pieces_of(r#"{"d":"0123456789abcdef","#),
            ["0123456789abcdef"]
        );
    }

    #[test]
    fn a_jti_is_new_each_time() {
        let (first, second) = (jti().unwrap(), jti().unwrap());
        assert_ne!(first, second);
        assert_eq!(first.len(), 22);
    }
}
