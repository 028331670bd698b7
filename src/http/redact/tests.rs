//! What is found of a secret, and what is forgotten.

use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

fn knowing(secrets: &[&str]) -> Redactor {
    let redactor = Redactor::default();
    for secret in secrets {
        redactor.learn(&Secret::new(secret));
    }
    redactor
}

#[test]
fn promise_6_a_secret_is_found_wherever_it_stands() {
    let redactor = knowing(&["canary-7f3a", "another/secret+"]);
    for (text, clean) in [
        ("canary-7f3a", "***"),
        ("a canary-7f3acanary-7f3a b", "a ****** b"),
        ("ä canary-7f3a ö", "ä *** ö"),
        ("canary-7f3", "canary-7f3"),
        ("xcanary-7f3a and another/secret+.", "x*** and ***."),
        ("", ""),
    ] {
        assert_eq!(redactor.redact(text), clean, "{text}");
    }
    assert_eq!(format!("{redactor:?}"), "Redactor");
}

#[test]
fn what_holds_no_secret_is_left_as_it_is() {
    for redactor in [Redactor::default(), knowing(&["canary-7f3a"])] {
        let text = "nothing of the kind is in here, canary";
        assert!(matches!(redactor.redact(text), Cow::Borrowed(same) if same == text));
    }
}

#[test]
fn promise_6_a_secret_is_found_in_every_usual_spelling() {
    let secret = "s3cr=t/wi+th \"all\" of it\n&more: ~ end";
    let redactor = knowing(&[secret]);
    let json = serde_json::Value::from(secret).to_string();
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("k", secret)
        .finish();
    let url = url::Url::parse_with_params("https://x", [("k", secret)]).unwrap();
    let percent: String = secret
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    let mut texts = vec![
        secret.to_owned(),
        json.replace('/', "\\/"),
        json,
        form,
        url.to_string(),
        percent
            .replace("%3D", "%3d")
            .replace("%2F", "%2f")
            .replace("%2B", "%2b")
            .replace("%0A", "%0a")
            .replace("%3A", "%3a"),
        percent,
    ];
    for before in ["", "B", "Be", "Bearer "] {
        for after in ["", "!", "!!", "!!!"] {
            let whole = format!("{before}{secret}{after}");
            texts.push(STANDARD_NO_PAD.encode(&whole));
            texts.push(URL_SAFE_NO_PAD.encode(&whole));
        }
    }
    for text in texts {
        let clean = redactor.redact(&text);
        assert!(clean.contains("***"), "{text}: {clean}");
        assert!(clean.len() <= 20, "{text}: {clean}");
    }
}

#[test]
fn promise_6_letters_of_another_case_do_not_hide_a_secret() {
    let redactor = knowing(&["Canary-7f3aBcDe/+", "ÄÖ-canary"]);
    let encoded = STANDARD_NO_PAD.encode("Canary-7f3aBcDe/+");
    let hex: String = "Canary-7f3aBcDe/+"
        .bytes()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    for text in [
        "CANARY-7F3ABCDE/+".to_owned(),
        "canary-7f3abcde/+".to_owned(),
        "canary-7f3abcde%2f%2B".to_owned(),
        encoded.to_uppercase(),
        encoded.to_lowercase(),
        hex.to_lowercase(),
        hex,
        "ÄÖ-CANARY".to_owned(),
    ] {
        let clean = redactor.redact(&text).into_owned();
        assert!(
            clean.starts_with("***") && clean.len() <= 5,
            "{text}: {clean}"
        );
    }
    // Only ASCII's letters have two cases here.
    assert_eq!(redactor.redact("äö-canary"), "äö-canary");
}

#[test]
fn promise_6_what_nobody_sees_does_not_hide_a_secret() {
    let redactor = knowing(&["canary-7f3a", "-----BEGIN\nabcdef\n-----END"]);
    for between in [
        "\u{200b}",
        "\u{ad}",
        "\0",
        "\u{feff}\u{2060}",
        "\r\n",
        "\u{e0041}",
        "\u{fe0f}",
        "\u{180e}",
    ] {
        let split = format!("a\tö canary{between}-7{between}f3a{between} b");
        let clean = format!("a\tö ***{between} b");
        assert_eq!(redactor.redact(&split), clean, "{between:?}");
    }
    for pem in [
        "-----BEGIN\nabcdef\n-----END",
        "-----BEGINabcdef-----END",
        "-----begin\r\nabcdef\r\n-----end",
    ] {
        assert_eq!(redactor.redact(&format!("x\n{pem}\ny")), "x\n***\ny");
    }
    // What is seen between its letters makes it another text.
    assert_eq!(redactor.redact("canary -7f3a"), "canary -7f3a");
    assert_eq!(redactor.redact("\u{200b}\nnone"), "\u{200b}\nnone");
}

#[test]
fn a_long_text_takes_time_by_its_length_alone() {
    let redactor = knowing(&["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"]);
    let text = "a\u{200b}".repeat(100_000);
    let clean = redactor.redact(&text);
    assert!(clean.starts_with("***") && clean.len() < text.len() / 10);
}

