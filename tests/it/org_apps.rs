//! Service apps of orgs, and the helper that keeps a new org's token, with the program itself.
#![cfg(unix)]

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};
use std::sync::Arc;

use aerialctl::cli::Exit;
use aerialctl::clock::System;
use aerialctl::emulator::{EmulatedClient, Org};

use crate::support::{ACCOUNT, World, account, desired, org};
use crate::tokens::{Key, keys};

const GROUPS: &str = "baselines: {standard: {groups: {Contractors: {profile: {description: People of our partners}}}}}\n";

/// An org whose own app was granted what its baseline needs and nothing else, and a world with that app's key.
async fn world(key: &Key, in_file: bool, dpop: bool) -> World {
    let own = Org {
        clients: vec![EmulatedClient {
            id: "0oainside".into(),
            keys: vec![key.public.clone()],
            scopes: vec!["okta.groups.read".into(), "okta.groups.manage".into()],
            dpop,
        }],
        ..org("a", &["sso"])
    };
    let mut world = World::new();
    // The program has the machine's clock.
    world.clock = Arc::new(System);
    world.serve(account(vec![own])).await;
    let mut set = |name: &str, value: &str| world.vars.insert(name.into(), value.into());
    set("OKTA_ORG_CLIENT_ID_A_OKTA_COM", "0oainside");
    set("OKTA_ORG_KEY_ID_A_OKTA_COM", "key-1");
    if in_file {
        set("OKTA_ORG_KEY_FILE_A_OKTA_COM", "org.key");
    } else {
        set("OKTA_ORG_PRIVATE_KEY_A_OKTA_COM", &key.private);
    }
    world.file("org.key", &key.private);
    fs::set_permissions(world.path("org.key"), fs::Permissions::from_mode(0o600)).unwrap();
    let entry = ["{domain: a.okta.com, products: [sso], baseline: standard}"];
    world.file("aerial.yaml", desired(&entry) + GROUPS);
    world
}

/// The program itself, in an environment that is the world's alone.
fn program(world: &World, words: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aerialctl"));
    command
        .args(words.split_whitespace())
        .current_dir(world.path("."))
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .envs(&world.vars);
    command
}

async fn done(world: &World, words: &str) -> String {
    let mut command = tokio::process::Command::from(program(world, words));
    let ran = command.output().await.unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let all = text(&ran.stdout) + &text(&ran.stderr);
    assert!(ran.status.success(), "{words}\n{all}");
    all
}

