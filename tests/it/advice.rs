//! What the user reads when credentials don't do: each refusal with what to do about it.

use aerialctl::cli::Exit;

use crate::support::{Ran, World};
use crate::tokens::{keys, world};

#[tokio::test]
async fn refusals_become_advice() {
    let key = &keys()[0];
    let mut texts = Vec::new();
    let mut note = |what: &str, ran: Ran, world: &World| {
        let text = ran
            .expect(Exit::Failed)
            .err
            .replace(world.emulator().origin(), "https://acme-aerial.okta.com");
        texts.push(format!("# {what}\n{text}"));
    };
    let w = world(key, false).await;
    w.emulator()
        .change(|state| state.clients[0].scopes.truncate(1));
    note(
        "a scope that wasn't granted",
        w.run("apply --yes").await,
        &w,
    );
    let mut w = world(key, false).await;
    w.vars.insert("AERIAL_KEY_ID".into(), "key-2".into());
    note("a key id that isn't registered", w.run("plan").await, &w);
    let mut w = world(key, false).await;
    w.vars
        .insert("AERIAL_PRIVATE_KEY".into(), keys()[3].private.clone());
    note(
        "a key that isn't the registered one",
        w.run("plan").await,
        &w,
    );
    let mut w = world(key, false).await;
    w.vars.insert("AERIAL_CLIENT_ID".into(), "0oaother".into());
    note("a client that isn't there", w.run("plan").await, &w);
    let mut w = world(key, false).await;
    w.vars.remove("AERIAL_CLIENT_ID");
    note("no client id", w.run("plan").await, &w);
    let mut w = world(key, false).await;
    w.vars.remove("AERIAL_PRIVATE_KEY");
    note("no key", w.run("plan").await, &w);
    let mut w = world(key, false).await;
    w.vars.remove("AERIAL_ISSUER");
    let text = w
        .read("aerial.yaml")
        .replace("  aerialOrg: acme-aerial.okta.com\n", "");
    w.file("aerial.yaml", text);
    note("no issuer", w.run("plan").await, &w);
    let bad: std::collections::BTreeMap<String, String> =
        serde_json::from_str(include_str!("../fixtures/bad-keys.json")).unwrap();
    for (name, text) in bad
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .chain([
            ("no key at all", "hunter2"),
            ("a cut key", key.private.split_at(400).0),
        ])
    {
        let mut w = world(key, false).await;
        w.vars.insert("AERIAL_PRIVATE_KEY".into(), text.into());
        note(name, w.run("plan").await, &w);
    }
    insta::assert_snapshot!(texts.join("\n"));
}

#[tokio::test]
async fn the_doctor_says_what_is_wrong() {
    let key = &keys()[0];
    let w = world(key, false).await;
    let ran = w.run("doctor").await.done();
    let healthy = ran.out.replace(w.emulator().origin(), "https://aerial");
    let mut sick = Vec::new();
    for (what, name, value) in [
        ("gone", "AERIAL_ENDPOINT", "http://127.0.0.1:1"),
        ("plain http", "AERIAL_ENDPOINT", "http://aerial.example.com"),
        ("wrong key id", "AERIAL_KEY_ID", "key-9"),
        ("no key", "AERIAL_PRIVATE_KEY", ""),
    ] {
        let mut w = world(key, false).await;
        w.vars.insert(name.into(), value.into());
        let ran = w.run("doctor").await.expect(Exit::Failed);
        sick.push(format!(
            "# {what}\n{}",
            ran.out.replace(w.emulator().origin(), "https://aerial")
        ));
    }
    let w = world(key, false).await;
    w.faults("[{do: {skewSeconds: -90}}]");
    sick.push(format!(
        "# clock\n{}",
        w.run("doctor")
            .await
            .done()
            .out
            .replace(w.emulator().origin(), "https://aerial")
    ));
    let w = world(key, false).await;
    let text = w
        .read("aerial.yaml")
        .replace("0227mkkf8ulgt48bkidcd8ekqft", "0227other");
    w.file("aerial.yaml", text);
    sick.push(format!(
        "# account\n{}",
        w.run("doctor")
            .await
            .expect(Exit::Failed)
            .out
            .replace(w.emulator().origin(), "https://aerial")
    ));
    insta::assert_snapshot!(format!("# healthy\n{healthy}\n{}", sick.join("\n")));
    let json = world(key, false)
        .await
        .run("doctor --format json")
        .await
        .done()
        .json();
    assert!(
        json["checks"]
            .as_array()
            .unwrap()
            .iter()
            .all(|check| check["result"] == "ok" || check["check"] == "system log")
    );
}