#[test]
fn promise_6_the_beginning_of_a_long_secret_gives_it_away() {
    let redactor = knowing(&["0123456789abcdefghij", "ääääääääää"]);
    assert_eq!(redactor.redact("0123456789abcdef…"), "***…");
    assert_eq!(redactor.redact("0123456789abcdefgh"), "***");
    assert_eq!(redactor.redact("0123456789abcde…"), "0123456789abcde…");
    assert_eq!(redactor.redact("ääääääääx"), "***x");
    // The two share the first byte of the ninth character, and only that.
    assert_eq!(redactor.redact("ääääääääöx"), "***x");
}

#[test]
fn the_header_of_a_jwt_gives_nothing_away() {
    let header = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9";
    let redactor = knowing(&[&format!(
        "{header}.eyJpc3MiOiIwb2EiLCJqdGkiOiJjYW5hcnkifQ.c2ln"
    )]);
    let other = format!("https://p.example/?access={header}.eyJzdWIiOiJib29rbWFyayJ9.c2ln");
    let encoded = STANDARD_NO_PAD.encode(&other);
    for text in [header, &other, &encoded] {
        assert_eq!(redactor.redact(text), text);
    }
    let cut = format!("x {header}.eyJpc3MiOiIwb2EiLCJq");
    for text in [cut.clone(), STANDARD_NO_PAD.encode(&cut)] {
        let clean = redactor.redact(&text);
        assert!(clean.contains("***") && clean.len() < 8, "{text}: {clean}");
    }
}

#[test]
fn promise_6_a_secret_is_found_in_the_keys_and_texts_of_a_value() {
    let redactor = knowing(&["canary-7f3a"]);
    let value = serde_json::json!({"a": ["x canary-7f3a", 1], "canary-7f3a": {"b": null}});
    let clean = serde_json::json!({"a": ["x ***", 1], "***": {"b": null}});
    assert_eq!(redactor.redact_json(&value), Some(clean.clone()));
    assert_eq!(redactor.redact_json(&clean), None);
}

#[test]
fn a_short_word_is_no_secret() {
    let redactor = knowing(&["1234567", "", "12345678"]);
    for word in ["1234567", "31323334353637", "MTIzNDU2Nw"] {
        assert_eq!(redactor.redact(word), word);
    }
    assert_eq!(redactor.redact("12345678"), "***");
}

#[test]
fn what_was_sent_once_is_forgotten_when_many_came_after_it() {
    let redactor = knowing(&["the-token-stays"]);
    let proof = |n: usize| format!("proof-{n:04}-{:x}", n * 7919);
    redactor.learn_spent(&Secret::new("the-token-stays"));
    for n in 0..SPENT {
        redactor.learn_spent(&Secret::new(&proof(n)));
        redactor.learn_spent(&Secret::new(&proof(n)));
    }
    for n in 0..SPENT {
        assert_eq!(redactor.redact(&proof(n)), "***");
    }
    redactor.learn_spent(&Secret::new(&proof(SPENT)));
    assert_eq!(redactor.redact(&proof(0)), proof(0));
    assert_eq!(redactor.redact(&proof(1)), "***");
    assert_eq!(redactor.redact(&proof(SPENT)), "***");
    for n in 0..SPENT * 2 {
        redactor.learn_spent(&Secret::new(&proof(1_000 + n)));
    }
    assert_eq!(redactor.redact("the-token-stays"), "***");
}

#[test]
fn what_is_learned_for_good_stays_whoever_came_first() {
    let redactor = Redactor::default();
    redactor.learn_spent(&Secret::new("the-token-stays"));
    redactor.learn(&Secret::new("the-token-stays"));
    for n in 0..SPENT * 2 {
        redactor.learn_spent(&Secret::new(&format!("proof-{n:04}-{:x}", n * 7919)));
    }
    assert_eq!(redactor.redact("the-token-stays"), "***");
}

#[test]
fn what_is_forgotten_leaves_nothing_behind() {
    let redactor = Redactor::default();
    let starts = |redactor: &Redactor| redactor.0.read().unwrap().spellings.len();
    for n in 0..SPENT * 4 {
        redactor.learn_spent(&Secret::new(&format!("{:08x}-proof", n * 7919)));
        if n == SPENT {
            assert!(starts(&redactor) > SPENT);
        }
    }
    assert!(starts(&redactor) <= SPENT * 14, "{}", starts(&redactor));
}

#[test]
fn clones_share_what_they_know() {
    let redactor = Redactor::default();
    let clone = redactor.clone();
    redactor.learn(&Secret::new("canary-7f3a"));
    assert_eq!(clone.redact("canary-7f3a"), "***");
}

#[test]
fn the_sieve_lets_most_starts_through_unsearched() {
    let mut sieve = Sieve::default();
    sieve.add(*b"canary-7");
    assert!(sieve.may_have(*b"canary-7"));
    let others = (0..1_000_u64).filter(|n| sieve.may_have(n.to_le_bytes()));
    assert!(others.count() < 10);
}
