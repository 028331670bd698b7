//! What creating an org takes, and what becomes of its token: nothing starts without a place for it, and none is lost.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt as _;

use aerialctl::cli::Exit;
use aerialctl::emulator::Org;

use crate::server::{Server, answer};
use crate::support::{ACCOUNT, World, account, new_year, unlinked};

const PARENT: &str = "parent-token-0123456789";
pub(super) const PASSWORD: &str = "AERIAL_ADMIN_PASSWORD_ACME_FR";

pub(super) fn file() -> String {
    let admin = "{firstName: Ana, lastName: Doe, email: a@b.example, login: ana, passwordFrom: AERIAL_ADMIN_PASSWORD_ACME_FR}";
    format!(
        "version: 1\naccount: {{id: {ACCOUNT}, aerialOrg: acme-aerial.okta.com}}\ndefaults: {{cell: ok1}}\norgs:\n  - domain: acme-fr.okta.com\n    create: {{parent: acme.okta.com, name: Acme France, admin: {admin}}}\n"
    )
}

pub(super) fn set(world: &mut World, name: &str, value: &str) {
    world.vars.insert(name.to_owned(), value.to_owned());
}

/// An account whose file wants a child of acme.okta.com; the parent has consented, and the password is there.
pub(super) async fn world() -> World {
    let mut world = World::with(account(vec![Org {
        linked: false,
        api_tokens: vec![PARENT.to_owned()],
        ..Org::named("acme.okta.com")
    }]))
    .await;
    world.file("aerial.yaml", file());
    set(&mut world, "OKTA_ORG_TOKEN_ACME_OKTA_COM", PARENT);
    set(&mut world, PASSWORD, "first-password-0123");
    world
}

/// A helper that runs this for `get`, and this for `store`.
fn helper(world: &mut World, get: &str, store: &str) {
    let here = world.path("").display().to_string();
    let script = format!("cd {here}\nif [ \"$1\" = get ]; then {get}; else {store}; fi\n");
    world.file("helper.sh", script);
    let line = format!("/bin/sh {here}/helper.sh");
    set(world, "AERIAL_CREDENTIAL_HELPER", &line);
}

pub(super) fn creations(world: &World) -> usize {
    let writes = world.writes();
    let all = writes.iter().filter(|line| line.contains("/api/v1/orgs "));
    all.count()
}

#[tokio::test]
async fn nothing_starts_where_the_helper_does_not_work() {
    for (what, said) in [
        ("/opt/no-such-helper", "can't be started"),
        ("/bin/false", "ended with the exit code 1"),
    ] {
        let mut world = world().await;
        set(&mut world, "AERIAL_CREDENTIAL_HELPER", what);
        let plan = world.run("plan").await.done();
        let warned = format!(
            "to create 1 org, `apply` needs what isn't here: `AERIAL_CREDENTIAL_HELPER get` {said}"
        );
        assert!(plan.err.contains(&warned), "{}", plan.err);
        let refused = world.run("apply --yes").await.expect(Exit::Refused);
        assert!(refused.err.contains(said), "{}", refused.err);
        let checks = world.run("doctor").await.expect(Exit::Failed);
        assert!(checks.out.contains(said), "{}", checks.out);
        assert_eq!(world.writes(), [""; 0]);
    }
}

#[tokio::test]
async fn a_helper_that_fails_once_is_asked_once_more_to_keep_the_token() {
    let mut world = world().await;
    let store = "if [ -e tried ]; then cat > stored; else touch tried; exit 1; fi";
    helper(&mut world, "true", store);
    world.run("apply --yes").await.done();
    assert!(world.read("stored").contains("acme-fr.okta.com"));
}

#[tokio::test]
async fn no_folder_for_tokens_is_made_before_there_is_one_to_keep() {
    let mut world = world().await;
    world.vars.remove(PASSWORD);
    let place = "new/tokens";
    for command in ["plan", "apply --yes", "apply", "doctor", "report --out -"] {
        world.run(&format!("{command} --token-dir {place}")).await;
        assert!(!world.path("new").exists(), "{command}");
    }
    set(&mut world, PASSWORD, "first-password-0123");
    let unasked = world.run(&format!("apply --token-dir {place}")).await;
    unasked.expect(Exit::Refused);
    assert!(!world.path("new").exists());
    // In a worktree that would take it along, or where nothing can be made: said before.
    world.file("file", "");
    for (place, said) in [
        ("file/tokens", "can't be made: there is no folder for it"),
        (
            "repo/new/tokens",
            "lies in a git worktree that doesn't ignore it",
        ),
    ] {
        git2::Repository::init(world.path("repo")).unwrap();
        let plan = world.run(&format!("plan --token-dir {place}")).await.done();
        assert!(plan.err.contains(said), "{}", plan.err);
        let refused = world.run(&format!("apply --yes --token-dir {place}")).await;
        let refused = refused.expect(Exit::Refused);
        assert!(refused.err.contains(said), "{}", refused.err);
        assert!(
            !refused.err.contains("help:"),
            "one help for all: {}",
            refused.err
        );
    }
    assert_eq!(world.writes(), [""; 0]);
    world.file("repo/.gitignore", "tokens/\n");
    world
        .run("apply --yes --token-dir repo/new/tokens")
        .await
        .done();
    let mode = std::fs::metadata(world.path("repo/new/tokens")).unwrap();
    assert_eq!(mode.permissions().mode() & 0o777, 0o700);
}

