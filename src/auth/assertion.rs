//! What lets a token request in: who the service app is, signed with its key [guides/implement-oauth-for-okta-serviceapp],
//! and a DPoP proof where the server wants one.

use std::sync::Arc;
use std::time::SystemTime;

use reqwest::Method;
use reqwest::header::HeaderName;
use serde_json::json;

use super::dpop;
use super::error::{AuthError, OAuthRefusal};
use super::key::{KeyError, SigningKey, jti};
use super::learned::{Learned, MAX_SKEW, SharedLearned};
use crate::clock::{Clock, epoch_seconds};
use crate::http::{self, Answer, Authorization, Authorize};
use crate::secret::Secret;

/// How long before now it claims to be issued: `iat` must not be in the server's future.
const SLACK: i64 = 5;

/// How long it lasts, far below the hour that Okta allows.
const LIFETIME: i64 = 300;

/// A service app at the token endpoint.
#[derive(Debug)]
pub(super) struct Asserting {
    pub(super) client_id: String,
    pub(super) key: SigningKey,
    pub(super) kid: Option<String>,
    pub(super) learned: SharedLearned,
    pub(super) clock: Arc<dyn Clock>,
}

impl Asserting {
    /// The key's id: as given, else the JWK's own.
    pub(super) fn kid(&self) -> Option<&str> {
        self.kid.as_deref().or_else(|| self.key.kid())
    }

    /// A new assertion for each attempt: its `jti` works once. `now` is on the server's clock.
    fn sign(&self, token_url: &str, now: SystemTime) -> Result<Secret, KeyError> {
        let mut header = json!({"typ": "JWT"});
        if let Some(kid) = self.kid() {
            header = json!({"typ": "JWT", "kid": kid});
        }
        let now = epoch_seconds(now);
        let claims = json!({
            "aud": token_url,
            "iss": self.client_id,
            "sub": self.client_id,
            "iat": now - SLACK,
            "exp": now + LIFETIME,
            "jti": jti()?,
        });
        self.key.token(header, &claims)
    }
}

impl Authorize for Asserting {
    type Error = AuthError;

    async fn authorize(&self, method: &Method, url: &str) -> Result<Authorization, AuthError> {
        let learned = self.learned.lock();
        let now = learned.server_time(self.clock.now());
        let mut authorization = Authorization {
            form: vec![("client_assertion", self.sign(url, now)?)],
            ..Authorization::default()
        };
        if let Some(key) = learned.dpop_key() {
            let proof = dpop::proof(key, method.as_str(), url, learned.nonce(), None, now)?;
            let proof = http::sensitive(&proof).map_err(|_| AuthError::MalformedToken)?;
            let name = HeaderName::from_static("dpop");
            authorization.headers.insert(name, proof);
        }
        Ok(authorization)
    }

    /// Puts right what the answer says was wrong: the clock, the lack of a key, its nonce.
    async fn answered(&self, answer: &Answer, _: &Authorization) -> Result<bool, AuthError> {
        let mut learned = self.learned.lock();
        let clock_is_news = learned.compare_clocks(answer.signals().date, answer.received());
        let nonce = answer.header("dpop-nonce");
        let nonce_is_news = nonce.is_some_and(|nonce| learned.take_nonce(nonce));
        if answer.is_success() {
            return Ok(false);
        }
        let code = answer.refusal::<OAuthRefusal>().code();
        corrected(&mut learned, &code, nonce_is_news, clock_is_news)
    }
}

fn corrected(
    learned: &mut Learned,
    code: &str,
    nonce_is_news: bool,
    clock_is_news: bool,
) -> Result<bool, AuthError> {
    let no_key = learned.dpop_key().is_none();
    Ok(match code {
        "use_dpop_nonce" if nonce_is_news || no_key => {
            learned.want_dpop()?;
            true
        }
        "invalid_dpop_proof" if no_key => {
            learned.want_dpop()?;
            true
        }
        "invalid_dpop_proof" | "invalid_client" => clock_is_news && learned.skew() <= MAX_SKEW,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn what_is_put_right_after_which_refusal() {
        let key = |with: bool| {
            let mut learned = Learned::default();
            if with {
                learned.want_dpop().unwrap();
            }
            learned
        };
        // The code, whether there is a key, whether the nonce and the clock are news: whether to ask again.
        for (code, with_key, nonce, clock, again) in [
            ("use_dpop_nonce", false, false, false, true),
            ("use_dpop_nonce", true, true, false, true),
            ("use_dpop_nonce", true, false, true, false),
            ("invalid_dpop_proof", false, false, false, true),
            ("invalid_dpop_proof", true, true, false, false),
            ("invalid_dpop_proof", true, false, true, true),
            ("invalid_client", false, true, false, false),
            ("invalid_client", false, false, true, true),
            ("invalid_scope", false, true, true, false),
        ] {
            let mut learned = key(with_key);
            let corrected = corrected(&mut learned, code, nonce, clock).unwrap();
            assert_eq!(corrected, again, "{code} {with_key} {nonce} {clock}");
            let wants_key = with_key || code.contains("dpop");
            assert_eq!(learned.dpop_key().is_some(), wants_key, "{code}");
        }
    }

    #[test]
    fn a_clock_that_is_far_off_is_not_put_right() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        for (off, again) in [(300, true), (301, false)] {
            let mut learned = Learned::default();
            assert!(learned.compare_clocks(Some(now + Duration::from_secs(off)), now));
            let corrected = corrected(&mut learned, "invalid_client", false, true).unwrap();
            assert_eq!(corrected, again, "{off}");
        }
    }
}
