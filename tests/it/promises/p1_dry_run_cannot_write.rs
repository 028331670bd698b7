//! A dry run can't write: its client has no writing method, and it asks for reading alone.

use std::sync::Arc;

use aerialctl::emulator::{Emulator, Setup};

use crate::support::{ACCOUNT, World, account, desired, org, unlinked};

const COMMANDS: [&str; 17] = [
    "probe",
    "catalog",
    "doctor",
    "explain a.okta.com",
    "history",
    "plan --who",
    "plan --incremental state",
    "status --incremental state",
    "report --out page.html --incremental state",
    "import",
    "validate",
    "plan",
    "plan --format json --out plan.json",
    "plan --detailed-exitcode",
    "status",
    "report --out page.html",
    "undo earlier.jsonl --out undo.json",
];

fn much_to_do() -> String {
    desired(&[
        "{domain: a.okta.com, products: [mfa]}",
        "{domain: b.okta.com, status: inactive, products: []}",
        "{domain: new.okta.com, products: [sso]}",
    ])
}

/// The receipt of a run that gave an org what it has.
fn receipt(origin: &str) -> String {
    let start = format!(
        r#"{{"event":"start","version":1,"account":"{ACCOUNT}","endpoint":"{origin}","steps":1}}"#
    );
    let step = r#"{"event":"step","id":1,"kind":"enable","org":{"id":null,"domain":"a.okta.com"},"outcome":"applied","sent":true,"before":[],"after":[{"id":"P000052","name":""}]}"#;
    format!("{start}\n{step}\n")
}

#[tokio::test]
async fn promise_1_a_dry_run_sends_no_write() {
    let world = World::with(account(vec![
        org("a", &["sso"]),
        org("b", &["sso"]),
        unlinked("new", &[]),
    ]))
    .await;
    world.file("aerial.yaml", much_to_do());
    world.file("earlier.jsonl", receipt(world.emulator().origin()));
    for command in COMMANDS {
        world.run(command).await;
    }
    assert_eq!(world.writes(), [""; 0]);
    assert!(world.emulator().seen().len() > 10, "the commands did read");
}

#[tokio::test]
async fn promise_1_a_dry_run_asks_for_the_read_scope_alone() {
    let mut world = World::new();
    let setup = Setup::new(
        account(vec![
            org("a", &["sso"]),
            org("b", &["sso"]),
            unlinked("new", &[]),
        ]),
        Arc::clone(&world.clock),
    );
    // Without a token of its own the emulator issues one for the scope that it is asked for.
    let emulator = Emulator::start(([127, 0, 0, 1], 0).into(), setup)
        .await
        .unwrap();
    for name in ["AERIAL_ENDPOINT", "AERIAL_ISSUER"] {
        world.vars.insert(name.into(), emulator.origin().into());
    }
    world.file("aerial.yaml", much_to_do());
    world.file("earlier.jsonl", receipt(emulator.origin()));
    let asked = || {
        let seen = emulator.seen().into_iter();
        let asked = seen.filter(|seen| seen.method == "POST");
        asked.map(|seen| seen.body).collect::<Vec<String>>()
    };
    for command in COMMANDS {
        let before = asked().len();
        world.run(command).await;
        // Who reads the System Log asks for that beside, and nobody else does.
        let expected: &[&str] = match command.split(' ').next().unwrap() {
            "validate" => &[],
            "doctor" | "explain" | "history" => &["okta.accounts.read", "okta.logs.read"],
            _ if command.contains("--who") || command.contains("--incremental") => {
                &["okta.accounts.read", "okta.logs.read"]
            }
            _ => &["okta.accounts.read"],
        };
        let expected: Vec<String> = expected
            .iter()
            .map(|scope| format!("scope={scope}"))
            .collect();
        assert_eq!(asked().split_off(before), expected, "{command}");
    }
    world.run("apply --yes").await.done();
    let asked = emulator
        .seen()
        .into_iter()
        .rfind(|seen| seen.path == "/emulator/token");
    assert_eq!(asked.unwrap().body, "scope=okta.accounts.manage");
}

/// That a reader can't be made to write is tested beside the type: what must not compile stands in `aerial::Reader`'s docs.
#[test]
fn promise_1_dry_runs_name_the_reader_and_never_the_writer() {
    for (name, text) in [
        ("plan", include_str!("../../../src/cli/plan.rs")),
        ("status", include_str!("../../../src/cli/status.rs")),
        ("report", include_str!("../../../src/cli/report.rs")),
        ("reading", include_str!("../../../src/cli/reading.rs")),
        ("explain", include_str!("../../../src/cli/explain.rs")),
        ("history", include_str!("../../../src/cli/history.rs")),
        ("log", include_str!("../../../src/cli/log.rs")),
        ("import", include_str!("../../../src/cli/import.rs")),
        ("doctor", include_str!("../../../src/cli/doctor.rs")),
        ("preview", include_str!("../../../src/cli/preview.rs")),
        ("validate", include_str!("../../../src/cli/validate.rs")),
    ] {
        assert!(
            !text.to_lowercase().contains("writer"),
            "cli/{name}.rs names the writer"
        );
    }
}
