//! Secrets as types that can't be printed.

use secrecy::{ExposeSecret as _, SecretString};

/// An access token, a private key, or anything else that must not leave the process but to its own server.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes a secret, without the white space that an environment or a file puts around it.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(SecretString::from(text.trim()))
    }

    /// The secret itself: for the one place that sends it or signs with it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn promise_6_a_secret_has_no_printed_form() {
        let secret = Secret::new(" canary-7f3a\n");
        assert_eq!(format!("{secret:?} {secret:#?}"), "*** ***");
        assert_eq!(secret.expose(), "canary-7f3a");
    }
}
