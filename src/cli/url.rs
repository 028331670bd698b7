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
