//! Credentials: keys in every form, tokens, clocks, DPoP.

use serde::Deserialize;
use serde_json::Value as Json;

use aerialctl::cli::Exit;
use aerialctl::emulator::EmulatedClient;

use crate::support::{World, account, desired, org};

#[derive(Deserialize)]
pub(crate) struct Key {
    name: String,
    alg: String,
    pub(crate) private: String,
    pub(crate) public: Json,
}

pub(crate) fn keys() -> Vec<Key> {
    serde_json::from_str(include_str!("../fixtures/keys.json")).unwrap()
}

/// A world with something to do, whose emulator knows one service app, and whose environment is that app's.
pub(crate) async fn world(key: &Key, dpop: bool) -> World {
    let mut state = account(
        (0..12)
            .map(|n| org(&format!("org-{n}"), &["sso"]))
            .collect(),
    );
    state.clients.push(EmulatedClient {
        id: "0oaclient".into(),
        keys: vec![key.public.clone()],
        scopes: vec!["okta.accounts.read".into(), "okta.accounts.manage".into()],
        dpop,
    });
    let mut world = World::with(state).await;
    world.vars.remove("AERIAL_ACCESS_TOKEN");
    for (name, value) in [
        ("AERIAL_CLIENT_ID", "0oaclient"),
        ("AERIAL_PRIVATE_KEY", &key.private),
        ("AERIAL_KEY_ID", "key-1"),
    ] {
        world.vars.insert(name.into(), value.into());
    }
    let orgs: Vec<String> = (0..12)
        .map(|n| format!("{{domain: org-{n}.okta.com, products: [sso, mfa]}}"))
        .collect();
    let orgs: Vec<&str> = orgs.iter().map(String::as_str).collect();
    world.file("aerial.yaml", desired(&orgs));
    world
}

fn tokens(world: &World) -> usize {
    world
        .emulator()
        .seen()
        .iter()
        .filter(|seen| seen.path == "/token")
        .count()
}

#[tokio::test]
async fn every_form_of_key_gets_a_token() {
    for key in keys() {
        let world = world(&key, false).await;
        world.run("plan").await.done();
        assert_eq!(
            tokens(&world),
            1,
            "{}: concurrent requests share one token",
            key.name
        );
        let ran = world.run("doctor").await.done();
        assert!(
            ran.out
                .contains(&format!("client 0oaclient, key key-1 ({})", key.alg)),
            "{}",
            ran.out
        );
    }
}

#[tokio::test]
async fn a_jwk_brings_its_own_key_id_and_a_file_works_too() {
    let key = keys()
        .into_iter()
        .find(|key| key.name == "P-256, JWK")
        .unwrap();
    let mut world = world(&key, false).await;
    world.vars.remove("AERIAL_KEY_ID");
    world.run("plan").await.done();
    world.vars.remove("AERIAL_PRIVATE_KEY");
    world
        .vars
        .insert("AERIAL_PRIVATE_KEY_FILE".into(), "key.jwk".into());
    world.file("key.jwk", &key.private);
    let ran = world.run("plan").await.done();
    assert!(
        ran.err.contains("can be read by other users"),
        "{}",
        ran.err
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(
            world.path("key.jwk"),
            std::fs::Permissions::from_mode(0o600),
        )
        .unwrap();
        let ran = world.run("plan").await.done();
        assert!(
            !ran.err.contains("can be read by other users"),
            "{}",
            ran.err
        );
    }
}

