//! What to do about an error, in the words of this program's flags, variables and files. The library's own errors name none
//! of these.

use super::advice_of_orgs;
use crate::aerial::{self, ApiError, Operation};
use crate::auth::{About, AuthError};
use crate::diagnostic::{Code, Diagnostic};
use crate::files::FilesError;
use crate::git::GitError;
use crate::github::{self, Refusal};
use crate::http::pace::Reason;
use crate::http::{self, Lost};
use crate::plan::Kind;

/// Who is spoken to: the same failure has another remedy at each.
#[derive(Clone, Copy)]
enum Whom {
    Account,
    Issuer,
}

/// What to do about a failed request to the account.
pub(super) fn of_aerial(error: &aerial::Error) -> Option<String> {
    let text = match error {
        aerial::Error::Api(error) => return of_refusal(error).map(str::to_owned),
        aerial::Error::Http(error) => return of_http(error, Whom::Account).map(str::to_owned),
        aerial::Error::Auth(error) => return of_auth(error),
        aerial::Error::NoCredential(_) => {
            "give the org's credential in OKTA_ORG_TOKEN_… (or OKTA_ORG_CLIENT_ID_… with its key), by AERIAL_CREDENTIAL_HELPER, or in a folder with --token-dir"
        }
        aerial::Error::EmptyList => {
            "nothing was planned on it; check that the token is allowed to see the account's orgs"
        }
        aerial::Error::Untrue(_) => {
            "nothing was planned on it; try again, and tell Okta's support if it stays so"
        }
        aerial::Error::OtherAccount { .. } => {
            "correct `account.id` in the file, or use the credentials of that account's Aerial org"
        }
    };
    Some(text.to_owned())
}

/// What lets a run read the System Log.
pub(super) const NO_LOG: &str = "a super admin of the Aerial org must grant okta.logs.read to the app, on its \"Okta API Scopes\" tab; an access token that is given must have it";

/// What to do about a failed read of the System Log, which is at the issuer.
pub(super) fn of_log(error: &aerial::Error) -> Option<String> {
    if let aerial::Error::Http(error) = error {
        return of_http(error, Whom::Issuer).map(str::to_owned);
    }
    of_aerial(error)
}

/// The error in words that name the flag which sets what was exceeded.
pub(super) fn words(error: &aerial::Error) -> String {
    match error {
        aerial::Error::Http(error) => http_words(error),
        aerial::Error::Auth(error) => auth_words(error),
        aerial::Error::Api(_)
        | aerial::Error::EmptyList
        | aerial::Error::Untrue(_)
        | aerial::Error::NoCredential(_)
        | aerial::Error::OtherAccount { .. } => error.to_string(),
    }
}

fn auth_words(error: &AuthError) -> String {
    match error {
        AuthError::Http(error) => http_words(error),
        AuthError::MalformedToken
        | AuthError::Key(_)
        | AuthError::Refused { .. }
        | AuthError::Clock { .. }
        | AuthError::Scope { .. } => error.to_string(),
    }
}

/// The same of a request to anybody.
pub(super) fn http_words(error: &http::HttpError) -> String {
    match error {
        http::HttpError::Network { lost, .. } => match lost {
            Lost::Timeout => format!("{error} (--timeout)"),
            Lost::NoConnection(_)
            | Lost::Untrusted(_)
            | Lost::Broke(_)
            | Lost::NotMade
            | Lost::Elsewhere
            | Lost::NoCertificates(_) => error.to_string(),
        },
        http::HttpError::WaitTooLong {
            reason,
            whose,
            until,
            max_wait,
        } => format!(
            "{}: nothing may be sent before {}, longer than --max-wait allows ({} s)",
            reason_words(*reason, whose),
            crate::clock::day_and_time(*until),
            max_wait.as_secs()
        ),
        http::HttpError::UnexpectedAnswer { .. } | http::HttpError::Interrupted => {
            error.to_string()
        }
    }
}

