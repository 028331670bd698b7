use std::sync::Arc;

use futures_util::future::poll_immediate;
use reqwest::{Method, Url};

use super::*;
use crate::clock::{Clock, Manual};
use crate::http::exchange::{Body, Intent};
use crate::http::fixtures::{Frozen, Say, Scene, Stub, at, scene};
use crate::http::pace::Reason;
use crate::http::retry::{MAX_ATTEMPTS, MAX_RENEWALS};

const LONG: Duration = Duration::from_secs(20);

fn get(url: &Url) -> HttpRequest<'_> {
    HttpRequest {
        method: Method::GET,
        url,
        headers: &[],
        body: Body::Empty,
        intent: Intent::Look,
        shown: "GET it".to_owned(),
    }
}

fn manual(stub: &Stub, renews: bool) -> (Arc<Manual>, Scene) {
    let clock = Arc::new(Manual::at(at(0)));
    let clock_too: Arc<dyn Clock> = Arc::<Manual>::clone(&clock);
    (clock, scene(&stub.url, clock_too, LONG, renews))
}

/// A room's error: a status, or what this room says.
#[derive(Debug, PartialEq, thiserror::Error)]
enum Wrong {
    #[error("{0}")]
    Status(u16),
    #[error("{0}")]
    Http(HttpError),
}

impl From<HttpError> for Wrong {
    fn from(error: HttpError) -> Self {
        Self::Http(error)
    }
}

impl Failure for Wrong {
    fn symptom(&self) -> Symptom {
        match self {
            Self::Status(status) => Symptom::of_status(*status),
            Self::Http(error) => error.symptom(),
        }
    }
}

fn judge(answer: &Answer) -> Result<u32, Wrong> {
    if answer.is_success() {
        Ok(answer.json()?)
    } else {
        Err(Wrong::Status(answer.status()))
    }
}

#[tokio::test]
async fn trouble_is_ridden_out_with_growing_pauses() {
    let script = [Say::status(503), Say::Cut, Say::json("[]"), Say::json("7")];
    let stub = Stub::new(&script).await;
    let (clock, scene) = manual(&stub, false);
    assert_eq!(scene.sender.repeat(&get(&stub.url), judge).await, Ok(7));
    let pauses = clock.slept();
    assert_eq!(pauses.len(), 3);
    for (pause, whole) in pauses.iter().zip([500, 1000, 2000]) {
        let whole = Duration::from_millis(whole);
        assert!((whole / 2..=whole).contains(pause), "{pauses:?}");
    }
    // Each attempt is authorized anew.
    let sent = stub.asked();
    assert!(sent[3].contains("token-canary-6"), "{}", sent[3]);
}

#[tokio::test]
async fn what_lasts_is_given_up_with_its_last_error() {
    let stub = Stub::new(&[Say::status(500), Say::status(504)]).await;
    let (_, scene) = manual(&stub, false);
    let result = scene.sender.repeat(&get(&stub.url), judge).await;
    assert_eq!(result, Err(Wrong::Status(504)));
    assert_eq!(stub.asked().len(), usize::try_from(MAX_ATTEMPTS).unwrap());
}

#[tokio::test]
async fn a_refusal_is_not_sent_again() {
    let stub = Stub::new(&[Say::status(404)]).await;
    let (clock, scene) = manual(&stub, false);
    let result = scene.sender.repeat(&get(&stub.url), judge).await;
    assert_eq!(result, Err(Wrong::Status(404)));
    assert_eq!(stub.asked().len(), 1);
    assert!(clock.slept().is_empty());
}

#[tokio::test]
async fn a_throttled_request_waits_as_long_as_it_was_asked_to() {
    let later = Say::Answer(429, "Retry-After: 20\r\n".to_owned(), String::new());
    let stub = Stub::new(&[later.clone(), later, Say::json("7")]).await;
    let (clock, scene) = manual(&stub, false);
    assert_eq!(scene.sender.repeat(&get(&stub.url), judge).await, Ok(7));
    assert_eq!(clock.slept(), [LONG, LONG]);
    let told = scene.told.lock().unwrap();
    assert_eq!(told[0].reason, Reason::Asked);
    assert_eq!(told[1].until, at(40));
}