/// Editors, shells and secret stores each do something to it; none of it gives a part of the key away.
#[tokio::test]
async fn a_key_works_however_it_was_stored() {
    let keys = keys();
    for key in [&keys[0], &keys[2], &keys[3]] {
        let pem = key.private.trim();
        let mut world = world(key, false).await;
        let one_line = pem.replace('\n', "\\n");
        let crlf = pem.replace('\n', "\r\n");
        for stored in [
            &one_line,
            &crlf,
            &pem.replace('\n', "\\r\\n"),
            &format!("\u{feff}{pem}\n"),
            &format!("\u{feff}{crlf}"),
            &format!("\"{one_line}\""),
            &format!("'{pem}'\n"),
            &format!("\n\n{pem}\n\n"),
        ] {
            world
                .vars
                .insert("AERIAL_PRIVATE_KEY".into(), stored.clone());
            world.run("plan").await.done();
        }
        world.vars.remove("AERIAL_PRIVATE_KEY");
        world
            .vars
            .insert("AERIAL_PRIVATE_KEY_FILE".into(), "key.pem".into());
        let wide = pem.encode_utf16().flat_map(u16::to_le_bytes);
        let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(wide).collect();
        for stored in [format!("\u{feff}{crlf}").into_bytes(), wide] {
            world.file("key.pem", stored);
            world.run("plan").await.done();
        }
    }
}

#[tokio::test]
async fn a_key_that_can_not_be_used_is_named() {
    let mut world = world(&keys()[0], false).await;
    for (key, says) in [
        (
            "-----BEGIN OPENSSH PRIVATE KEY-----\ncanary\n-----END OPENSSH PRIVATE KEY-----",
            "it is an OpenSSH key: `ssh-keygen -p -m PKCS8",
        ),
        (
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\ncanary",
            "a passphrase",
        ),
        (
            "-----BEGIN PUBLIC KEY-----\ncanary==\n-----END PUBLIC KEY-----",
            "no private key",
        ),
        ("-----BEGIN PRIVATE KEY-----\ncanary!", "damaged"),
        ("canary", "neither PEM"),
    ] {
        world.vars.insert("AERIAL_PRIVATE_KEY".into(), key.into());
        let ran = world.run("plan").await.expect(Exit::Failed);
        assert!(ran.err.contains(says), "{}", ran.err);
        assert!(!ran.err.contains("canary"), "{}", ran.err);
    }
}

#[tokio::test]
async fn read_only_commands_ask_for_reading_and_apply_for_managing() {
    let world = world(&keys()[0], false).await;
    for command in ["plan", "status", "doctor", "apply --yes"] {
        world.run(command).await.done();
    }
    let scopes: Vec<bool> = world
        .emulator()
        .seen()
        .iter()
        .filter(|seen| seen.path == "/token")
        .map(|seen| seen.body.contains("scope=okta.accounts.manage"))
        .collect();
    // The doctor tries the log's scope too. An apply reads with reading, and asks for managing once the plan is confirmed.
    assert_eq!(scopes, [false, false, false, false, false, true]);
}

#[tokio::test]
async fn a_token_that_ends_is_renewed_once_for_all() {
    for dpop in [false, true] {
        let world = world(&keys()[0], dpop).await;
        world.faults("[{method: GET, path: /orgs/*/products, after: 5, do: expireTokens}, {method: PUT, path: /orgs/*/products, after: 3, do: expireTokens}]");
        world.run("apply --yes").await.done();
        let granted = world
            .emulator()
            .seen()
            .iter()
            .filter(|seen| seen.path == "/token" && seen.status == 200)
            .count();
        // One for reading and one for writing, each renewed once.
        assert_eq!(granted, 4, "dpop {dpop}");
        let applied = world
            .emulator()
            .seen()
            .iter()
            .filter(|seen| seen.method == "PUT" && seen.status == 200)
            .count();
        assert_eq!(applied, 12);
    }
}

#[tokio::test]
async fn a_token_that_is_never_accepted_ends_the_run() {
    let world = world(&keys()[0], false).await;
    world.faults("[{method: GET, times: 999, do: expireTokens}]");
    let ran = world.run("plan").await.expect(Exit::Failed);
    assert!(ran.err.contains("401 E0000011"), "{}", ran.err);
}

#[tokio::test]
async fn dpop_turns_itself_on() {
    let world = world(&keys()[0], true).await;
    world.run("apply --yes").await.done();
    let statuses: Vec<u16> = world
        .emulator()
        .seen()
        .iter()
        .filter(|seen| seen.path == "/token")
        .map(|seen| seen.status)
        .collect();
    // Without a proof, without the nonce, with both; for reading, then for writing.
    assert_eq!(statuses, [400, 400, 200, 400, 400, 200]);
    let ran = world.run("doctor").await.done();
    assert!(ran.out.contains("bound to a key (DPoP)"), "{}", ran.out);
}

