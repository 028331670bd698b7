//! Where a poll of the log goes on: a link that the server gave out, kept as text between runs.

use reqwest::Url;

/// The longest position that is kept, in characters: a link with a filter and a cursor of Okta's has some hundreds.
const MAX: usize = 4_000;

/// Where a poll goes on. It says nothing of the host: that is whoever's log is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPosition(String);

impl LogPosition {
    /// Of a link of the log's own; `None` where it is of anything else.
    pub(super) fn of(link: &Url, log: &Url) -> Option<Self> {
        let ours = link.origin() == log.origin() && link.path() == log.path();
        let query = link.query().filter(|_| ours)?;
        Self::parse(query)
    }

    /// Kept text; `None` where it can't be a position.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let pairs = url::form_urlencoded::parse(text.as_bytes());
        let plain = text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'#');
        let mut names = pairs.map(|(name, _)| name);
        let fits = plain && text.len() <= MAX && names.any(|name| name == "after");
        fits.then(|| Self(text.to_owned()))
    }

    /// The text to keep. It is no secret.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn url(&self, log: &Url) -> Url {
        let mut url = log.clone();
        url.set_query(Some(&self.0));
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_of_this_log_alone() {
        let log = Url::parse("https://acme-aerial.okta.com/api/v1/logs").unwrap();
        let of = |link: &str| LogPosition::of(&Url::parse(link).unwrap(), &log);
        let link = "https://acme-aerial.okta.com/api/v1/logs?limit=2&after=1627500044869_1";
        let position = of(link).unwrap();
        assert_eq!(position.url(&log).as_str(), link);
        assert_eq!(LogPosition::parse(position.as_str()), Some(position));
        for link in [
            "https://evil.example/api/v1/logs?after=1",
            "https://acme-aerial.okta.com:8443/api/v1/logs?after=1",
            "https://acme-aerial.okta.com/api/v1/users?after=1",
            "https://acme-aerial.okta.com/api/v1/logs?since=1",
            "https://acme-aerial.okta.com/api/v1/logs",
        ] {
            assert_eq!(of(link), None, "{link}");
        }
        let long = format!("after={}", "1".repeat(MAX));
        for text in [
            "",
            "after",
            "x=1",
            "after=1 2",
            "after=1\n",
            "after=1#x",
            &long,
        ] {
            let parsed = LogPosition::parse(text);
            assert_eq!(parsed.is_some(), text == "after", "{text}");
        }
    }
}
