//! A new key pair for a service app: Okta gets the public half.

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use pem::{EncodeConfig, LineEnding, Pem};
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

use super::key::KeyError;
use crate::secret::Secret;

/// A new key pair: RSA with 2,048 bits, as Okta makes them.
#[derive(Debug)]
pub struct NewKey {
    /// The private key as PEM (PKCS#8).
    pub private: Secret,
    /// The public key as a JWK for the app's *Public Keys* [Okta, Implement OAuth for Okta with a service app].
    pub public: Json,
    /// Its `kid`: the thumbprint of the key (RFC 7638), so that it follows from the key alone.
    pub kid: String,
}

impl NewKey {
    /// Makes one.
    ///
    /// # Errors
    /// When the machine has no randomness to give.
    pub fn generate() -> Result<Self, KeyError> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::NoRandomness)?;
        let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| KeyError::Damaged)?;
        let lines = EncodeConfig::new().set_line_ending(LineEnding::LF);
        let private = pem::encode_config(&Pem::new("PRIVATE KEY", der.as_ref()), lines);
        let public = pair.public_key();
        let number = |bytes: &[u8]| BASE64.encode(bytes);
        let n = number(public.modulus().big_endian_without_leading_zero());
        let e = number(public.exponent().big_endian_without_leading_zero());
        let digest = Sha256::digest(format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#));
        let kid = BASE64.encode(digest);
        Ok(Self {
            private: Secret::new(&private),
            public: json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "e": e, "n": n}),
            kid,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::key::SigningKey;

    #[test]
    fn the_private_half_signs_what_the_public_half_verifies() {
        let made = NewKey::generate().unwrap();
        let key = SigningKey::parse(&made.private).unwrap();
        let token = key
            .token(json!({"kid": made.kid}), &json!({"sub": "me"}))
            .unwrap();
        let text = token.expose();
        let (message, signature) = text.rsplit_once('.').unwrap();
        let bytes = |name: &str| BASE64.decode(made.public[name].as_str().unwrap()).unwrap();
        let public = aws_lc_rs::rsa::PublicKeyComponents {
            n: bytes("n"),
            e: bytes("e"),
        };
        let signature = BASE64.decode(signature).unwrap();
        public
            .verify(
                &aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256,
                message.as_bytes(),
                &signature,
            )
            .unwrap();
        assert_eq!(made.public["kid"], made.kid.as_str());
    }
}
