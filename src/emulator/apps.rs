//! `/api/v1/apps`: bookmarks can be written; apps of other kinds are there if a seed says so.

use serde_json::{Value as Json, json};

use super::call::{Call, Reply, forbidden, validation};
use super::host::{OrgHost, replaced, set_status};
use super::inside::Inside;
use super::objects::{
    Object, blank, body, no_such, no_such_method, object, only, over, position, text,
};
use super::pages::{Lengths, filtered, page};

/// The length of a page where none is asked for isn't documented.
const LENGTHS: Lengths = Lengths {
    usual: 20,
    most: 200,
};

const MEMBERS: [&str; 9] = [
    "name",
    "label",
    "signOnMode",
    "settings",
    "visibility",
    "accessibility",
    "credentials",
    "profile",
    "licensing",
];

/// Answers what is below `/api/v1/apps`.
pub(super) fn apps(
    inside: &mut Inside,
    host: &OrgHost<'_>,
    segments: &[&str],
    call: &Call<'_>,
) -> Reply {
    match (call.method, segments) {
        ("GET", []) => {
            let mut all: Vec<&Object> = inside.apps.iter().collect();
            if let Some(q) = call.query("q") {
                let q = q.to_lowercase();
                let begins =
                    |one: &Object, member| text(one, member).to_lowercase().starts_with(&q);
                all.retain(|one| begins(one, "name") || begins(one, "label"));
            }
            match filtered(all, call.query("filter"), &["id", "status", "name"]) {
                Ok(all) => page(host.state, call, &all, &LENGTHS, |one| show(host, one)),
                Err(refusal) => refusal,
            }
        }
        ("POST", []) => match written(host, None, call) {
            Ok(mut app) => {
                let inactive = call.query("activate") == Some("false");
                let status = if inactive { "INACTIVE" } else { "ACTIVE" };
                app.insert("status".to_owned(), json!(status));
                app.insert("features".to_owned(), json!([]));
                let app = host.newborn(inside, "0oa", app, call);
                let shown = show(host, &app);
                inside.apps.push(app);
                Reply::ok(shown).changed()
            }
            Err(refusal) => refusal,
        },
        (_, []) => no_such_method(),
        (method, [id, rest @ ..]) => {
            let Some(index) = position(&inside.apps, id) else {
                return no_such(id, "AppInstance");
            };
            match (method, rest) {
                ("GET", []) => inside
                    .apps
                    .get(index)
                    .map_or_else(no_such_method, |one| Reply::ok(show(host, one))),
                ("PUT", []) => replace(inside, host, index, call),
                ("DELETE", []) => delete(inside, index),
                ("POST", ["lifecycle", verb]) => {
                    set_status(inside.apps.get_mut(index), verb, call, |_| {
                        Reply::ok(json!({}))
                    })
                }
                _ => no_such_method(),
            }
        }
    }
}

fn show(host: &OrgHost<'_>, app: &Object) -> Json {
    let url = host.url(&format!("apps/{}", text(app, "id")));
    let verb = if text(app, "status") == "INACTIVE" {
        "activate"
    } else {
        "deactivate"
    };
    let mut shown = app.clone();
    let links = json!({
        "uploadLogo": {"href": format!("{url}/logo"), "hints": {"allow": ["POST"]}},
        "groups": {"href": format!("{url}/groups")},
        "users": {"href": format!("{url}/users")},
        verb: {"href": format!("{url}/lifecycle/{verb}")},
    });
    shown.insert("_links".to_owned(), links);
    Json::Object(shown)
}

fn replace(inside: &mut Inside, host: &OrgHost<'_>, index: usize, call: &Call<'_>) -> Reply {
    let Some(app) = inside.apps.get_mut(index) else {
        return no_such_method();
    };
    match written(host, Some(app), call) {
        Ok(new) => {
            *app = replaced(app, new, &["name", "status", "features"], call);
            Reply::ok(show(host, app)).changed()
        }
        Err(refusal) => refusal,
    }
}

/// Only an inactive app can be deleted: the catalogue of errors has a code for it.
fn delete(inside: &mut Inside, index: usize) -> Reply {
    let active = inside
        .apps
        .get(index)
        .is_some_and(|app| text(app, "status") == "ACTIVE");
    if active {
        return Reply::error(403, "E0000056", "Delete application forbidden.", &[]);
    }
    inside.apps.remove(index);
    Reply::empty(204).changed()
}

/// A bookmark, whole: what isn't sent is as in a new one.
fn written(host: &OrgHost<'_>, old: Option<&Object>, call: &Call<'_>) -> Result<Object, Reply> {
    let sent = body(call)?;
    if let Some(old) = old.filter(|old| text(old, "signOnMode") != "BOOKMARK") {
        return Err(forbidden(&[&format!(
            "The emulator has no {} apps that can be written.",
            text(old, "signOnMode")
        )]));
    }
    for member in ["label", "signOnMode"] {
        if text(&sent, member).is_empty() {
            return Err(blank(member));
        }
    }
    if text(&sent, "signOnMode") != "BOOKMARK"
        || (old.is_none() && text(&sent, "name") != "bookmark")
    {
        return Err(validation(
            "name",
            "name: The emulator makes bookmark apps alone",
        ));
    }
    let sent = only(&sent, &MEMBERS, host.strict())?;
    let defaults = object(json!({
        "accessibility": {"selfService": false, "errorRedirectUrl": null, "loginRedirectUrl": null},
        "visibility": {"autoLaunch": false, "autoSubmitToolbar": false, "hide": {"iOS": false, "web": false},
            "appLinks": {"login": true}},
        "credentials": {"userNameTemplate": {"template": "${source.login}", "type": "BUILT_IN"}, "signing": {}},
        "settings": {
            "app": {"requestIntegration": false},
            "notifications": {"vpn": {"network": {"connection": "DISABLED"}, "message": null, "helpUrl": null}},
            "manualProvisioning": false, "implicitAssignment": false, "notes": {"admin": null, "enduser": null},
        },
    }));
    let app = over(&defaults, &sent);
    let url = super::objects::at(&app, "settings.app.url")
        .and_then(Json::as_str)
        .unwrap_or_default();
    match url {
        "" => Err(blank("settings.app.url")),
        url if url::Url::parse(url).is_err() => Err(validation(
            "settings.app.url",
            "settings.app.url: Not a URL",
        )),
        _ => Ok(app),
    }
}