/// The scopes that were asked of the org's own token endpoint since the last time.
fn asked(world: &World, before: usize) -> Vec<String> {
    let seen = world.emulator().seen().into_iter().skip(before);
    let tokens =
        seen.filter(|seen| seen.path.contains("/~a.okta.com") && seen.path.ends_with("/token"));
    let scope = |body: String| {
        let mut fields = url::form_urlencoded::parse(body.as_bytes());
        fields
            .find(|(name, _)| name == "scope")
            .unwrap()
            .1
            .into_owned()
    };
    let mut scopes: Vec<String> = tokens.map(|seen| scope(seen.body)).collect();
    // A token endpoint that wants a proof, and then its nonce, is asked for the same again.
    scopes.dedup();
    scopes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_org_s_own_app_is_asked_for_what_its_baseline_needs_alone() {
    let key = &keys()[0];
    for (in_file, dpop) in [(false, false), (true, true), (false, true)] {
        let world = world(key, in_file, dpop).await;
        let plan = done(&world, "plan").await;
        assert!(plan.contains("groups/Contractors"), "{plan}");
        assert_eq!(asked(&world, 0), ["okta.groups.read"], "a dry run reads");
        let before = world.emulator().seen().len();
        done(&world, "apply --yes").await;
        let both = ["okta.groups.read", "okta.groups.manage"];
        assert_eq!(
            asked(&world, before),
            both,
            "reading first, then what has steps"
        );
        let before = world.emulator().seen().len();
        done(&world, "plan --detailed-exitcode").await;
        done(&world, "apply --yes").await;
        assert_eq!(asked(&world, before), ["okta.groups.read"], "nothing to do");
    }
}

/// A world whose new org's token goes to a helper that tells through one pipe that it has begun, and waits for another.
async fn birth() -> World {
    let parent = Org {
        linked: false,
        consent: false,
        api_tokens: vec!["parent-token-0123".into()],
        ..Org::named("acme.okta.com")
    };
    let mut world = World::new();
    world.clock = Arc::new(System);
    let mut state = account(vec![parent]);
    state.switches.new_org_seconds = 0;
    world.serve(state).await;
    let folder = world.path("").display().to_string();
    for pipe in ["begun", "go"] {
        let made = Command::new("mkfifo").arg(world.path(pipe)).status();
        assert!(made.unwrap().success());
    }
    world.file(
        "helper.sh",
        format!("#!/bin/sh\nif [ \"$1\" = store ]; then echo begun > {folder}/begun; read line < {folder}/go; cat > {folder}/stored; fi\n"),
    );
    let helper = format!("/bin/sh {}", world.path("helper.sh").display());
    for (name, value) in [
        ("AERIAL_CREDENTIAL_HELPER", helper.as_str()),
        ("OKTA_ORG_TOKEN_ACME_OKTA_COM", "parent-token-0123"),
        ("AERIAL_ADMIN_PASSWORD_ACME_FR", "first-password-0123"),
    ] {
        world.vars.insert(name.into(), value.into());
    }
    world.file(
        "aerial.yaml",
        format!(
            "version: 1\naccount: {{id: {ACCOUNT}, aerialOrg: acme-aerial.okta.com}}\ndefaults: {{cell: ok1}}\norgs:\n  - domain: acme-fr.okta.com\n    consent: grant\n    create: {{parent: acme.okta.com, name: Acme France, admin: {{firstName: Ana, lastName: Doe, email: a@b.example, login: ana, passwordFrom: AERIAL_ADMIN_PASSWORD_ACME_FR}}}}\n"
        ),
    );
    world
}

/// Ctrl-C in a terminal goes to every process of the group: the helper that has the only copy of a token is in one of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interruption_does_not_lose_the_token_that_is_being_kept() {
    let world = birth().await;
    let mut command = program(&world, "apply --yes --new-org-wait 1ms");
    let child = command
        .process_group(0)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (begun, go) = (world.path("begun"), world.path("go"));
    let ran = tokio::task::spawn_blocking(move || {
        fs::read(begun).unwrap();
        let group = format!("-{}", child.id());
        let sent = Command::new("kill").args(["-INT", "--", &group]).status();
        assert!(sent.unwrap().success());
        // Opened for both, it waits for no reader: the helper may be gone.
        let mut go = OpenOptions::new().read(true).write(true).open(go).unwrap();
        go.write_all(b"go\n").unwrap();
        let ran = child.wait_with_output().unwrap();
        drop(go);
        ran
    });
    let ran = ran.await.unwrap();
    let text = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!(ran.status.code(), Some(130), "{text}");
    assert!(text.contains("Interrupted"), "{text}");
    let state = world.emulator().state();
    let born = state
        .orgs
        .iter()
        .find(|org| org.domain == "acme-fr.okta.com");
    let token = &born.unwrap().api_tokens[0];
    assert!(world.read("stored").contains(token.as_str()), "{text}");
    assert!(
        !text.contains(token.as_str()) && !text.contains("lost"),
        "{text}"
    );
    // The next run goes on where this one ended.
    let rest = done(&world, "apply --yes --new-org-wait 1ms").await;
    assert!(world.linked("acme-fr.okta.com"), "{rest}");
    let seen = world.emulator().seen().into_iter();
    let created = seen.filter(|seen| seen.changed && seen.path.ends_with("/api/v1/orgs"));
    assert_eq!(created.count(), 1);
}

/// Creating and consent take `okta.orgs.manage`, which no diagnosis asks for; an app that was granted that alone is well.
#[tokio::test]
async fn doctor_wants_no_scope_that_nothing_needs() {
    let key = &keys()[0];
    for (scope, said) in [
        ("okta.orgs.manage", "acme.okta.com knows the app"),
        ("okta.orgs.read", "acme.okta.com lets it in"),
    ] {
        let parent = Org {
            linked: false,
            consent: false,
            clients: vec![EmulatedClient {
                id: "0oaparent".into(),
                keys: vec![key.public.clone()],
                scopes: vec![scope.into()],
                dpop: false,
            }],
            ..Org::named("acme.okta.com")
        };
        let mut world = World::with(account(vec![parent])).await;
        let mut set = |name: &str, value: &str| world.vars.insert(name.into(), value.into());
        set("OKTA_ORG_CLIENT_ID_ACME_OKTA_COM", "0oaparent");
        set("OKTA_ORG_KEY_ID_ACME_OKTA_COM", "key-1");
        set("OKTA_ORG_PRIVATE_KEY_ACME_OKTA_COM", &key.private);
        world.file(
            "aerial.yaml",
            desired(&["{domain: acme.okta.com, consent: grant}"]),
        );
        let ran = world.run("doctor").await.done();
        assert!(ran.out.contains(said), "{}", ran.out);
        world
            .vars
            .insert("OKTA_ORG_CLIENT_ID_ACME_OKTA_COM".into(), "0oaother".into());
        world.run("doctor").await.expect(Exit::Failed);
    }
}
