//! Who may speak to the emulator at all. It listens on loopback, where every page that a browser shows may call: it answers
//! to its own names, to no page of another site, and takes no write that a page could send unasked.

use super::call::Reply;

/// What tells a program of this machine from a page.
pub(super) struct Caller<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    /// `Host`.
    pub(super) host: Option<&'a str>,
    /// `Origin`, which browsers send with whatever crosses sites.
    pub(super) origin: Option<&'a str>,
    /// `Content-Type`.
    pub(super) content_type: Option<&'a str>,
    pub(super) has_body: bool,
}

/// Why a caller gets no answer; `origin` is the emulator's own.
pub(super) fn refusal(caller: &Caller<'_>, origin: &str) -> Option<Reply> {
    let names = names(origin);
    let ours = |host: &str| names.iter().any(|name| name.eq_ignore_ascii_case(host));
    if !caller.host.is_some_and(ours) {
        return Some(Reply::error(
            421,
            "E0000008",
            "This is the emulator: it answers to its own names alone",
            &[],
        ));
    }
    let foreign = |origin: &str| !origin.strip_prefix("http://").is_some_and(ours);
    if caller.origin.is_some_and(foreign) {
        return Some(Reply::error(
            403,
            "E0000006",
            "Pages of other sites may not speak to the emulator",
            &[],
        ));
    }
    let own_host = caller.path.strip_prefix("/~");
    let path = own_host.and_then(|rest| rest.find('/').and_then(|at| rest.get(at..)));
    let form =
        path.unwrap_or(caller.path) == "/oauth2/v1/token" || caller.path == "/emulator/token";
    let reads = matches!(caller.method, "GET" | "HEAD");
    let json = caller.content_type.is_some_and(|kind| {
        let kind = kind.split(';').next().unwrap_or_default().trim();
        kind.eq_ignore_ascii_case("application/json")
            || (caller.method == "PATCH"
                && kind.eq_ignore_ascii_case("application/merge-patch+json"))
    });
    let silent = caller.content_type.is_none() && !caller.has_body;
    if !reads && !form && !json && !silent {
        return Some(Reply::error(
            415,
            "E0000021",
            "The content type must be application/json",
            &[],
        ));
    }
    None
}

/// `127.0.0.1:PORT` and its other names.
fn names(origin: &str) -> Vec<String> {
    let own = origin.trim_start_matches("http://");
    let port = own.rsplit(':').next().unwrap_or_default();
    let mut names = vec![own.to_owned()];
    names.extend(["127.0.0.1", "localhost", "[::1]"].map(|host| format!("{host}:{port}")));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "http://127.0.0.1:8080";

    fn caller() -> Caller<'static> {
        Caller {
            method: "POST",
            path: "/0227/api/v1/orgs",
            host: Some("127.0.0.1:8080"),
            origin: None,
            content_type: Some("application/json; charset=utf-8"),
            has_body: true,
        }
    }

    fn status(caller: &Caller<'_>) -> u16 {
        refusal(caller, OWN).map_or(200, |reply| reply.status)
    }

    #[test]
    fn it_answers_to_its_own_names() {
        for (host, expected) in [
            (Some("127.0.0.1:8080"), 200),
            (Some("localhost:8080"), 200),
            (Some("LOCALHOST:8080"), 200),
            (Some("[::1]:8080"), 200),
            (Some("127.0.0.1"), 421),
            (Some("127.0.0.1:80"), 421),
            (Some("rebound.evil.com:8080"), 421),
            (Some("127.0.0.1:8080.evil.com"), 421),
            (Some(""), 421),
            (None, 421),
        ] {
            assert_eq!(status(&Caller { host, ..caller() }), expected, "{host:?}");
        }
    }

    #[test]
    fn no_page_of_another_site_is_answered() {
        for (origin, expected) in [
            (None, 200),
            (Some("http://127.0.0.1:8080"), 200),
            (Some("http://localhost:8080"), 200),
            (Some("https://localhost:8080"), 403),
            (Some("http://localhost:3000"), 403),
            (Some("https://evil.com"), 403),
            (Some("null"), 403),
        ] {
            for method in ["GET", "POST"] {
                let caller = Caller {
                    origin,
                    method,
                    ..caller()
                };
                assert_eq!(status(&caller), expected, "{method} {origin:?}");
            }
        }
    }

    #[test]
    fn what_a_form_can_send_writes_nothing() {
        for (path, content_type, has_body, expected) in [
            ("/0227/api/v1/orgs", Some("application/json"), true, 200),
            ("/0227/api/v1/orgs", Some("text/plain"), true, 415),
            ("/0227/api/v1/orgs", Some("application/jsonx"), true, 415),
            (
                "/0227/api/v1/orgs",
                Some("application/x-www-form-urlencoded"),
                false,
                415,
            ),
            ("/0227/api/v1/orgs", None, true, 415),
            ("/0227/api/v1/orgs/00o/deletionRequest", None, false, 200),
            ("/~a.okta.com/api/v1/orgs", Some("text/plain"), true, 415),
            (
                "/~a.okta.com/api/v1/orgs",
                Some("application/x-www-form-urlencoded"),
                true,
                415,
            ),
            (
                "/~a.okta.com/oauth2/v1/token",
                Some("application/x-www-form-urlencoded"),
                true,
                200,
            ),
            (
                "/0227/governance/api/v1/x",
                Some("application/merge-patch+json"),
                true,
                415,
            ),
            (
                "/oauth2/v1/token",
                Some("application/x-www-form-urlencoded"),
                true,
                200,
            ),
        ] {
            let caller = Caller {
                path,
                content_type,
                has_body,
                ..caller()
            };
            assert_eq!(status(&caller), expected, "{path} {content_type:?}");
        }
        let reads = Caller {
            method: "GET",
            content_type: None,
            has_body: false,
            ..caller()
        };
        assert_eq!(status(&reads), 200);
    }
}