#[tokio::test]
async fn a_new_nonce_is_obeyed() {
    let world = world(&keys()[0], true).await;
    world.faults("[{path: /token, after: 2, do: newNonce}]");
    world.run("plan").await.done();
    let statuses: Vec<u16> = world
        .emulator()
        .seen()
        .iter()
        .filter(|seen| seen.path == "/token")
        .map(|seen| seen.status)
        .collect();
    assert_eq!(statuses, [400, 400, 400, 200]);
}

#[tokio::test]
async fn retried_requests_carry_fresh_proofs() {
    // The emulator refuses a proof that it has seen.
    let world = world(&keys()[0], true).await;
    world.faults("[{method: GET, path: /orgs/*/products, times: 6, do: statusAfter: 502}, {method: PUT, path: /orgs/*/products, times: 3, do: dropBefore}]".replace("do: statusAfter: 502", "do: {statusAfter: 502}").as_str());
    world.run("apply --yes").await.done();
    world.run("plan --detailed-exitcode").await.done();
}

#[tokio::test]
async fn a_clock_up_to_five_minutes_off_is_corrected() {
    for skew in [-290, -30, 30, 290] {
        for dpop in [false, true] {
            let world = world(&keys()[0], dpop).await;
            world.faults(&format!("[{{path: /token, do: {{skewSeconds: {skew}}}}}]"));
            world.run("plan").await.done();
        }
    }
    for (skew, words) in [
        (-4000, "4000 s ahead of the server's"),
        (-400, "400 s ahead of the server's"),
    ] {
        let world = world(&keys()[0], false).await;
        world.faults(&format!("[{{path: /token, do: {{skewSeconds: {skew}}}}}]"));
        let ran = world.run("plan").await.expect(Exit::Failed);
        assert!(ran.err.contains(words), "{}", ran.err);
        assert!(ran.err.contains("set this machine's clock"), "{}", ran.err);
    }
}

#[tokio::test]
async fn trouble_at_the_token_endpoint_is_waited_out() {
    for fault in [
        "{status: 503}",
        "dropBefore",
        "dropAfter",
        "cut",
        "html",
        "{windowUsedUp: 20}",
        "{retryAfter: 7}",
        "tooManyAtATime",
    ] {
        let world = world(&keys()[0], false).await;
        world.faults(&format!("[{{path: /token, times: 2, do: {fault}}}]"));
        world.run("plan").await.done();
    }
    let world = world(&keys()[0], false).await;
    world.faults("[{path: /token, times: 99, do: {status: 503}}]");
    let ran = world.run("plan").await.expect(Exit::Failed);
    assert!(ran.err.contains("/oauth2/v1/token: 503"), "{}", ran.err);
}

#[tokio::test]
async fn a_nonce_that_an_api_call_asks_for_is_given() {
    let world = world(&keys()[0], true).await;
    world
        .emulator()
        .change(|state| state.switches.resource_nonce = true);
    world.run("plan").await.done();
    // It changes in the middle, before a read and before a write.
    world.faults("[{method: GET, path: /orgs/*/products, after: 3, do: newNonce}, {method: PUT, path: /orgs/*/products, after: 2, do: newNonce}]");
    world.run("apply --yes --concurrency 1").await.done();
    world.run("plan --detailed-exitcode").await.done();
}

/// A token endpoint's answer decides how long its token is used.
#[tokio::test]
async fn a_token_is_used_until_shortly_before_it_ends() {
    let world = world(&keys()[0], false).await;
    // Each wait of 20 minutes moves the clock: three of them outlast a token of an hour.
    world.faults("[{method: GET, path: /orgs/*/products, after: 2, do: {windowUsedUp: 1200}}, {method: GET, path: /orgs/*/products, after: 5, do: {windowUsedUp: 1200}}, {method: GET, path: /orgs/*/products, after: 8, do: {windowUsedUp: 1200}}]");
    world
        .run("plan --max-wait 60m --concurrency 1")
        .await
        .done();
    assert_eq!(tokens(&world), 2);
}