/// Why nothing is sent for a while, with the flag that has a part in it.
pub(super) fn reason_words(reason: Reason, whose: &str) -> String {
    match reason {
        Reason::Reserve => format!("{} (--rate-reserve)", reason.of(whose)),
        Reason::Unanswered => format!("{} (--timeout)", reason.of(whose)),
        Reason::Window | Reason::Concurrency | Reason::Asked => reason.of(whose),
    }
}

fn of_http(error: &http::HttpError, host: Whom) -> Option<&'static str> {
    match error {
        http::HttpError::Network {
            lost: Lost::Untrusted(why),
            ..
        } => Some(if why.contains("UnknownIssuer") {
            "a private CA goes in SSL_CERT_FILE: name a PEM file there that has the certificate of the CA (your company's, where a proxy looks into TLS)"
        } else {
            "check this machine's clock, and who answers at this endpoint in the server's place; nothing was sent there"
        }),
        http::HttpError::Network {
            lost: Lost::NoCertificates(_),
            ..
        } => Some(
            "install your system's CA certificates, or name a PEM file of them in SSL_CERT_FILE",
        ),
        http::HttpError::Network { .. } => Some(match host {
            Whom::Account => {
                "check the endpoint (`account.environment` in the file, or AERIAL_ENDPOINT), the proxy settings and the network"
            }
            Whom::Issuer => {
                "check `account.aerialOrg` in the file (or AERIAL_ISSUER), the proxy settings and the network"
            }
        }),
        http::HttpError::UnexpectedAnswer { .. } => Some(match host {
            Whom::Account => {
                "is a proxy, a sign-in page or another service answering at this endpoint?"
            }
            Whom::Issuer => {
                "check `account.aerialOrg` in the file (or AERIAL_ISSUER), the proxy settings and the network"
            }
        }),
        http::HttpError::WaitTooLong { .. } => Some(match host {
            Whom::Account => {
                "run it again later, allow a longer wait with --max-wait, or find out what else uses up the account's rate limit"
            }
            Whom::Issuer => "run it again later, or allow a longer wait with --max-wait",
        }),
        http::HttpError::Interrupted => None,
    }
}

fn of_refusal(error: &ApiError) -> Option<&'static str> {
    let of_operation = match error.operation {
        Operation::Write(Kind::Create) => advice_of_orgs::of_creation(error),
        Operation::Write(Kind::Consent) => advice_of_orgs::of_consent(error),
        Operation::ReadInside => advice_of_orgs::of_reading(error),
        Operation::ReadLog => matches!(error.status, 401 | 403).then_some(NO_LOG),
        Operation::ResolveHost => Some(advice_of_orgs::UNRESOLVED),
        Operation::Write(Kind::Link) => matches!(error.status, 400 | 403 | 404 | 409).then_some(
            "check three things: the org is associated with your Okta contract and in this cell, its super admin (or its parent's) has consented to this Aerial account, and no other account has linked it",
        ),
        Operation::ReadOrg | Operation::ReadOrgProducts => {
            (error.status == 404).then_some("the org isn't managed by this account")
        }
        Operation::ReadSurroundings
        | Operation::ReadAccount
        | Operation::ListProducts
        | Operation::ListOrgs
        | Operation::Write(Kind::Configure) => None,
        // Others may have been accepted with the same token.
        Operation::Write(
            Kind::Activate | Kind::Enable | Kind::Swap | Kind::Disable | Kind::Deactivate | Kind::Delete,
        ) => (error.status == 403).then_some(
            "where every write is refused, the app lacks the scope okta.accounts.manage or an admin role in the Aerial org; where this one is, look at the org's status and its consent",
        ),
    };
    of_operation.or_else(|| of_status(error.status))
}

fn of_status(status: u16) -> Option<&'static str> {
    match status {
        401 => Some(
            "the token was not accepted: it may have expired (it lasts an hour), or be another account's",
        ),
        403 => Some(
            "the app needs the scope (okta.accounts.read to plan, okta.accounts.manage to apply) under \"Okta API Scopes\", and may need an admin role in the Aerial org",
        ),
        404 => Some(
            "check `account.id` and `account.environment` in the file, or --account and --environment: the server doesn't know this account",
        ),
        429 => Some("something else uses up the account's rate limit; run it again later"),
        500 | 502 | 504 => Some(
            "Okta, or something between, had trouble; run it again later, and give the request id to Okta's support if it stays",
        ),
        503 => Some("Okta may be in maintenance (read-only mode); run it again later"),
        300..=399 => Some(
            "redirects are never followed, since the token would go with them; correct the endpoint",
        ),
        _ => None,
    }
}

