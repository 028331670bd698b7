//! Foreign text, and links to places in the repository.

use std::fmt::Write as _;

use crate::diagnostic::{Sources, Span};
use crate::render::{escape, provenance};

/// Foreign text, as text.
#[must_use]
pub fn code(text: &str) -> String {
    let mut safe = "<code>".to_owned();
    for c in escape::line(text).chars() {
        if c.is_alphanumeric() || c == ' ' {
            safe.push(c);
        } else {
            // Writing to a string can't fail.
            _ = write!(safe, "&#{};", u32::from(c));
        }
    }
    safe.push_str("</code>");
    safe
}

/// Where the files of a commit are to be seen: `https://github.com/acme/orgs/blob/0123…`, without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blobs(String);

impl Blobs {
    /// The files of a commit of a repository (`owner/name`) on a GitHub server; `None` where one of the three can't be what it
    /// is said to be.
    #[must_use]
    pub fn of(server: &str, repository: &str, commit: &str) -> Option<Self> {
        let server = url::Url::parse(server).ok()?;
        let plain = |text: &str| {
            let mut chars = text.chars();
            !text.is_empty() && chars.all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
        };
        let web = matches!(server.scheme(), "https" | "http");
        if !web || !plain(repository) || !plain(commit) {
            return None;
        }
        let server = server.as_str().trim_end_matches('/').to_owned();
        Some(Self(format!("{server}/{repository}/blob/{commit}")))
    }

    fn line(&self, path: &str, line: u32) -> String {
        let mut url = self.0.clone();
        for part in path.split('/') {
            url.push('/');
            for byte in part.bytes() {
                if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
                    url.push(char::from(byte));
                } else {
                    // Writing to a string can't fail.
                    _ = write!(url, "%{byte:02X}");
                }
            }
        }
        format!("{url}#L{line}")
    }
}

/// A place, as a link where it is known where the files are to be seen.
pub(super) fn place(sources: &Sources, blobs: Option<&Blobs>, span: Span) -> String {
    let text = provenance::place(sources, span);
    match blobs {
        Some(blobs) => {
            let url = blobs.line(sources.path(span.source), span.line);
            format!("[{}]({url})", code(&text))
        }
        None => code(&text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_the_line_whatever_the_file_is_called() {
        let blobs = Blobs::of("https://github.example/", "acme/orgs", "0123abc").unwrap();
        assert_eq!(
            blobs.line("infra/a b(1)#é.yaml", 25),
            "https://github.example/acme/orgs/blob/0123abc/infra/a%20b%281%29%23%C3%A9.yaml#L25"
        );
        for (server, repository, commit) in [
            ("javascript:alert(1)", "acme/orgs", "0123abc"),
            ("https://github.example", "acme/orgs) [x](y", "0123abc"),
            ("https://github.example", "acme/orgs", ""),
        ] {
            assert_eq!(Blobs::of(server, repository, commit), None);
        }
    }
}
