//! `/api/v1/zones`: network zones.

use serde_json::{Value as Json, json};

use super::call::{Call, Reply, forbidden, validation};
use super::host::{OrgHost, in_use, replaced, set_status};
use super::inside::Inside;
use super::objects::{
    Object, blank, body, flag, lifecycle, linked, no_such, no_such_method, object, only, over,
    position, taken, text,
};
use super::pages::{Lengths, filtered, page};

/// The length of a page where none is asked for isn't documented.
const LENGTHS: Lengths = Lengths {
    usual: 20,
    most: 200,
};

const MEMBERS: [&str; 9] = [
    "name",
    "status",
    "usage",
    "gateways",
    "proxies",
    "asns",
    "locations",
    "proxyType",
    "ipServiceCategories",
];

/// Answers what is below `/api/v1/zones`.
pub(super) fn zones(
    inside: &mut Inside,
    host: &OrgHost<'_>,
    segments: &[&str],
    call: &Call<'_>,
) -> Reply {
    match (call.method, segments) {
        ("GET", []) => {
            let all = inside.zones.iter().collect();
            match filtered(all, call.query("filter"), &["id", "usage", "system"]) {
                Ok(all) => page(host.state, call, &all, &LENGTHS, |one| show(host, one)),
                Err(refusal) => refusal,
            }
        }
        ("POST", []) => match written(inside, host, None, call) {
            Ok(mut zone) => {
                zone.insert("system".to_owned(), json!(false));
                let zone = host.newborn(inside, "nzo", zone, call);
                let shown = show(host, &zone);
                inside.zones.push(zone);
                Reply::ok(shown).changed()
            }
            Err(refusal) => refusal,
        },
        (_, []) => no_such_method(),
        (method, [id, rest @ ..]) => {
            let Some(index) = position(&inside.zones, id) else {
                return no_such(id, "NetworkZone");
            };
            match (method, rest) {
                ("GET", []) => inside
                    .zones
                    .get(index)
                    .map_or_else(no_such_method, |one| Reply::ok(show(host, one))),
                ("PUT", []) => replace(inside, host, index, call),
                ("DELETE", []) => delete(inside, index, id),
                ("POST", ["lifecycle", verb]) => {
                    set_status(inside.zones.get_mut(index), verb, call, |one| {
                        Reply::ok(show(host, one))
                    })
                }
                _ => no_such_method(),
            }
        }
    }
}

fn show(host: &OrgHost<'_>, zone: &Object) -> Json {
    let url = host.url(&format!("zones/{}", text(zone, "id")));
    linked(zone, &url, &["GET", "PUT", "DELETE"], lifecycle(zone, &url))
}

fn replace(inside: &mut Inside, host: &OrgHost<'_>, index: usize, call: &Call<'_>) -> Reply {
    let new = match written(inside, host, Some(index), call) {
        Ok(new) => new,
        Err(refusal) => return refusal,
    };
    let Some(zone) = inside.zones.get_mut(index) else {
        return no_such_method();
    };
    *zone = replaced(zone, new, &["system"], call);
    Reply::ok(show(host, zone)).changed()
}

fn delete(inside: &mut Inside, index: usize, id: &str) -> Reply {
    let Some(zone) = inside.zones.get(index) else {
        return no_such_method();
    };
    if flag(zone, "system") {
        return forbidden(&["A system zone can't be deleted."]);
    }
    if text(zone, "status") == "ACTIVE" {
        return forbidden(&["An active zone can't be deleted."]);
    }
    if let Some(refusal) = in_use(inside, id, "zone") {
        return refusal;
    }
    inside.zones.remove(index);
    Reply::empty(204).changed()
}

/// What a write makes of a zone: what isn't sent is as in a new one.
fn written(
    inside: &Inside,
    host: &OrgHost<'_>,
    index: Option<usize>,
    call: &Call<'_>,
) -> Result<Object, Reply> {
    let sent = body(call)?;
    let old = index.and_then(|index| inside.zones.get(index));
    let kind = text(&sent, "type");
    let defaults = match kind {
        "" => return Err(blank("type")),
        "IP" => json!({"gateways": null, "proxies": null}),
        "DYNAMIC" => json!({"asns": [], "locations": [], "proxyType": null}),
        "DYNAMIC_V2" => {
            let none = json!({"include": [], "exclude": []});
            json!({"asns": none, "locations": none, "ipServiceCategories": none})
        }
        _ => {
            return Err(validation(
                "type",
                "type: The type isn't one of IP, DYNAMIC, DYNAMIC_V2",
            ));
        }
    };
    if old.is_some_and(|old| text(old, "type") != kind) {
        return Err(validation(
            "type",
            "type: The type of a zone can't be changed",
        ));
    }
    let mut defaults = object(defaults);
    defaults.insert("type".to_owned(), json!(kind));
    defaults.insert("usage".to_owned(), json!("POLICY"));
    let status = old.map_or("ACTIVE", |old| text(old, "status"));
    defaults.insert("status".to_owned(), json!(status));
    let zone = over(&defaults, &only(&sent, &MEMBERS, host.strict())?);
    let name = text(&zone, "name");
    if name.is_empty() {
        return Err(blank("name"));
    }
    if name.chars().count() > 128 {
        return Err(validation("name", "name: The field is too long"));
    }
    let others = inside
        .zones
        .iter()
        .enumerate()
        .filter(|(place, _)| Some(*place) != index);
    if others
        .into_iter()
        .any(|(_, other)| text(other, "name") == name)
    {
        return Err(taken("name"));
    }
    if !matches!(text(&zone, "usage"), "POLICY" | "BLOCKLIST") {
        return Err(validation(
            "usage",
            "usage: The usage isn't one of POLICY, BLOCKLIST",
        ));
    }
    let says = |members: &[&str]| {
        members
            .iter()
            .any(|member| sent.get(*member).is_some_and(|value| !value.is_null()))
    };
    let (says, cause) = match kind {
        "IP" => (
            says(&["gateways", "proxies"]),
            "gateways: Either gateways or proxies must be defined",
        ),
        "DYNAMIC" => (
            says(&["asns", "locations", "proxyType"]),
            "locations: At least one of asns, locations, proxyType must be defined",
        ),
        _ => (
            says(&["asns", "locations", "ipServiceCategories"]),
            "locations: At least one of asns, locations, ipServiceCategories must be defined",
        ),
    };
    if !says && !old.is_some_and(|old| flag(old, "system")) {
        return Err(validation("zone", cause));
    }
    let addresses = ["gateways", "proxies"]
        .into_iter()
        .filter_map(|member| Some((member, zone.get(member)?.as_array()?)));
    for (member, addresses) in addresses {
        let well_formed = |address: &Json| {
            let kind = address.get("type").and_then(Json::as_str);
            matches!(kind, Some("CIDR" | "RANGE"))
                && address.get("value").is_some_and(Json::is_string)
        };
        if !addresses.iter().all(well_formed) {
            return Err(validation(
                member,
                &format!("{member}: Each needs a type, CIDR or RANGE, and a value"),
            ));
        }
    }
    Ok(zone)
}
