//! The credentials of orgs: where they come from, in which order, and where a new one goes.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use aerialctl::cli::Exit;
use aerialctl::emulator::{Org, State};

use crate::support::{ACCOUNT, World, account};

const RIGHT: &str = "right-token-0123456789";
const WRONG: &str = "wrong-token-9876543210";

fn state() -> State {
    account(vec![Org {
        linked: false,
        consent: false,
        api_tokens: vec![RIGHT.to_owned()],
        ..Org::named("acme.okta.com")
    }])
}

async fn world() -> World {
    let world = World::with(state()).await;
    world.file(
        "aerial.yaml",
        format!(
            "version: 1\naccount: {{id: {ACCOUNT}, aerialOrg: acme-aerial.okta.com}}\ndefaults: {{cell: ok1}}\norgs:\n  - {{domain: acme.okta.com, consent: grant}}\n"
        ),
    );
    world
}

fn set(world: &mut World, name: &str, value: &str) {
    world.vars.insert(name.to_owned(), value.to_owned());
}

/// A helper that prints this for `get`, and appends what it hears for `store`.
fn helper(world: &mut World, get: &str) {
    let script = format!(
        "#!/bin/sh\nif [ \"$2\" = get ]; then cat > {0}/asked; {get}; else cat >> {0}/stored; fi\n",
        world.path("").display()
    );
    world.file("helper.sh", script);
    let path = world.path("helper.sh");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    set(
        world,
        "AERIAL_CREDENTIAL_HELPER",
        &format!("/bin/sh {} x", path.display()),
    );
}

fn folder(world: &World, token: &str) {
    world.file("tokens/acme.okta.com.token", format!("{token}\n"));
    let chmod = |path: &str, mode| {
        fs::set_permissions(world.path(path), fs::Permissions::from_mode(mode)).unwrap();
    };
    chmod("tokens", 0o700);
    chmod("tokens/acme.okta.com.token", 0o600);
}

#[tokio::test]
async fn the_environment_goes_before_the_helper_and_the_helper_before_the_folder() {
    let answer = |token: &str| format!("echo '{{\"version\":1,\"token\":\"{token}\"}}'");
    for (variable, helped, kept, exit) in [
        (Some(RIGHT), Some(WRONG), Some(WRONG), Exit::Done),
        (Some(WRONG), Some(RIGHT), Some(RIGHT), Exit::Partial),
        (None, Some(RIGHT), Some(WRONG), Exit::Done),
        (None, Some(WRONG), Some(RIGHT), Exit::Partial),
        (None, None, Some(RIGHT), Exit::Done),
        // Without any credential nothing is tried.
        (None, None, None, Exit::Refused),
    ] {
        let mut world = world().await;
        if let Some(token) = variable {
            set(&mut world, "OKTA_ORG_TOKEN_ACME_OKTA_COM", token);
        }
        if let Some(token) = helped {
            helper(&mut world, &answer(token));
        }
        if let Some(token) = kept {
            folder(&world, token);
        }
        let ran = world.run("apply --yes --token-dir tokens").await;
        assert_eq!(
            ran.exit,
            exit,
            "{variable:?} {helped:?} {kept:?}\n{}",
            ran.text()
        );
        if helped.is_some() && variable.is_none() {
            assert_eq!(
                world.read("asked"),
                "{\"domain\":\"acme.okta.com\",\"version\":1}"
            );
        }
    }
}

#[tokio::test]
async fn a_helper_that_has_nothing_leaves_it_to_the_folder() {
    let mut world = world().await;
    helper(&mut world, "true");
    folder(&world, RIGHT);
    world.run("apply --yes --token-dir tokens").await.done();
}

#[tokio::test]
async fn promise_6_what_a_helper_prints_is_never_quoted() {
    for (get, said) in [
        (
            "echo canary-0123456789; echo canary-0123456789 >&2",
            "prints is no credential",
        ),
        (
            "echo '{\"version\":1,\"token\":\"canary-0123456789\"'",
            "prints is no credential",
        ),
        (
            "echo '{\"version\":2,\"token\":\"canary-0123456789\"}'",
            "prints is no credential",
        ),
        (
            "echo '{\"version\":1,\"token\":{\"canary-0123456789\":1}}'",
            "prints is no credential",
        ),
        (
            "echo '{\"version\":1,\"clientId\":\"canary-0123456789\"}'",
            "is neither a `token` nor",
        ),
        (
            "echo '{\"version\":1,\"clientId\":\"x\",\"privateKey\":\"canary-0123456789\"}'",
            "prints: ",
        ),
        (
            "echo canary-0123456789 >&2; exit 7",
            "ended with the exit code 7",
        ),
    ] {
        let mut world = world().await;
        helper(&mut world, get);
        let ran = world.run("apply --yes -vv").await.expect(Exit::Refused);
        assert!(ran.err.contains(said), "{get}\n{}", ran.err);
        assert!(!ran.text().contains("canary"), "{get}\n{}", ran.text());
    }
}

