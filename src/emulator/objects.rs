//! The objects inside of an org, as the JSON that Okta shows: members, merging, ids, links and errors.

use serde_json::{Map, Value as Json, json};

use super::call::{Call, Reply};

/// A JSON object.
pub(super) type Object = Map<String, Json>;

/// A text member; empty where there is none.
pub(super) fn text<'a>(object: &'a Object, member: &str) -> &'a str {
    object
        .get(member)
        .and_then(Json::as_str)
        .unwrap_or_default()
}

/// Whether a member is `true`.
pub(super) fn flag(object: &Object, member: &str) -> bool {
    object.get(member).and_then(Json::as_bool).unwrap_or(false)
}

/// The value at a dotted path.
pub(super) fn at<'a>(object: &'a Object, path: &str) -> Option<&'a Json> {
    let mut parts = path.split('.');
    let mut value = object.get(parts.next()?)?;
    for part in parts {
        value = value.get(part)?;
    }
    Some(value)
}

/// A JSON object from a literal.
pub(super) fn object(value: Json) -> Object {
    match value {
        Json::Object(object) => object,
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => {
            Object::new()
        }
    }
}

/// What is sent over what is the default: objects deeply, anything else as a whole; `null` is the default.
pub(super) fn over(defaults: &Object, sent: &Object) -> Object {
    let mut all = defaults.clone();
    for (member, value) in sent {
        let merged = match (all.get(member), value) {
            (_, Json::Null) => continue,
            (Some(Json::Object(below)), Json::Object(above)) => Json::Object(over(below, above)),
            (_, value) => value.clone(),
        };
        all.insert(member.clone(), merged);
    }
    all
}

/// The body of a write: an object, else 400 `E0000003`.
pub(super) fn body(call: &Call<'_>) -> Result<Object, Reply> {
    match serde_json::from_slice(call.body) {
        Ok(Json::Object(object)) => Ok(object),
        Ok(_) | Err(_) => Err(not_well_formed()),
    }
}

/// 400 `E0000003`.
pub(super) fn not_well_formed() -> Reply {
    Reply::error(
        400,
        "E0000003",
        "The request body was not well-formed.",
        &[],
    )
}

/// 404 `E0000007` as an org's own API says it.
pub(super) fn no_such(id: &str, kind: &str) -> Reply {
    Reply::error(
        404,
        "E0000007",
        &format!("Not found: Resource not found: {id} ({kind})"),
        &[],
    )
}

/// 405 `E0000022`.
pub(super) fn no_such_method() -> Reply {
    Reply::error(
        405,
        "E0000022",
        "The endpoint does not support the provided HTTP method",
        &[],
    )
}

/// 403 `E0000077`.
pub(super) fn read_only(member: &str) -> Reply {
    Reply::error(
        403,
        "E0000077",
        &format!("Cannot modify the {member} attribute because it is read-only."),
        &[],
    )
}

/// 400 `E0000001` for a member that must be there.
pub(super) fn blank(member: &str) -> Reply {
    super::call::validation(member, &format!("{member}: The field cannot be left blank"))
}

/// 400 `E0000001` for a value that another object has.
pub(super) fn taken(member: &str) -> Reply {
    super::call::validation(
        member,
        &format!("{member}: An object with this field already exists in the current organization"),
    )
}

/// The place of the object with an id.
pub(super) fn position(all: &[Object], id: &str) -> Option<usize> {
    all.iter().position(|one| text(one, "id") == id)
}

/// Takes only the members that a write may have; where a switch says so, others get 400.
pub(super) fn only(sent: &Object, members: &[&str], strict: bool) -> Result<Object, Reply> {
    // What Okta shows and doesn't take back may be sent: that is how one reads, changes and replaces.
    let shown = [
        "id",
        "created",
        "createdBy",
        "lastUpdated",
        "lastUpdatedBy",
        "lastMembershipUpdated",
        "system",
        "status",
        "type",
        "objectClass",
        "orn",
        "features",
        "_links",
        "_embedded",
    ];
    let known = |member: &str| members.contains(&member) || shown.contains(&member);
    if strict && !sent.keys().all(|member| known(member)) {
        return Err(not_well_formed());
    }
    Ok(sent
        .iter()
        .filter(|(member, _)| members.contains(&member.as_str()))
        .map(|(member, value)| (member.clone(), value.clone()))
        .collect())
}

/// Whether an id stands anywhere in a value.
pub(super) fn mentions(value: &Json, id: &str) -> bool {
    match value {
        Json::String(text) => text == id,
        Json::Array(all) => all.iter().any(|one| mentions(one, id)),
        Json::Object(all) => all.values().any(|one| mentions(one, id)),
        Json::Null | Json::Bool(_) | Json::Number(_) => false,
    }
}

/// An object as it is shown: with `_links` to itself and to what may be done with it.
pub(super) fn linked(object: &Object, url: &str, allow: &[&str], more: Json) -> Json {
    let mut links = json!({"self": {"href": url, "hints": {"allow": allow}}});
    if let (Some(links), Json::Object(more)) = (links.as_object_mut(), more) {
        links.extend(more);
    }
    let mut shown = object.clone();
    shown.insert("_links".to_owned(), links);
    Json::Object(shown)
}

/// The link to the other state of an object: `deactivate` for an active one.
pub(super) fn lifecycle(object: &Object, url: &str) -> Json {
    let word = if text(object, "status") == "INACTIVE" {
        "activate"
    } else {
        "deactivate"
    };
    json!({word: {"href": format!("{url}/lifecycle/{word}"), "hints": {"allow": ["POST"]}}})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_sent_is_the_default() {
        let defaults = object(json!({"a": {"b": 1, "c": 2}, "list": [1, 2], "usage": "POLICY"}));
        let sent = object(json!({"a": {"b": 5}, "list": [3], "usage": null, "name": "n"}));
        let all = over(&defaults, &sent);
        assert_eq!(
            Json::Object(all),
            json!({"a": {"b": 5, "c": 2}, "list": [3], "usage": "POLICY", "name": "n"})
        );
    }
}