/// What to do about the lack of a token.
pub(super) fn of_auth(error: &AuthError) -> Option<String> {
    let text = match error {
        AuthError::MalformedToken => {
            "set AERIAL_ACCESS_TOKEN to the token alone, without `Bearer` and without line breaks"
        }
        AuthError::Key(_) => {
            "give AERIAL_PRIVATE_KEY (or the file AERIAL_PRIVATE_KEY_FILE) the private key that belongs to the public key registered for the app"
        }
        AuthError::Http(error) => return of_http(error, Whom::Issuer).map(str::to_owned),
        AuthError::Clock { .. } => {
            "set this machine's clock: differences up to 5 minutes are corrected, larger ones point at a mistake"
        }
        AuthError::Scope { wanted } => return Some(grant(wanted)),
        AuthError::Refused {
            status,
            error,
            description,
            about,
            ..
        } => return of_oauth(*status, error, description, about),
    };
    Some(text.to_owned())
}

fn grant(scope: &str) -> String {
    let of_account = ["okta.accounts.", "okta.logs."];
    let whose = if of_account.iter().any(|start| scope.starts_with(start)) {
        "the Aerial org"
    } else {
        "that org"
    };
    format!(
        "a super admin of {whose} must grant {scope} to the app, on its \"Okta API Scopes\" tab"
    )
}

/// Advice for what the authorization server says. Descriptions may change, so these are best effort; the error itself is
/// always shown beside them.
fn of_oauth(status: u16, error: &str, description: &str, about: &About) -> Option<String> {
    let says = |words: &[&str]| {
        let description = description.to_lowercase();
        words.iter().any(|word| description.contains(word))
    };
    let kid = about.kid.as_deref().unwrap_or("(none)");
    let client = &about.client_id;
    let text = match error {
        "invalid_scope" => grant(&about.scope),
        "invalid_client" if says(&["issued before", "in the future", "expired", "expiration", "too far"]) => {
            "set this machine's clock; it and the server's disagree".to_owned()
        }
        "invalid_client" if says(&["already been used"]) => {
            "something in between sent the request twice; run it again".to_owned()
        }
        "invalid_client" if says(&["audience"]) => {
            "`account.aerialOrg` (or AERIAL_ISSUER) must be the Aerial org's own domain, not its `-admin` host and not a custom domain".to_owned()
        }
        "invalid_client" if says(&["kid", "jwks", "key", "signature", "jwt"]) => format!(
            "check that the key id {kid} (AERIAL_KEY_ID, or the JWK's `kid`) is registered for the client {client}, and that the private key belongs to it"
        ),
        "invalid_client" => format!(
            "check that AERIAL_CLIENT_ID ({client}) is an API Services app of this Aerial org with public key / private key authentication"
        ),
        "unauthorized_client" => {
            "the app must be an API Services app in the Aerial org itself, with the client-credentials grant".to_owned()
        }
        "access_denied" => {
            "the Aerial org's network zones or policies keep this machine out; ask its super admin".to_owned()
        }
        "invalid_dpop_proof" => "the server did not accept the DPoP proof; check this machine's clock".to_owned(),
        _ if status == 404 || (300..400).contains(&status) => {
            "`account.aerialOrg` (or AERIAL_ISSUER) doesn't seem to be an Okta org's own domain".to_owned()
        }
        _ if status == 429 => "too many token requests; run it again later".to_owned(),
        _ if status >= 500 || error == "temporarily_unavailable" => {
            "Okta had trouble; run it again later".to_owned()
        }
        _ => return None,
    };
    Some(text)
}