#[tokio::test]
async fn a_token_folder_is_the_user_s_alone_and_nothing_for_git() {
    for (what, said) in [
        (
            "folder",
            "can be read by other users of this machine: chmod 700 tokens",
        ),
        (
            "file",
            "can be read by other users of this machine: chmod 600 tokens/acme.okta.com.token",
        ),
        ("git", "lies in a git worktree that doesn't ignore it"),
        ("ignored", ""),
    ] {
        let world = world().await;
        folder(&world, RIGHT);
        let chmod = |path: &str, mode| {
            fs::set_permissions(world.path(path), fs::Permissions::from_mode(mode)).unwrap();
        };
        match what {
            "folder" => chmod("tokens", 0o755),
            "file" => chmod("tokens/acme.okta.com.token", 0o640),
            _ => {
                git2::Repository::init(world.path("")).unwrap();
            }
        }
        if what == "ignored" {
            world.file(".gitignore", "*.token\n");
        }
        let ran = world.run("apply --yes --token-dir tokens").await;
        if said.is_empty() {
            ran.done();
        } else {
            let ran = ran.expect(Exit::Refused);
            assert!(ran.err.contains(said), "{what}\n{}", ran.err);
            assert!(!ran.text().contains(RIGHT), "{what}");
        }
    }
}

/// The same file, with a child that is to be created.
fn create(world: &World) {
    world.file(
        "aerial.yaml",
        format!(
            "version: 1\naccount: {{id: {ACCOUNT}, aerialOrg: acme-aerial.okta.com}}\ndefaults: {{cell: ok1}}\norgs:\n  - domain: acme-fr.okta.com\n    consent: grant\n    create: {{parent: acme.okta.com, name: Acme France, admin: {{firstName: Ana, lastName: Doe, email: a@b.example, login: ana, passwordFrom: AERIAL_ADMIN_PASSWORD_ACME_FR}}}}\n"
        ),
    );
}

#[tokio::test]
async fn nothing_starts_without_a_password_and_a_place_for_the_token() {
    for (password, place, said) in [
        (false, true, "AERIAL_ADMIN_PASSWORD_ACME_FR isn't set"),
        (true, false, "there is no place for a new org's token"),
    ] {
        let mut world = world().await;
        create(&world);
        set(&mut world, "OKTA_ORG_TOKEN_ACME_OKTA_COM", RIGHT);
        if password {
            set(
                &mut world,
                "AERIAL_ADMIN_PASSWORD_ACME_FR",
                "first-password-0123",
            );
        }
        let words = if place { " --token-dir tokens" } else { "" };
        let ran = world.run(&format!("plan{words}")).await.done();
        assert!(ran.err.contains(said), "{}", ran.err);
        let ran = world.run(&format!("apply --yes{words}")).await;
        let ran = ran.expect(Exit::Refused);
        assert!(ran.err.contains(said), "{}", ran.err);
        assert_eq!(world.writes(), [""; 0]);
    }
}

