//! Okta's guide from its first page to its last, with the program itself and an emulator that is a process of its own.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value as Json, json};

use crate::support::{ACCOUNT, World};

const PROGRAM: &str = env!("CARGO_BIN_EXE_aerialctl");

struct Guide {
    world: World,
    emulator: Child,
    vars: Vec<(&'static str, String)>,
}

impl Drop for Guide {
    fn drop(&mut self) {
        self.emulator.kill().ok();
        self.emulator.wait().ok();
    }
}

impl Guide {
    fn run(&self, words: &str) -> Output {
        Command::new(PROGRAM)
            .args(words.split_whitespace())
            .current_dir(self.world.path("."))
            .env_clear()
            .envs(self.vars.iter().map(|(name, value)| (*name, value)))
            .output()
            .unwrap()
    }

    #[track_caller]
    fn done(&self, words: &str) -> String {
        let ran = self.run(words);
        let out = String::from_utf8_lossy(&ran.stdout).into_owned();
        let err = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{words}\n{out}{err}");
        out
    }
}

/// The file, with what the new org's entry says beside how it comes to be.
fn file(world: &World, more: &str) {
    world.file(
        "aerial.yaml",
        format!(
            "version: 1
account: {{id: {ACCOUNT}, aerialOrg: acme-aerial.oktapreview.com, environment: sandbox}}
products: {{sso: P000052, mfa: P000131}}
defaults: {{cell: op3}}
guardrails: {{maxDeactivated: 1, maxDeleted: 1}}
baselines:
  standard:
    groups:
      Contractors: {{profile: {{description: People of our partners}}}}
orgs:
  - domain: acme-fr.oktapreview.com
    products: [sso, mfa]
    consent: grant
    baseline: standard
{more}    create:
      parent: acme.oktapreview.com
      name: Acme France
      admin: {{firstName: Ana, lastName: Doe, email: ana@acme.example, login: ana, passwordFrom: AERIAL_ADMIN_PASSWORD_ACME_FR}}
"
        ),
    );
}

/// Registers the client: its key is made here, and its public half pasted into the Aerial org.
fn register(world: &World) -> Json {
    let ran = Command::new(PROGRAM)
        .args(["keygen", "--out", "key.pem"])
        .current_dir(world.path("."))
        .output()
        .unwrap();
    assert!(ran.status.success());
    serde_json::from_slice(&ran.stdout).unwrap()
}

fn begin() -> Guide {
    let world = World::new();
    let public = register(&world);
    let kid = public["kid"].as_str().unwrap().to_owned();
    let seed = json!({
        "account": {"id": ACCOUNT, "sandbox": true},
        "products": [{"id": "P000052", "name": "SSO"}, {"id": "P000131", "name": "MFA"}],
        "orgs": [
            {"domain": "acme-aerial.oktapreview.com", "aerialOrg": true, "cell": "op3"},
            {"domain": "acme.oktapreview.com", "linked": false, "consent": false, "cell": "op3", "apiTokens": ["00parent-token-0123456789"]},
        ],
        "clients": [{"id": "0oaclient", "keys": [public]}],
        "switches": {"newOrgSeconds": 0},
    });
    world.file("seed.yaml", seed.to_string());
    let mut emulator = Command::new(PROGRAM)
        .args(["emulator", "--seed", "seed.yaml"])
        .current_dir(world.path("."))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(emulator.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let origin = line
        .trim()
        .strip_prefix("listening on ")
        .unwrap()
        .to_owned();
    let state = world.path(".state").display().to_string();
    let vars = vec![
        ("AERIAL_ENDPOINT", origin.clone()),
        ("AERIAL_ISSUER", origin),
        ("AERIAL_CLIENT_ID", "0oaclient".to_owned()),
        ("AERIAL_KEY_ID", kid),
        ("AERIAL_PRIVATE_KEY_FILE", "key.pem".to_owned()),
        (
            "OKTA_ORG_TOKEN_ACME_OKTAPREVIEW_COM",
            "00parent-token-0123456789".to_owned(),
        ),
        (
            "AERIAL_ADMIN_PASSWORD_ACME_FR",
            "first-password-0123".to_owned(),
        ),
        ("AERIAL_TOKEN_DIR", "tokens".to_owned()),
        ("XDG_STATE_HOME", state),
    ];
    Guide {
        world,
        emulator,
        vars,
    }
}

#[test]
fn okta_s_guide_from_a_client_to_a_deleted_org() {
    let guide = begin();
    // Authenticate: doctor tries the client, and the parent's own credential.
    file(&guide.world, "");
    let checks = guide.done("doctor");
    assert!(
        checks.contains("acme.oktapreview.com lets it in"),
        "{checks}"
    );
    // Create, consent, link, enable, configure: one entry, one command.
    let said = guide.done("apply --yes --new-org-wait 1ms");
    assert_eq!(said.lines().last(), Some("Applied 5 of 5 steps."));
    let token = guide.world.path("tokens/acme-fr.oktapreview.com.token");
    assert!(std::fs::read_to_string(token).unwrap().starts_with("00"));
    let same = "No changes. The account matches the desired state.\n";
    assert_eq!(guide.done("plan"), same);
    // Deactivate in one run, delete in a later one, and never twice.
    file(&guide.world, "    status: deleted\n");
    let retire = "apply --yes";
    assert_eq!(
        guide.done(retire).lines().last(),
        Some("Applied 1 of 1 step.")
    );
    assert_eq!(
        guide.done(retire).lines().last(),
        Some("Applied 1 of 1 step.")
    );
    assert_eq!(guide.done("plan"), same);
}
