//! `/api/v1/trustedOrigins`: where an org's pages and answers may be used.

use serde_json::{Value as Json, json};

use super::call::{Call, Reply, validation};
use super::host::{OrgHost, replaced, set_status};
use super::inside::Inside;
use super::objects::{
    Object, blank, body, lifecycle, linked, no_such, no_such_method, only, position, taken, text,
};
use super::pages::{Lengths, filtered, page};

const LENGTHS: Lengths = Lengths {
    usual: 20,
    most: 200,
};

/// Answers what is below `/api/v1/trustedOrigins`.
pub(super) fn trusted_origins(
    inside: &mut Inside,
    host: &OrgHost<'_>,
    segments: &[&str],
    call: &Call<'_>,
) -> Reply {
    match (call.method, segments) {
        ("GET", []) => {
            let mut all: Vec<&Object> = inside.trusted_origins.iter().collect();
            if let Some(q) = call.query("q") {
                all.retain(|one| {
                    text(one, "name").starts_with(q) || text(one, "origin").starts_with(q)
                });
            }
            match filtered(
                all,
                call.query("filter"),
                &["name", "origin", "status", "type"],
            ) {
                Ok(all) => page(host.state, call, &all, &LENGTHS, |one| show(host, one)),
                Err(refusal) => refusal,
            }
        }
        ("POST", []) => match written(inside, host, None, call) {
            Ok(mut origin) => {
                origin.insert("status".to_owned(), json!("ACTIVE"));
                origin.insert("createdBy".to_owned(), json!(call.actor));
                origin.insert("lastUpdatedBy".to_owned(), json!(call.actor));
                let origin = host.newborn(inside, "tos", origin, call);
                let shown = show(host, &origin);
                inside.trusted_origins.push(origin);
                Reply::ok(shown).changed()
            }
            Err(refusal) => refusal,
        },
        (_, []) => no_such_method(),
        (method, [id, rest @ ..]) => {
            let Some(index) = position(&inside.trusted_origins, id) else {
                return no_such(id, "TrustedOrigin");
            };
            match (method, rest) {
                ("PUT", []) => match written(inside, host, Some(index), call) {
                    Ok(new) => inside.trusted_origins.get_mut(index).map_or_else(
                        no_such_method,
                        |origin| {
                            *origin = replaced(origin, new, &["status", "createdBy"], call);
                            origin.insert("lastUpdatedBy".to_owned(), json!(call.actor));
                            Reply::ok(show(host, origin)).changed()
                        },
                    ),
                    Err(refusal) => refusal,
                },
                ("DELETE", []) => {
                    inside.trusted_origins.remove(index);
                    Reply::empty(204).changed()
                }
                ("POST", ["lifecycle", verb]) => {
                    let origin = inside.trusted_origins.get_mut(index);
                    set_status(origin, verb, call, |one| Reply::ok(show(host, one)))
                }
                ("GET", []) => inside
                    .trusted_origins
                    .get(index)
                    .map_or_else(no_such_method, |one| Reply::ok(show(host, one))),
                _ => no_such_method(),
            }
        }
    }
}

fn show(host: &OrgHost<'_>, origin: &Object) -> Json {
    let url = host.url(&format!("trustedOrigins/{}", text(origin, "id")));
    linked(
        origin,
        &url,
        &["GET", "PUT", "DELETE"],
        lifecycle(origin, &url),
    )
}

fn written(
    inside: &Inside,
    host: &OrgHost<'_>,
    index: Option<usize>,
    call: &Call<'_>,
) -> Result<Object, Reply> {
    let sent = body(call)?;
    let mut origin = only(&sent, &["name", "origin", "scopes"], host.strict())?;
    origin.entry("scopes").or_insert(json!([]));
    for member in ["name", "origin"] {
        let value = text(&origin, member);
        if value.is_empty() {
            return Err(blank(member));
        }
        if value.chars().count() > 255 {
            return Err(validation(
                member,
                &format!("{member}: The field is too long"),
            ));
        }
        let mut others = inside
            .trusted_origins
            .iter()
            .enumerate()
            .filter(|(place, _)| Some(*place) != index);
        if others.any(|(_, other)| text(other, member) == value) {
            return Err(taken(member));
        }
    }
    let scopes = origin.get("scopes").and_then(Json::as_array);
    let known = |scope: &Json| {
        let kind = scope.get("type").and_then(Json::as_str);
        matches!(kind, Some("CORS" | "REDIRECT" | "IFRAME_EMBED"))
    };
    if !scopes.is_some_and(|all| all.len() <= 3 && all.iter().all(known)) {
        return Err(validation(
            "scopes",
            "scopes: At most three of CORS, REDIRECT, IFRAME_EMBED",
        ));
    }
    Ok(origin)
}