#[tokio::test]
async fn a_refused_authorization_is_renewed_a_few_times_and_no_pause() {
    let stub = Stub::new(&[Say::status(401), Say::status(401), Say::json("7")]).await;
    let (clock, scene) = manual(&stub, true);
    assert_eq!(scene.sender.repeat(&get(&stub.url), judge).await, Ok(7));
    assert!(clock.slept().is_empty());

    let stub = Stub::new(&[Say::status(401)]).await;
    let (_, scene) = manual(&stub, true);
    let result = scene.sender.repeat(&get(&stub.url), judge).await;
    assert_eq!(result, Err(Wrong::Status(401)));
    assert_eq!(
        stub.asked().len(),
        usize::try_from(MAX_RENEWALS).unwrap() + 1
    );
}

#[tokio::test]
async fn what_is_sent_once_says_whether_another_authorization_may_do() {
    for (renews, say) in [
        (true, Say::status(401)),
        (false, Say::status(401)),
        (true, Say::Cut),
    ] {
        let stub = Stub::new(std::slice::from_ref(&say)).await;
        let (_, scene) = manual(&stub, renews);
        let failure = scene.sender.once(&get(&stub.url), judge).await.unwrap_err();
        let refused = matches!(say, Say::Answer(..));
        match failure {
            Once::Renewed(error) => assert!(renews && refused, "{error}"),
            Once::Failed(error) => assert!(!(renews && refused), "{error}"),
        }
        assert_eq!(stub.asked().len(), 1);
    }
    let stub = Stub::new(&[Say::json("7")]).await;
    let (_, scene) = manual(&stub, true);
    assert_eq!(scene.sender.once(&get(&stub.url), judge).await.unwrap(), 7);
}

#[tokio::test]
async fn a_pause_does_not_outlast_the_wish_to_stop() {
    let stub = Stub::new(&[Say::status(503)]).await;
    let clock = Frozen::new();
    let clock_too: Arc<dyn Clock> = Arc::<Frozen>::clone(&clock);
    let scene = scene(&stub.url, clock_too, LONG, false);
    let pausing = async {
        while clock.sleeps().is_empty() {
            tokio::task::yield_now().await;
        }
        scene.stop.cancel();
    };
    let request = get(&stub.url);
    let (result, ()) = tokio::join!(scene.sender.repeat(&request, judge), pausing);
    assert_eq!(result, Err(Wrong::Http(HttpError::Interrupted)));
    let pause = poll_immediate(scene.sender.pause(LONG)).await;
    assert_eq!(pause, Some(Err(HttpError::Interrupted)));
    let none = poll_immediate(scene.sender.pause(Duration::ZERO)).await;
    assert_eq!(none, Some(Ok(())));
}

#[test]
fn what_of_this_room_is_worth_another_try() {
    let network = |lost: Lost| HttpError::Network {
        request: String::new(),
        lost,
        unsent: true,
    };
    let text = String::new;
    for (error, symptom) in [
        (network(Lost::Timeout), Symptom::Trouble),
        (network(Lost::NoConnection(text())), Symptom::Trouble),
        (network(Lost::Broke(text())), Symptom::Trouble),
        (network(Lost::Untrusted(text())), Symptom::Final),
        (network(Lost::NotMade), Symptom::Final),
        (network(Lost::Elsewhere), Symptom::Final),
        (network(Lost::NoCertificates(text())), Symptom::Final),
        (HttpError::Interrupted, Symptom::Final),
        (
            HttpError::UnexpectedAnswer {
                request: text(),
                reason: text(),
                request_id: None,
            },
            Symptom::Trouble,
        ),
        (
            HttpError::WaitTooLong {
                reason: Reason::Asked,
                whose: "",
                until: at(0),
                max_wait: LONG,
            },
            Symptom::Final,
        ),
    ] {
        assert_eq!(error.symptom(), symptom, "{error:?}");
    }
}