/// What to do about a comment that isn't up to date.
pub(super) fn of_github(error: &github::CommentError) -> &'static str {
    match error {
        github::CommentError::Refused { why, status, .. } => match why {
            Refusal::Permission => {
                "the job needs `permissions: pull-requests: write`, which pull requests from forks don't get"
            }
            Refusal::TooMany(_) => {
                "GitHub's rate limit is used up for longer than a comment is worth; the next run brings it up to date"
            }
            Refusal::Locked => {
                "the conversation is locked: unlock it, or read the plan in the job summary"
            }
            Refusal::Other if *status == 404 => {
                "the token can't see the repository or the pull request"
            }
            Refusal::Other => "the plan itself is not affected",
        },
        github::CommentError::Http(_) => "the plan itself is not affected",
    }
}

/// The same error in words that name the flag which sets what was exceeded.
pub(super) fn github_words(error: &github::CommentError) -> String {
    match error {
        // How long GitHub is waited for is no flag's.
        github::CommentError::Http(http::HttpError::WaitTooLong { .. })
        | github::CommentError::Refused { .. } => error.to_string(),
        github::CommentError::Http(error) => http_words(error),
    }
}

/// What to do where git can't give what was asked for.
pub(super) fn of_git(error: &GitError) -> Option<&'static str> {
    match error {
        GitError::NoRevision { shallow: true, .. }
        | GitError::NoMergeBase { shallow: true, .. } => Some(
            "this clone has only a part of the history: fetch all of it (`fetch-depth: 0` in actions/checkout, or `git fetch --unshallow`)",
        ),
        GitError::NoRevision { shallow: false, .. } => {
            Some("write a branch, tag or commit; fetch it first if it is another repository's")
        }
        GitError::NoMergeBase { shallow: false, .. } => {
            Some("compare with a branch that this one came from")
        }
        GitError::NotOwned => Some(
            "git config --global --add safe.directory PATH, with the whole path of the repository or `*`: these two forms count, in ~/.gitconfig, /etc/gitconfig and the files that GIT_CONFIG_GLOBAL and GIT_CONFIG_SYSTEM name; `PATH/*` and GIT_CONFIG_COUNT don't",
        ),
        GitError::Reftable => Some("git refs migrate --ref-format=files"),
        GitError::Sha256 => Some(
            "keep the desired state in a repository that was made with --object-format=sha1, git's default",
        ),
        GitError::NoRepository => Some("run this in the repository that holds the desired state"),
        GitError::Tip(_) => Some(
            "fetch the branch, and say with `git branch --set-upstream-to` whose it is, or run without --require-tip",
        ),
        GitError::Git(_) => None,
    }
}

/// What to do where the files of the desired state can't be had.
pub(super) fn of_files(error: &FilesError) -> Option<&'static str> {
    match error {
        FilesError::Missing(_) => Some("name the desired state with --file PATH"),
        FilesError::Outside { .. } => Some(
            "put the file itself there, or name with --file the path that the link leads to: what a repository links to outside of it is anybody's file",
        ),
        FilesError::InGit(_) | FilesError::Special(_) => {
            Some("name a file or a folder of the desired state")
        }
        FilesError::Circle(_) => Some("take one of the links out"),
        FilesError::Submodule(_) => {
            Some("run this in the submodule's own folder, or keep the files in this repository")
        }
        FilesError::TooDeep { .. } | FilesError::TooManyEntries { .. } => {
            Some("name with --file the folder that has nothing but the desired state")
        }
        FilesError::TooManyFiles(_) => Some("put several orgs in one file"),
        FilesError::TooLarge { .. } => Some("split it into several files in a folder"),
        FilesError::TooMuch(_) => {
            Some("name products and bundles once, and use them in every file")
        }
        FilesError::Unreadable { why, .. } if why.is_partial => Some(
            "this clone has only a part of the objects (--filter): fetch the rest with `git fetch --refetch --no-filter`, or clone without a filter",
        ),
        FilesError::Empty(_) | FilesError::Unreadable { .. } => None,
    }
}

/// A finding about a file, with the variables that may say what the file may not.
pub(super) fn with_variables(mut finding: Diagnostic) -> Diagnostic {
    if finding.code == Code::ForeignHost {
        finding.help = finding
            .help
            .map(|help| format!("{help}: AERIAL_ENDPOINT, AERIAL_ISSUER"));
    }
    finding
}
