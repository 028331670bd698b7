use std::time::Duration;

use futures_util::future::poll_immediate;
use serde_json::json;

use super::*;
use crate::clock::Manual;
use crate::http::fixtures::{Frozen, Say, Scene, Stub, at, scene};
use crate::http::pace::Reason;

const LONG: Duration = Duration::from_secs(20);

fn request<'a>(method: Method, url: &'a Url, body: Body<'a>, intent: Intent) -> HttpRequest<'a> {
    HttpRequest {
        shown: format!("{method} it"),
        method,
        url,
        headers: &[],
        body,
        intent,
    }
}

fn look(url: &Url) -> HttpRequest<'_> {
    request(Method::GET, url, Body::Empty, Intent::Look)
}

async fn ask(scene: &Scene, request: &HttpRequest<'_>) -> Result<Answer, HttpError> {
    match scene.sender.exchange(request).await {
        Ok(exchanged) => Ok(exchanged.answer),
        Err(NoAnswer::Http(error) | NoAnswer::Unauthorized(error)) => Err(error),
    }
}

fn manual() -> Arc<Manual> {
    Arc::new(Manual::at(at(0)))
}

#[tokio::test]
async fn a_request_is_sent_as_it_is_with_its_authorization() {
    let stub = Stub::new(&[Say::json("[7]")]).await;
    let scene = scene(&stub.url, manual(), LONG, false);
    let body = json!({"b": 1, "a": ["ü"]});
    let mut put = request(Method::PUT, &stub.url, Body::Json(&body), Intent::Write);
    put.headers = &[("accept", "application/x"), ("x-more", "1")];
    let answer = ask(&scene, &put).await.unwrap();
    assert_eq!((answer.status(), answer.body()), (200, &b"[7]"[..]));
    assert_eq!(answer.request(), "PUT it");
    let sent = stub.asked().remove(0);
    let (head, sent_body) = sent.split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<&str> = head
        .lines()
        .filter(|line| !line.starts_with("host"))
        .collect();
    assert_eq!(lines.remove(0), "PUT /base?x=1 HTTP/1.1");
    lines.sort_unstable();
    let agent = format!("user-agent: aerialctl/{}", env!("CARGO_PKG_VERSION"));
    assert_eq!(
        lines,
        [
            "accept-encoding: gzip",
            "accept: application/x",
            "authorization: Bearer token-canary-1",
            "content-length: 18",
            "content-type: application/json",
            &agent,
            "x-more: 1",
        ]
    );
    assert_eq!(sent_body, body.to_string());
    assert_eq!(
        scene.sender.authorize().asked(),
        ["PUT /base", "200 with 1"],
        "the query isn't what is authorized"
    );
}

#[tokio::test]
async fn a_form_has_the_fields_of_the_authorization_as_well() {
    let stub = Stub::new(&[Say::status(200)]).await;
    let scene = scene(&stub.url, manual(), LONG, false);
    let fields = [("a", "1 2"), ("b", "&")];
    let post = request(Method::POST, &stub.url, Body::Form(&fields), Intent::Look);
    ask(&scene, &post).await.unwrap();
    let sent = stub.asked().remove(0);
    assert!(
        sent.ends_with("\r\n\r\na=1+2&b=%26&proof=form-canary-1"),
        "{sent}"
    );
    assert!(sent.contains("accept: application/json\r\n"), "{sent}");
    assert!(
        sent.contains("content-type: application/x-www-form-urlencoded\r\n"),
        "{sent}"
    );
}

#[tokio::test]
async fn promise_6_what_is_sent_is_known_to_the_redactor() {
    let stub = Stub::new(&[Say::status(400)]).await;
    let scene = scene(&stub.url, manual(), LONG, false);
    ask(&scene, &look(&stub.url)).await.unwrap();
    let text = "Bearer token-canary-1 and form-canary-1";
    let clean = scene.sender.client().redactor().redact(text);
    assert_eq!(clean, "Bearer *** and ***");
}