#[tokio::test]
async fn what_apply_will_need_is_said_after_the_plan_and_once() {
    let mut world = world().await;
    world.vars.remove(PASSWORD);
    let plan = world.run("plan").await.done();
    let said = |text: &str| plan.err.matches(text).count();
    assert_eq!(
        said("AERIAL_ADMIN_PASSWORD_ACME_FR isn't set"),
        1,
        "{}",
        plan.err
    );
    assert_eq!(
        said("name one with AERIAL_CREDENTIAL_HELPER or --token-dir"),
        1
    );
    assert!(!plan.err.contains("will refuse"), "{}", plan.err);
    let proof = plan.err.find("read-only:").unwrap();
    assert!(
        plan.err.find("to create 1 org").unwrap() > proof,
        "{}",
        plan.err
    );
}

#[tokio::test]
async fn a_password_with_a_blank_at_an_end_is_no_password() {
    for password in [
        "first-password-0123 ",
        " first-password-0123",
        "first-password-0123\n",
    ] {
        let mut world = world().await;
        set(&mut world, PASSWORD, password);
        let refused = world.run("apply --yes --token-dir tokens").await;
        let refused = refused.expect(Exit::Refused);
        assert!(
            refused.err.contains("begins or ends with white space"),
            "{}",
            refused.err
        );
        assert!(!refused.text().contains("first-password"));
    }
}

#[tokio::test]
async fn only_200_and_the_answer_of_an_org_say_that_there_is_one() {
    for fault in ["{status: 204}", "html", "{status: 403}"] {
        let world = world().await;
        world.faults(&format!(
            "- {{path: /~acme-fr.okta.com/.well-known/okta-organization, times: 99, do: {fault}}}"
        ));
        let plan = world.run("plan").await.expect(Exit::Failed);
        assert!(!plan.out.contains("Plan:"), "{fault}: {}", plan.text());
    }
}

#[tokio::test]
async fn promise_6_what_is_for_an_emulator_stays_on_this_machine() {
    for (token, said) in [
        (
            "short",
            "OKTA_ORG_TOKEN_ACME_OKTA_COM has fewer than 8 characters",
        ),
        ("", "there is no credential for this org"),
    ] {
        let mut world = world().await;
        set(&mut world, "AERIAL_ORG_ENDPOINT", "https://{domain}");
        set(&mut world, "OKTA_ORG_TOKEN_ACME_OKTA_COM", token);
        // Nothing is to be resolved: the org is managed, and its parent is to consent.
        world.file(
            "aerial.yaml",
            file()
                .replace("acme-fr.okta.com\n", "acme.okta.com\n    consent: grant\n")
                .split("    create")
                .next()
                .unwrap(),
        );
        let checks = world.run("doctor").await.expect(Exit::Failed);
        assert!(checks.out.contains(said), "{}", checks.out);
    }
}

#[tokio::test]
async fn doctor_tries_what_a_run_would_need_and_no_more() {
    let mut world = world().await;
    let baseline = "baselines: {standard: {groups: {G: {profile: {description: x}}}}}\n";
    let text = file().replace(
        "orgs:\n",
        &format!("{baseline}orgs:\n  - {{domain: acme.okta.com, baseline: standard}}\n"),
    );
    world.file("aerial.yaml", &text);
    world.emulator().change(|state| state.orgs[1].linked = true);
    world.vars.remove(PASSWORD);
    let before = world.run("doctor").await.expect(Exit::Failed);
    for says in [
        "there is no place for a new org's token",
        "AERIAL_ADMIN_PASSWORD_ACME_FR isn't set",
        "acme.okta.com lets it look at its baseline",
        "acme.okta.com lets it in\n",
    ] {
        assert!(before.out.contains(says), "{says}\n{}", before.out);
    }
    set(&mut world, PASSWORD, "first-password-0123");
    world.run("doctor --token-dir tokens").await.done();
    world.run("apply --yes --token-dir tokens").await.done();
    // Nothing is to be created any more.
    world.vars.remove(PASSWORD);
    let after = world.run("doctor").await.done();
    assert!(!after.out.contains("acme-fr"), "{}", after.out);
    set(
        &mut world,
        "OKTA_ORG_TOKEN_ACME_OKTA_COM",
        "00wrong-token-0123456789",
    );
    let wrong = world.run("doctor").await.expect(Exit::Failed);
    assert!(wrong.out.contains("own host"), "{}", wrong.out);
    let given = world.run("doctor --manage").await;
    assert!(given.out.contains("writing"), "{}", given.out);
    assert!(
        given.out.contains("not known: a token was given"),
        "{}",
        given.out
    );
}

