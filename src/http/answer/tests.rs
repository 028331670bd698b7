//! What of an answer is read, shown and refused.

use super::*;
use crate::secret::Secret;
use serde::Deserialize;

fn answer(headers: &[(&'static str, &str)], body: &str) -> Answer {
    let redactor = Redactor::default();
    redactor.learn(&Secret::new("canary-7f3a-and-more"));
    let headers = headers
        .iter()
        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
    let received = SystemTime::UNIX_EPOCH;
    let mut answer = Answer::new(
        "GET /orgs",
        200,
        HeaderMap::from_iter(headers),
        received,
        &redactor,
    );
    answer.add(body.as_bytes()).unwrap();
    answer
}

fn reason(error: HttpError) -> String {
    let HttpError::UnexpectedAnswer { reason, .. } = error else {
        panic!("{error}");
    };
    reason
}

#[test]
fn a_body_that_is_no_json_is_told_by_its_kind() {
    for (body, says) in [
        ("", "the answer is empty"),
        (" \n", "the answer is empty"),
        (" <html>", "the answer is a web page, not JSON"),
        ("[1, 2", "the answer ends in the middle"),
        (
            "\"x\"",
            "the answer isn't what Okta documents: invalid type: string \"x\", expected a sequence",
        ),
    ] {
        let error = answer(&[], body).json::<Vec<u32>>().unwrap_err();
        assert_eq!(reason(error), says, "{body:?}");
    }
    assert_eq!(answer(&[], "[1]").json::<Vec<u32>>().unwrap(), [1]);
    assert_eq!(answer(&[], "x").kind(), BodyKind::Other);
}

#[test]
fn promise_6_no_message_about_an_answer_holds_a_secret() {
    let canary = "canary-7f3a-and-more";
    let id = format!("req-{canary}");
    let answer = answer(
        &[
            ("x-okta-request-id", &id),
            ("link", "<https://canary-7f3a-and-more.x/>; rel=next"),
        ],
        &format!(
            r#"{{"errorSummary":"you sent {canary}","errorCauses":[{{"errorSummary":"{canary}"}}]}}"#
        ),
    );
    assert_eq!(answer.request_id().unwrap(), "req-***");
    let page = Url::parse("https://example.com/").unwrap();
    let link = answer.next_page(&page).unwrap_err().to_string();
    assert!(link.contains("another origin, https://***.x"), "{link}");
    let error = answer.json::<Vec<u32>>().unwrap_err();
    assert!(!error.to_string().contains("canary"), "{error}");
    assert_eq!(error.request_id(), Some("req-***"));
    let error = self::answer(&[], &format!("\"{canary}\""));
    let error = error.json::<Vec<u32>>().unwrap_err().to_string();
    assert!(error.contains("invalid type: string \"***\""), "{error}");
    let refusal: Json = answer.refusal();
    assert_eq!(
        refusal.to_string(),
        r#"{"errorCauses":[{"errorSummary":"***"}],"errorSummary":"you sent ***"}"#
    );
}

#[test]
fn promise_6_a_secret_is_not_cut_before_it_is_found() {
    let text = format!("{}canary-7f3a-and-more", "x".repeat(MAX_TEXT - 5));
    let shown = reason(answer(&[], "").unexpected(&text));
    assert!(shown.ends_with("xx***"), "{shown}");
    let long = reason(answer(&[], "").unexpected(&"ä".repeat(MAX_TEXT * 3)));
    assert_eq!(long.chars().count(), MAX_TEXT);
    let id = "r".repeat(MAX_REQUEST_ID * 2);
    let answer = answer(&[("x-okta-request-id", &id)], "");
    assert_eq!(answer.request_id().unwrap().len(), MAX_REQUEST_ID);
}

#[test]
fn what_takes_many_times_its_size_is_not_parsed() {
    for value in ["[]", "{\"x\":0}", "0"] {
        let mut body = format!("{value},").repeat(15 * 1024 * 1024 / (value.len() + 1));
        body.insert(0, '[');
        body.push_str("0]");
        let large = answer(&[], &body);
        for error in [
            large.exact().unwrap_err(),
            large.json::<Json>().unwrap_err(),
        ] {
            let says = "the answer has more values than any of Okta's";
            assert_eq!(reason(error), says, "{value}");
        }
        assert_eq!(large.refusal::<Json>(), Json::Null);
    }
    let text = format!("[\"{}\"]", "x".repeat(15 * 1024 * 1024));
    assert!(answer(&[], &text).exact().is_ok());
}

#[test]
fn a_refusal_that_is_none_is_the_type_s_default() {
    #[derive(Default, Deserialize, Debug, PartialEq)]
    #[serde(default)]
    struct Refusal {
        error: Option<String>,
    }
    for body in ["", "<html>", "[1]", "{\"error\": 7}"] {
        let refusal: Refusal = answer(&[], body).refusal();
        assert_eq!(refusal, Refusal::default(), "{body}");
    }
    let refusal: Refusal = answer(&[], r#"{"error": "x"}"#).refusal();
    assert_eq!(refusal.error.as_deref(), Some("x"));
}

#[test]
fn promise_6_no_word_of_a_sealed_answer_is_shown() {
    let body = r#"{"errorCode":"E0000001","errorSummary":"unread-canary","error":"unread-canary"}"#;
    let sealed = answer(&[("x-okta-request-id", "unread-canary")], body).sealed(true);
    let refusal: Json = sealed.refusal();
    assert_eq!(refusal, json!({"errorCode": "E0000001"}));
    assert_eq!(sealed.request_id(), None);
    let error = sealed.json::<Vec<u32>>().unwrap_err();
    assert!(!error.to_string().contains("canary"), "{error}");
    let other: Json = answer(&[], r#"{"errorCode":"canary1"}"#)
        .sealed(true)
        .refusal();
    assert_eq!(other, json!({}));
    assert_eq!(
        sealed.unsealed().request_id().as_deref(),
        Some("unread-canary")
    );
}

#[test]
fn a_body_has_a_bound() {
    let mut answer = answer(&[], "");
    let block = vec![b' '; MAX_BODY];
    answer.add(&block).unwrap();
    assert_eq!(answer.body().len(), MAX_BODY);
    let error = reason(answer.add(b" ").unwrap_err());
    assert_eq!(error, "the answer is larger than 16777216 bytes");
}

#[test]
fn the_2xx_kind_is_success() {
    for (status, success) in [(199, false), (200, true), (299, true), (300, false)] {
        let headers = HeaderMap::new();
        let redactor = Redactor::default();
        let at = SystemTime::UNIX_EPOCH;
        let answer = Answer::new("GET /", status, headers, at, &redactor);
        assert_eq!(answer.is_success(), success, "{status}");
        assert_eq!(answer.status(), status);
    }
}
