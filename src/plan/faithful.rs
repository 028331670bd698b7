//! What a replaced object may lose: numbers that can't be written as they were read, and fields that nobody listed.

use serde_json::Value as Json;

use super::fields::segment;

/// The most digits that every decimal number keeps as it is read and written.
const DIGITS: usize = 15;

/// Where the first number stands that may be another one when it is written back.
#[must_use]
pub fn unkept(body: &Json) -> Option<String> {
    match body {
        Json::Number(number) if number.is_f64() => {
            let digits = number.to_string();
            let mantissa = digits.split(['e', 'E']).next().unwrap_or_default();
            let mantissa = mantissa.trim_start_matches(['-', '0', '.']);
            let digits = mantissa.bytes().filter(u8::is_ascii_digit).count();
            let whole = number
                .as_f64()
                .is_some_and(|value| value.abs() < 2f64.powi(53));
            (digits > DIGITS || !whole).then(String::new)
        }
        Json::Array(items) => items.iter().find_map(unkept),
        Json::Object(fields) => fields.iter().find_map(|(key, value)| {
            let path = unkept(value)?;
            Some(below(&segment(key), &path))
        }),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => None,
    }
}

/// What isn't listed, was there before a write, and is otherwise in what Okta answers to it.
#[must_use]
pub fn changed(before: &Json, listed: &Json, answered: &Json) -> Vec<String> {
    let (Some(before), Some(answered)) = (before.as_object(), answered.as_object()) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (key, was) in before {
        let now = answered.get(key);
        match (listed.get(key), now) {
            (Some(listed), Some(now)) if was.is_object() && listed.is_object() => {
                let inner = changed(was, listed, now);
                found.extend(inner.iter().map(|path| below(&segment(key), path)));
            }
            (Some(_), _) => {}
            (None, now) if same(was, now.unwrap_or(&Json::Null)) => {}
            (None, _) => found.push(segment(key)),
        }
    }
    found
}

fn below(key: &str, path: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{key}.{path}")
    }
}

/// Nothing is nothing, and Okta keeps the order of no list.
fn same(was: &Json, now: &Json) -> bool {
    match (was, now) {
        (Json::Array(was), Json::Array(now)) => {
            let sorted = |items: &[Json]| {
                let mut items: Vec<String> = items.iter().map(Json::to_string).collect();
                items.sort();
                items
            };
            sorted(was) == sorted(now)
        }
        (was, now) => was == now,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_number_that_json_does_not_keep_is_found() {
        let of = |text: &str| unkept(&serde_json::from_str(text).unwrap());
        for text in [
            r#"{"a": 18446744073709551615, "b": -9223372036854775808, "c": [1.5, 0.1, 100.0, 1e2], "d": "1e99"}"#,
            "[12345678.123456]",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
        for number in [
            "123456789012345678901234567890",
            "18446744073709551616",
            "-9223372036854775809",
            "0.1234567890123456789",
            "12345678.123456789012",
        ] {
            let text = format!(r#"{{"profile": {{"x.y": [1, {number}]}}}}"#);
            assert_eq!(of(&text).as_deref(), Some("profile.\"x.y\""), "{number}");
        }
    }

    #[test]
    fn what_a_write_does_beside_what_it_is_for_is_told() {
        let before = json!({"profile": {"name": "G", "d": "keep", "y": 2}, "l": [1, 2], "gone": null, "x": 1});
        let listed = json!({"profile": {"x": 1}, "x": 2});
        let after = json!({"profile": {"name": "G", "x": 1, "d": "other"}, "l": [2, 1], "x": 2});
        assert_eq!(
            changed(&before, &listed, &after),
            ["profile.d", "profile.y"]
        );
        assert_eq!(changed(&before, &listed, &json!([])), [""; 0]);
    }
}
