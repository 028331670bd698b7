//! The `Link` response header (RFC 8288): where the next page is, and nowhere else.

use reqwest::Url;
use reqwest::header::{HeaderMap, LINK};

/// Why there is no next page to go to although the server names one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// The URL leads to another host, scheme or port: the token would go with it.
    #[error("the next page is at another origin, {0}, where the token must not go")]
    ForeignOrigin(String),
    /// The target is no URL.
    #[error("the `Link` header's next page is no URL: {0}")]
    Malformed(String),
}

/// The URL of the next page; `None` on the last one.
///
/// # Errors
/// When the target isn't a URL of the same origin as the page's own.
pub fn next(headers: &HeaderMap, page: &Url) -> Result<Option<Url>, LinkError> {
    let Some(target) = headers
        .get_all(LINK)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(links)
        .find(|link| link.rels.iter().any(|rel| rel.eq_ignore_ascii_case("next")))
    else {
        return Ok(None);
    };
    let url = page
        .join(&target.uri)
        .map_err(|_| LinkError::Malformed(target.uri.clone()))?;
    if url.origin() != page.origin() || !url.username().is_empty() || url.password().is_some() {
        return Err(LinkError::ForeignOrigin(url.origin().ascii_serialization()));
    }
    Ok(Some(url))
}

/// One link of a `Link` header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebLink {
    /// What stands between `<` and `>`.
    pub uri: String,
    /// The relations of its first `rel`.
    pub rels: Vec<String>,
}

/// The links of one header value: `<uri>; rel="next"; title="a, b", <uri2>; rel=self`.
///
/// Lenient: what isn't a link is passed over up to the next `<`.
#[must_use]
pub fn links(value: &str) -> Vec<WebLink> {
    let mut found = Vec::new();
    let mut rest = value;
    while let Some((_, after)) = rest.split_once('<') {
        let Some((uri, params)) = after.split_once('>') else {
            break;
        };
        let (rels, next) = parameters(params);
        found.push(WebLink {
            uri: uri.trim().to_owned(),
            rels,
        });
        rest = next;
    }
    found
}

/// The relations among the parameters up to the comma that ends the link, and what follows that comma.
fn parameters(text: &str) -> (Vec<String>, &str) {
    let mut rels: Option<Vec<String>> = None;
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let Some(after) = rest.strip_prefix(';') else {
            let next = rest.split_once(',').map_or("", |(_, next)| next);
            return (rels.unwrap_or_default(), next);
        };
        let after = after.trim_start();
        let name_end = after
            .find(|c: char| matches!(c, '=' | ';' | ',') || c.is_whitespace())
            .unwrap_or(after.len());
        let (name, tail) = after.split_at(name_end);
        let tail = tail.trim_start();
        let Some(raw) = tail.strip_prefix('=') else {
            rest = tail;
            continue;
        };
        let (value, tail) = parameter_value(raw.trim_start());
        if name.eq_ignore_ascii_case("rel") && rels.is_none() {
            rels = Some(value.split_whitespace().map(str::to_owned).collect());
        }
        rest = tail;
    }
}

/// A token or a quoted string, and what follows it.
fn parameter_value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text
            .find(|c: char| matches!(c, ';' | ',') || c.is_whitespace())
            .unwrap_or(text.len());
        let (value, rest) = text.split_at(end);
        return (value.to_owned(), rest);
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => {
                let rest = quoted.get(at + 1..).unwrap_or_default();
                return (value, rest);
            }
            '\\' => value.extend(chars.next().map(|(_, escaped)| escaped)),
            other => value.push(other),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    fn page() -> Url {
        Url::parse("https://aerial.example.com/acc/api/v1/orgs?limit=100").unwrap()
    }

    fn next_of(values: &[&str]) -> Result<Option<String>, LinkError> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(LINK, HeaderValue::from_str(value).unwrap());
        }
        Ok(next(&headers, &page())?.map(String::from))
    }

    #[test]
    fn the_next_page_is_found_however_it_is_written() {
        let expected =
            Some("https://aerial.example.com/acc/api/v1/orgs?after=a,b&limit=100".to_owned());
        let absolute = "<https://aerial.example.com/acc/api/v1/orgs?after=a,b&limit=100>";
        for values in [
            vec![format!("{absolute}; rel=\"next\"")],
            vec![format!("{absolute};rel=next")],
            vec![format!("{absolute} ; REL = \"prev NEXT\"")],
            vec![format!(
                "<https://aerial.example.com/x>; rel=\"self\", {absolute}; rel=\"next\""
            )],
            vec![
                "<https://aerial.example.com/x>; rel=\"self\"".to_owned(),
                format!("{absolute}; rel=\"next\""),
            ],
            vec![format!(
                "<x>; title=\"a, <b>; rel=next\"; rel=prev, {absolute}; title=\"\\\"\"; rel=next"
            )],
            vec!["</acc/api/v1/orgs?after=a,b&limit=100>; rel=next".to_owned()],
            vec!["<?after=a,b&limit=100>; rel=next".to_owned()],
        ] {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            assert_eq!(next_of(&values), Ok(expected.clone()), "{values:?}");
        }
    }

    #[test]
    fn no_next_means_the_last_page() {
        for value in [
            "",
            "<https://aerial.example.com/x>; rel=\"self\"",
            "nonsense",
            "<x",
            "<x>",
            "<x>; rel",
        ] {
            assert_eq!(next_of(&[value]), Ok(None), "{value}");
        }
        assert_eq!(next_of(&[]), Ok(None));
    }

    #[test]
    fn promise_6_a_link_to_another_origin_is_refused() {
        for foreign in [
            "https://evil.example.com/acc/api/v1/orgs?after=1",
            "http://aerial.example.com/acc/api/v1/orgs?after=1",
            "https://aerial.example.com:8443/orgs",
            "//evil.example.com/orgs",
            "https://user:pw@aerial.example.com/orgs",
        ] {
            let link = format!("<{foreign}>; rel=\"next\"");
            assert!(
                matches!(next_of(&[&link]), Err(LinkError::ForeignOrigin(_))),
                "{foreign}"
            );
        }
    }
}