#[tokio::test]
async fn promise_6_nothing_goes_to_another_origin() {
    let stub = Stub::new(&[Say::status(200)]).await;
    let elsewhere = Stub::new(&[Say::status(200)]).await;
    let scene = scene(&stub.url, manual(), LONG, false);
    let error = ask(&scene, &look(&elsewhere.url)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "GET it: the request is for another origin, where the token must not go"
    );
    assert!(error.is_unsent());
    assert_eq!(elsewhere.asked(), [""; 0]);
    assert_eq!(scene.sender.authorize().asked(), [""; 0]);
}

#[tokio::test]
async fn promise_6_a_redirect_is_an_answer_like_any_other() {
    let elsewhere = Stub::new(&[Say::status(200)]).await;
    let to = format!("Location: {}\r\n", elsewhere.url);
    let stub = Stub::new(&[Say::Answer(302, to, String::new())]).await;
    let scene = scene(&stub.url, manual(), LONG, false);
    let answer = ask(&scene, &look(&stub.url)).await.unwrap();
    assert_eq!(answer.status(), 302);
    assert_eq!(elsewhere.asked(), [""; 0]);
}

#[tokio::test]
async fn what_was_sent_is_counted_by_its_intent() {
    let stub = Stub::new(&[Say::status(200)]).await;
    let scene = scene(&stub.url, manual(), LONG, false);
    for intent in [Intent::Look, Intent::Verify, Intent::Write] {
        let request = request(Method::POST, &stub.url, Body::Empty, intent);
        ask(&scene, &request).await.unwrap();
    }
    let sent = Sent {
        reads: 2,
        writes: 1,
    };
    assert_eq!(scene.sender.sent(), sent);
}

#[tokio::test]
async fn a_renewed_authorization_counts_for_a_refusal_alone() {
    for (status, renews, renewed) in [(200, true, false), (401, true, true), (401, false, false)] {
        let stub = Stub::new(&[Say::status(status)]).await;
        let scene = scene(&stub.url, manual(), LONG, renews);
        let exchanged = scene.sender.exchange(&look(&stub.url)).await;
        assert_eq!(
            exchanged.ok().unwrap().renewed,
            renewed,
            "{status} {renews}"
        );
    }
}

#[tokio::test]
async fn what_the_network_says_is_told_in_few_words() {
    // Nobody listens where somebody did.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let gone = format!("http://{}", listener.local_addr().unwrap());
    let gone = Url::parse(&gone).unwrap();
    drop(listener);
    let dead = ask(&scene(&gone, manual(), LONG, false), &look(&gone)).await;
    let dead = dead.unwrap_err();
    let text = dead.to_string();
    assert!(
        text.starts_with("GET it: no connection: tcp connect error: "),
        "{text}"
    );
    assert_eq!(text.matches("onnection refused").count(), 1, "{text}");
    assert!(!text.contains("127.0.0.1"), "{text}");
    assert!(dead.is_unsent());

    let stub = Stub::new(&[Say::Cut]).await;
    let cut = ask(&scene(&stub.url, manual(), LONG, false), &look(&stub.url)).await;
    let cut = cut.unwrap_err();
    let text = cut.to_string();
    assert!(text.starts_with("GET it: the connection broke: "), "{text}");
    assert!(!cut.is_unsent());

    let stub = Stub::new(&[Say::Silence]).await;
    let short = Duration::from_millis(50);
    let silent = ask(&scene(&stub.url, manual(), short, false), &look(&stub.url)).await;
    let silent = silent.unwrap_err();
    assert_eq!(silent.to_string(), "GET it: no answer in time");
    assert!(!silent.is_unsent(), "it may have arrived");
}

