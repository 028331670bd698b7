//! What can't stand in a baseline is said before anything is asked, and a secret in it is never shown.

use aerialctl::cli::Exit;

use crate::support::{World, desired};

async fn check(baseline: &str) -> String {
    let world = World::new();
    let file = desired(&["{domain: a.okta.com, baseline: s}"]);
    world.file(
        "aerial.yaml",
        format!("{file}baselines:\n  s: {baseline}\n"),
    );
    let mut texts = String::new();
    for format in ["human", "json", "github", "sarif"] {
        let command = format!("validate --format {format}");
        texts += &world.run(&command).await.expect(Exit::Invalid).text();
    }
    texts
}

#[tokio::test]
async fn promise_6_a_secret_in_okta_s_own_shape_is_refused_and_not_shown() {
    for body in [
        "{credentials: {password: {value: hunter2hunter2}}}",
        "{credentials: {password: {hash: {algorithm: BCRYPT, salt: hunter2hunter2}}}}",
        "{credentials: {password: {value: 22446688hunter2}}}",
        "\n      groups:\n        X:\n          credentials:\n            password:\n              value: hunter2hunter2",
        "{settings: {clientSecret: [{value: hunter2}]}}",
        "{note: SSWS hunter2hunter2}",
        "{note: \"-----BEGIN PRIVATE KEY-----hunter2\"}",
        "{settings: {password: {value: 22446688}}}",
    ] {
        let body = if body.starts_with('{') {
            format!("{{groups: {{G: {body}}}}}")
        } else {
            body.to_owned()
        };
        let texts = check(&body).await;
        // Of a text with a key like `secret` no more than that is said.
        let says = ["looks like a secret", "can't hold secrets"];
        assert!(
            says.iter().any(|says| texts.contains(says)),
            "{body}: {texts}"
        );
        for secret in ["hunter2", "22446688"] {
            assert!(!texts.contains(secret), "{body}: {texts}");
        }
    }
}

#[tokio::test]
async fn settings_about_passwords_are_no_secrets() {
    let world = World::new();
    let file = desired(&["{domain: a.okta.com, baseline: s}"]);
    world.file(
        "aerial.yaml",
        format!("{file}baselines:\n  s:\n    policies:\n      PASSWORD:\n        P:\n          settings:\n            password: {{complexity: {{minLength: 8, excludeAttributes: [firstName]}}, age: {{historyCount: 4}}}}\n            recovery: {{factors: {{okta_email: {{status: ACTIVE, properties: {{recoveryToken: {{tokenLifetimeMinutes: 60}}}}}}}}}}\n"),
    );
    world.run("validate").await.done();
}

#[tokio::test]
async fn what_would_lose_or_alter_something_is_invalid() {
    for (baseline, says) in [
        ("{groups: {G: {profile: null}}}", "is no mapping"),
        ("{groups: {G: {profile: text}}}", "is no mapping"),
        (
            "{groups: {G: {description: text}}}",
            "a group takes nothing but its `profile`",
        ),
        (
            "{groups: {G: {ref: groups/G}}}",
            "is a reference, which is no object",
        ),
        (
            "{zones: {Z: {ref: 5}}}",
            "is a reference, which is no object",
        ),
        (
            "{groups: {G: {profile: {a: 99999999999999999999999}}}}",
            "a number that JSON doesn't keep",
        ),
        (
            "{groups: {G: {profile: {a: 18446744073709551615}}}}",
            "a number that JSON doesn't keep",
        ),
        (
            "{groups: {G: {profile: {a: 12345678.123456789012}}}}",
            "a number that JSON doesn't keep",
        ),
        (
            "{policies: {PASSWORDS: {P: {priority: 1}}}}",
            "did you mean `PASSWORD`?",
        ),
    ] {
        let texts = check(baseline).await;
        assert!(texts.contains(says), "{baseline}: {texts}");
    }
}