#[tokio::test]
async fn a_token_of_an_org_under_another_host_is_kept_as_that_org_s() {
    let server = Server::start(|asked| {
        let line = asked.line();
        if line.ends_with("/accounts") {
            let about = format!(r#"{{"id": "{ACCOUNT}", "name": "Acme"}}"#);
            return answer("200 OK", "", &about);
        }
        if line.contains("/.well-known/") {
            return answer("404 Not Found", "", "{}");
        }
        if line.starts_with("POST /~acme.okta.com/api/v1/orgs") {
            let body = r#"{"id":"00oborn","token":"00born-token-0123456789","_links":{"organization":{"href":"https://acme-france.okta.com/api/v1/orgs/x"}}}"#;
            return answer("200 OK", "", body);
        }
        if line.contains("/orgs?") {
            let orgs = r#"[{"id": "00oA", "domain": "acme-aerial.okta.com", "status": "ACTIVE", "aerialOrg": true}]"#;
            return answer("200 OK", "", orgs);
        }
        answer("200 OK", "", "[]")
    })
    .await;
    let mut world = World::new();
    for (name, value) in [
        ("AERIAL_ENDPOINT", server.origin.as_str()),
        ("AERIAL_ISSUER", server.origin.as_str()),
        ("AERIAL_ACCESS_TOKEN", "given-token"),
        ("OKTA_ORG_TOKEN_ACME_OKTA_COM", PARENT),
        (PASSWORD, "first-password-0123"),
    ] {
        set(&mut world, name, value);
    }
    world.file("aerial.yaml", file());
    let run = "apply --yes --token-dir tokens --receipt r.jsonl";
    let ran = world.run(run).await.expect(Exit::Partial);
    assert!(
        ran.err.contains("Okta has created an org under another host, acme-france.okta.com, and its API token is kept as that org's"),
        "{}",
        ran.err
    );
    let kept = world.read("tokens/acme-france.okta.com.token");
    assert_eq!(kept, "00born-token-0123456789\n");
    for text in [ran.text(), world.read("r.jsonl")] {
        assert!(!text.contains("00born"), "{text}");
    }
}

/// A receipt in which an earlier run created the org, from this second of the year on.
pub(super) fn created(world: &World, second: u8) {
    let start = format!(
        r#"{{"event":"start","version":1,"account":"{ACCOUNT}","endpoint":"{}","steps":1}}"#,
        world.emulator().origin()
    );
    let step = format!(
        r#"{{"event":"step","id":1,"kind":"create","org":{{"id":null,"domain":"acme-fr.okta.com"}},"outcome":"applied","sent":true,"startedAt":"2026-01-01T00:00:{second:02}.000Z","ms":1000}}"#
    );
    world.file(".aerialctl/receipts/a.jsonl", format!("{start}\n{step}\n"));
}

#[tokio::test]
async fn promise_5_an_org_of_an_earlier_run_is_left_alone_for_the_rest_of_the_30_seconds() {
    for (created_at, flags, waits) in [
        (Some(0), "", 30..32),
        (Some(0), "--new-org-wait 5s", 5..7),
        // A clock that was ahead: no longer than for an org of this run.
        (Some(50), "", 30..32),
        (None, "", 0..3),
    ] {
        let world = world().await;
        world.emulator().change(|state| {
            state.orgs.extend([unlinked("acme-fr", &[])]);
            state.complete();
        });
        if let Some(second) = created_at {
            created(&world, second);
        }
        let ran = world.run(&format!("apply --yes {flags}")).await.done();
        let took = world.clock.now().duration_since(new_year()).unwrap();
        assert!(
            waits.contains(&took.as_secs()),
            "{created_at:?} {flags}: {took:?}"
        );
        let told = ran
            .err
            .contains("acme-fr.okta.com was created a moment ago");
        assert_eq!(told, created_at.is_some(), "{}", ran.err);
        assert_eq!(creations(&world), 0);
    }
}

#[tokio::test]
async fn where_no_receipt_tells_a_refused_link_may_be_one_of_a_new_org() {
    let world = world().await;
    world.emulator().change(|state| {
        state.orgs.extend([unlinked("acme-fr", &[])]);
        state.complete();
    });
    world.faults("- {method: POST, path: /orgs, do: {status: 400}}");
    let ran = world.run("apply --yes").await.expect(Exit::Partial);
    assert!(
        ran.err
            .contains("the org may be too new: run it again in a minute"),
        "{}",
        ran.err
    );
}

#[tokio::test]
async fn what_the_sandbox_can_not_reach_is_said_before_anything_is_created() {
    let world = world().await;
    let sandbox = file().replace(
        "acme-aerial.okta.com}",
        "acme-aerial.okta.com, environment: sandbox}",
    );
    world.file("aerial.yaml", &sandbox);
    let said = "acme-fr.okta.com can't be linked in the sandbox, which reaches orgs in OP3 cells alone: its cell is ok1";
    for command in ["validate", "plan", "apply --yes --token-dir tokens"] {
        let ran = world.run(command).await.expect(Exit::Invalid);
        assert!(ran.err.contains(said), "{}", ran.err);
    }
    world.file("aerial.yaml", sandbox.replace("cell: ok1", "cell: op3"));
    world.run("validate").await.done();
}
