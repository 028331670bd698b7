//! URLs that a user gives: checked, and shown without what may be secret in them.

use super::error::CliError;
use crate::http;

/// Checks a base URL; `origin` is where it came from.
///
/// # Errors
/// When no credentials may be sent to it.
pub(super) fn checked(text: &str, origin: &str) -> Result<reqwest::Url, CliError> {
    http::base_url(text)
        .map_err(|reason| CliError::failed(format!("`{}` ({origin}) {reason}", shown(text))))
}

/// The password in a URL, as it is written there.
pub(super) fn password(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("://")?;
    let (user, _) = rest.rsplit_once('@')?;
    Some(user.split_once(':')?.1)
}

/// A URL without user name, password, query and fragment, even where it is none.
fn shown(text: &str) -> String {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), text),
    };
    // A password may hold anything, an @ as well.
    let bare = rest.rsplit_once('@').map_or(rest, |(_, bare)| bare);
    let bare = bare.split(['?', '#']).next().unwrap_or_default();
    format!("{scheme}{bare}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_stands_between_the_user_and_the_host() {
        assert_eq!(password("http://svc:PA:S@S@proxy:80"), Some("PA:S@S"));
        for none in ["http://svc@proxy", "http://proxy:80", "svc:PASS@proxy", ""] {
            assert_eq!(password(none), None, "{none}");
        }
    }

    #[test]
    fn promise_6_a_url_is_shown_without_what_may_be_secret() {
        for (url, clean) in [
            (
                "https://svc:PASS@aerial.example.com/x",
                "https://aerial.example.com/x",
            ),
            (
                "https://svc:PA@SS@aerial.example.com",
                "https://aerial.example.com",
            ),
            (
                "https://svc:PA/SS@aerial.example.com",
                "https://aerial.example.com",
            ),
            (
                "https://svc:PA#S?S@aerial.example.com",
                "https://aerial.example.com",
            ),
            ("svc:PASS@aerial.example.com", "aerial.example.com"),
            (
                "https://aerial.example.com?token=PASS#PASS",
                "https://aerial.example.com",
            ),
            ("http://10.0.0.1:80/x", "http://10.0.0.1:80/x"),
            ("", ""),
        ] {
            assert_eq!(shown(url), clean);
        }
    }
}