#[tokio::test]
async fn a_request_that_failed_gives_its_turn_back() {
    let stub = Stub::new(&[Say::Cut, Say::status(200)]).await;
    let scene = scene(&stub.url, Frozen::new(), LONG, false);
    ask(&scene, &look(&stub.url)).await.unwrap_err();
    ask(&scene, &look(&stub.url)).await.unwrap();
}

#[tokio::test]
async fn promise_8_a_request_that_timed_out_may_still_be_at_the_server() {
    let stub = Stub::new(&[Say::Silence]).await;
    let clock = Frozen::new();
    let clock_too: Arc<dyn crate::clock::Clock> = Arc::<Frozen>::clone(&clock);
    let short = Duration::from_millis(50);
    let scene = scene(&stub.url, clock_too, short, false);
    let request = look(&stub.url);
    for (now, round) in [(0, 1), (30, 2)] {
        clock.set(at(now));
        let error = ask(&scene, &request).await.unwrap_err();
        assert_eq!(error.to_string(), "GET it: no answer in time");
        // Only one may be on its way, and the server hasn't let go of it.
        let mut next = Box::pin(ask(&scene, &request));
        assert!(poll_immediate(&mut next).await.is_none());
        assert_eq!(stub.asked().len(), round);
        assert_eq!(clock.sleeps(), vec![Duration::from_secs(30); round]);
    }
    let told = scene.told.lock().unwrap();
    let told: Vec<Reason> = told.iter().map(|wait| wait.reason).collect();
    assert_eq!(told, [Reason::Unanswered, Reason::Unanswered]);
}

#[tokio::test]
async fn the_pace_hears_what_answers_say() {
    let wait = "Retry-After: 9\r\n".to_owned();
    let stub = Stub::new(&[Say::Answer(429, wait, "{}".to_owned()), Say::status(200)]).await;
    let clock = manual();
    let clock_too: Arc<dyn crate::clock::Clock> = Arc::<Manual>::clone(&clock);
    let scene = scene(&stub.url, clock_too, LONG, false);
    ask(&scene, &look(&stub.url)).await.unwrap();
    ask(&scene, &look(&stub.url)).await.unwrap();
    assert_eq!(clock.slept(), [Duration::from_secs(9)]);
    assert_eq!(scene.told.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_look_on_its_way_is_given_up_and_the_others_finish() {
    for (intent, finishes) in [
        (Intent::Look, false),
        (Intent::Verify, true),
        (Intent::Write, true),
    ] {
        let stub = Stub::new(&[Say::Silence]).await;
        let timeout = Duration::from_millis(100);
        let scene = scene(&stub.url, Frozen::new(), timeout, false);
        let request = request(Method::PUT, &stub.url, Body::Empty, intent);
        let interrupted = async {
            stub.heard(1).await;
            scene.stop.cancel();
        };
        let (answer, ()) = tokio::join!(ask(&scene, &request), interrupted);
        // The silent server ends those that finish.
        let expected = if finishes {
            HttpError::Network {
                request: "PUT it".to_owned(),
                lost: Lost::Timeout,
                unsent: false,
            }
        } else {
            HttpError::Interrupted
        };
        assert_eq!(answer.unwrap_err(), expected, "{intent:?}");
    }
}

#[tokio::test]
async fn when_the_run_is_to_end_only_what_verifies_is_still_sent() {
    for (intent, sent) in [(Intent::Look, 0), (Intent::Write, 0), (Intent::Verify, 1)] {
        let stub = Stub::new(&[Say::status(200)]).await;
        let scene = scene(&stub.url, Frozen::new(), LONG, false);
        scene.stop.cancel();
        let request = request(Method::PUT, &stub.url, Body::Empty, intent);
        let answer = ask(&scene, &request).await;
        assert_eq!(stub.asked().len(), sent, "{intent:?}");
        assert_eq!(answer.is_ok(), sent == 1, "{intent:?}");
        if sent == 0 {
            assert_eq!(answer.unwrap_err(), HttpError::Interrupted);
        }
    }
}