#[tokio::test]
async fn a_new_org_s_token_goes_to_the_helper_alone() {
    let mut world = world().await;
    create(&world);
    set(&mut world, "OKTA_ORG_TOKEN_ACME_OKTA_COM", RIGHT);
    set(
        &mut world,
        "AERIAL_ADMIN_PASSWORD_ACME_FR",
        "first-password-0123",
    );
    helper(&mut world, "true");
    let ran = world
        .run("apply --yes -vv --token-dir tokens --receipt receipt.jsonl")
        .await
        .done();
    let state = world.emulator().state();
    let born = state
        .orgs
        .iter()
        .find(|org| org.domain == "acme-fr.okta.com");
    let token = &born.unwrap().api_tokens[0];
    let stored: serde_json::Value = serde_json::from_str(&world.read("stored")).unwrap();
    assert_eq!(
        stored,
        serde_json::json!({"version": 1, "domain": "acme-fr.okta.com", "token": token})
    );
    assert!(!world.path("tokens/acme-fr.okta.com.token").exists());
    for text in [ran.text(), world.read("receipt.jsonl")] {
        assert!(
            !text.contains(token.as_str()) && !text.contains("first-password"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn what_an_org_s_consent_can_be_is_told_apart() {
    type Change = fn(&mut Org);
    let cases: [(&str, Change, Exit, &str); 5] = [
        (
            "there",
            |org| org.consent = true,
            Exit::Done,
            "unchanged  1  consent acme.okta.com",
        ),
        (
            "another",
            |org| org.consents_to = Some("0227another".to_owned()),
            Exit::Partial,
            "has consented to another Aerial account, 0227another",
        ),
        (
            "none",
            |org| org.aerial_feature = false,
            Exit::Partial,
            "acme.okta.com has no Aerial",
        ),
        (
            "child",
            |org| org.parent = Some("acme-aerial.okta.com".to_owned()),
            Exit::Partial,
            "say with `parent:` on the entry whose child it is",
        ),
        (
            "linked",
            |org| org.other_account = true,
            Exit::Partial,
            "the org is linked to an Aerial account already",
        ),
    ];
    for (what, change, exit, said) in cases {
        let mut state = state();
        let org = state
            .orgs
            .iter_mut()
            .find(|org| org.domain == "acme.okta.com");
        change(org.unwrap());
        if what == "child" {
            state.orgs[0].consent = false;
        }
        let mut world = World::with(state).await;
        set(&mut world, "OKTA_ORG_TOKEN_ACME_OKTA_COM", RIGHT);
        world.file(
            "aerial.yaml",
            format!(
                "version: 1\naccount: {{id: {ACCOUNT}, aerialOrg: acme-aerial.okta.com}}\ndefaults: {{cell: ok1}}\norgs:\n  - {{domain: acme.okta.com, consent: grant}}\n"
            ),
        );
        let ran = world.run("apply --yes").await;
        assert_eq!(ran.exit, exit, "{what}\n{}", ran.text());
        assert!(ran.err.contains(said), "{what}\n{}", ran.err);
    }
}

#[tokio::test]
async fn what_the_org_creator_refuses_becomes_advice() {
    for (code, status, said) in [
        ("reserved", 400, "Okta keeps this subdomain for itself"),
        (
            "locked",
            400,
            "another request is about to use this subdomain",
        ),
        ("forbidden", 403, "the parent needs the Org Creator API"),
    ] {
        let mut state = state();
        match code {
            "reserved" => state.reserved_subdomains.push("acme-fr".to_owned()),
            "locked" => state.locked_subdomains.push("acme-fr".to_owned()),
            _ => {
                let parent = state
                    .orgs
                    .iter_mut()
                    .find(|org| org.domain == "acme.okta.com");
                parent.unwrap().org_creator = false;
            }
        }
        let mut world = World::with(state).await;
        create(&world);
        set(&mut world, "OKTA_ORG_TOKEN_ACME_OKTA_COM", RIGHT);
        set(
            &mut world,
            "AERIAL_ADMIN_PASSWORD_ACME_FR",
            "first-password-0123",
        );
        let ran = world.run("apply --yes --token-dir tokens").await;
        let ran = ran.expect(Exit::Partial);
        assert!(ran.err.contains(said), "{code}\n{}", ran.err);
        let creations = world.writes();
        let creations = creations.iter().filter(|line| line.contains("api/v1/orgs"));
        let creations: Vec<&String> = creations.collect();
        assert_eq!(creations.len(), 1, "{code}: {creations:?}");
        assert!(creations[0].ends_with(&status.to_string()), "{creations:?}");
    }
}

/// `AERIAL_ADMIN_PASSWORD_<LABEL>` may stand for two orgs, on two of Okta's domains.
#[tokio::test]
async fn one_password_for_two_new_orgs_is_warned_about() {
    let world = World::new();
    let entry = |domain: &str, variable: &str| {
        format!(
            "  - domain: acme-fr.{domain}\n    create: {{parent: acme.{domain}, name: Acme, admin: {{firstName: Ana, lastName: Doe, email: a@b.example, login: ana, passwordFrom: AERIAL_ADMIN_PASSWORD_{variable}}}}}\n"
        )
    };
    let file = |variable: &str| {
        let head = format!(
            "version: 1\naccount: {{id: {ACCOUNT}, aerialOrg: acme-aerial.okta.com}}\ndefaults: {{cell: ok1}}\norgs:\n"
        );
        head + &entry("okta.com", "ACME_FR") + &entry("oktapreview.com", variable)
    };
    world.file("aerial.yaml", file("ACME_FR"));
    let ran = world.run("validate").await.done();
    let said =
        "AERIAL_ADMIN_PASSWORD_ACME_FR is the first password of the admins of several new orgs";
    assert!(ran.err.contains(said), "{}", ran.err);
    let help = "write `AERIAL_ADMIN_PASSWORD_ACME_FR_OKTAPREVIEW_COM` here";
    assert!(ran.err.contains(help), "{}", ran.err);
    world.file("aerial.yaml", file("ACME_FR_OKTAPREVIEW_COM"));
    let ran = world.run("validate").await.done();
    assert!(!ran.text().contains("first password"), "{}", ran.text());
}

#[tokio::test]
async fn a_token_of_nothing_is_none() {
    let mut world = world().await;
    helper(&mut world, "echo '{\"version\":1,\"token\":\" \"}'");
    let ran = world.run("apply --yes").await.expect(Exit::Refused);
    let says = "the token that `AERIAL_CREDENTIAL_HELPER get` prints is empty";
    assert!(ran.err.contains(says), "{}", ran.err);
    let seen = world.emulator().seen();
    assert!(seen.iter().all(|seen| !seen.path.contains("/~")));
}
