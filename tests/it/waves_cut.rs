//! `apply --waves` that ends between two waves: the next run goes on with the first that doesn't hold.

use aerialctl::cli::Exit;

use crate::support::{HEAD, World, account, org};

/// Three waves with something to do in each.
fn file() -> String {
    format!(
        "{HEAD}waves: [canary, some, rest]\norgs:
  - {{domain: a.okta.com, products: [sso, mfa], wave: canary}}
  - {{domain: b.okta.com, products: [sso, mfa], wave: some}}
  - {{domain: c.okta.com, products: [sso, mfa]}}
"
    )
}

/// What the look at the first wave reads, after the plan's read, the step's look and what saw its write hold.
fn look(world: &World, action: &str) -> String {
    let state = world.emulator().state();
    let id = &state.orgs.iter().find(|org| org.domain == "a.okta.com");
    let id = &id.unwrap().id;
    format!("[{{method: GET, path: /orgs/{id}/products, after: 3, times: 99, do: {action}}}]")
}

/// The orgs that were written to.
fn written(world: &World) -> Vec<String> {
    let state = world.emulator().state();
    let writes = world.writes().into_iter();
    let org = |write: String| {
        let mut orgs = state.orgs.iter();
        let org = orgs.find(|org| write.contains(&format!("/orgs/{}/", org.id)))?;
        Some(org.domain.clone())
    };
    writes.filter_map(org).collect()
}

const ALL: [&str; 3] = ["a.okta.com", "b.okta.com", "c.okta.com"];

/// The waves of a receipt that began.
fn begun(receipt: &str) -> Vec<String> {
    let lines = receipt
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let begun = lines.filter(|line: &serde_json::Value| line["event"] == "wave");
    begun
        .map(|line| line["wave"].as_str().unwrap().to_owned())
        .collect()
}

async fn goes_on(world: &World) {
    world.faults("[]");
    let ran = world
        .run("apply --waves --yes --receipt next.jsonl")
        .await
        .done();
    assert!(ran.err.contains("Wave some holds"), "{}", ran.err);
    assert_eq!(begun(&world.read("next.jsonl")), ["some", "rest"]);
    assert_eq!(written(world), ALL);
    let plan = world.run("plan --detailed-exitcode").await.done();
    assert!(plan.out.starts_with("No changes."), "{}", plan.out);
}

#[tokio::test]
async fn a_server_that_fails_between_two_waves_ends_the_run_in_part() {
    for action in ["{status: 503}", "dropBefore", "html"] {
        let world = World::with(account(vec![
            org("a", &["sso"]),
            org("b", &["sso"]),
            org("c", &["sso"]),
        ]))
        .await;
        world.file("aerial.yaml", file());
        world.faults(&look(&world, action));
        let ran = world
            .run("apply --waves --yes --receipt r.jsonl")
            .await
            .expect(Exit::Partial);
        let said = "the wave canary does not hold: its orgs can't be read again";
        assert!(ran.err.contains(said), "{action}: {}", ran.err);
        assert_eq!(begun(&world.read("r.jsonl")), ["canary"]);
        assert_eq!(written(&world), ["a.okta.com"]);
        goes_on(&world).await;
    }
}

/// The real process, while it looks at the first wave: asked to end, and killed.
#[cfg(unix)]
mod processes {
    use std::io::{BufRead as _, BufReader, Read as _};
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::{Command, Stdio};
    use std::sync::Arc;

    use aerialctl::clock::System;

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn whoever_ends_it_between_two_waves_can_go_on() {
        for signal in ["INT", "TERM", "KILL"] {
            let mut world = World::new();
            // The emulator is to be slow indeed.
            world.clock = Arc::new(System);
            let orgs = ["a", "b", "c"].map(|name| org(name, &["sso"]));
            world.serve(account(orgs.to_vec())).await;
            world.file("aerial.yaml", file());
            world.faults(&look(&world, "{delayMs: 3600000}"));
            let mut child = Command::new(env!("CARGO_BIN_EXE_aerialctl"))
                .args(["apply", "--waves", "--yes", "--receipt", "r.jsonl"])
                .current_dir(world.path("."))
                .env_clear()
                .envs(&world.vars)
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            let mut lines = BufReader::new(child.stderr.take().unwrap());
            let mut text = String::new();
            while !text.contains("applied") {
                assert_ne!(
                    lines.read_line(&mut text).unwrap(),
                    0,
                    "it ended too early: {text}"
                );
            }
            let pid = child.id().to_string();
            let sent = Command::new("kill")
                .args([&format!("-{signal}"), &pid])
                .status();
            assert!(sent.unwrap().success());
            lines.read_to_string(&mut text).unwrap();
            let status = child.wait().unwrap();
            let receipt = world.read("r.jsonl");
            if signal == "KILL" {
                assert_eq!(status.signal(), Some(9));
            } else {
                assert_eq!(status.code(), Some(130), "{text}");
                let last = receipt.lines().last().unwrap();
                assert!(last.contains(r#""interrupted":true"#), "{last}");
                assert_eq!(
                    receipt.matches(r#""outcome":"skipped""#).count(),
                    2,
                    "{receipt}"
                );
            }
            // A look that was broken off has seen nothing.
            assert!(!receipt.contains(r#""event":"waved""#), "{receipt}");
            assert_eq!(begun(&receipt), ["canary"]);
            assert_eq!(written(&world), ["a.okta.com"]);
            goes_on(&world).await;
        }
    }
}

/// With many orgs in the last wave, what the others cost is their own size.
#[tokio::test]
async fn a_look_reads_the_orgs_of_its_wave_alone() {
    const CANARY: usize = 5;
    const SOME: usize = 40;
    const ALL: usize = 300;
    let names: Vec<String> = (0..ALL).map(|n| format!("org-{n:03}")).collect();
    let orgs = names.iter().map(|name| org(name, &["sso"])).collect();
    let world = World::with(account(orgs)).await;
    let entries: Vec<String> = (0..ALL)
        .map(|n| {
            let wave = match n {
                0..CANARY => ", wave: canary",
                n if n < CANARY + SOME => ", wave: some",
                _ => "",
            };
            // One of each wave is to change.
            let more = if [0, CANARY, ALL - 1].contains(&n) {
                ", mfa"
            } else {
                ""
            };
            format!("  - {{domain: org-{n:03}.okta.com, products: [sso{more}]{wave}}}\n")
        })
        .collect();
    let text = format!(
        "{HEAD}waves: [canary, some, rest]\norgs:\n{}",
        entries.concat()
    );
    world.file("aerial.yaml", text);
    world.run("apply --waves --yes").await.done();
    let seen = world.emulator().seen();
    let products = |seen: &&aerialctl::emulator::Seen| {
        seen.method == "GET" && seen.path.ends_with("/products") && seen.path.contains("/orgs/")
    };
    let reads = seen.iter().filter(products).count();
    // The plan's, those of the two looks, and for each step its own look and what sees it hold.
    assert!(
        (ALL + CANARY + SOME..=ALL + CANARY + SOME + 3 * 3 + 1).contains(&reads),
        "{reads}"
    );
}
