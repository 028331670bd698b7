//! Interruption of the real process: once, twice, and for good.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::gitops::repository;
use crate::server::{Answer, Server, answer};
use crate::support::{World, desired};

const ORGS: usize = 40;

struct Run {
    world: World,
    emulator: Child,
    origin: String,
}

fn signal(child: &Child, name: &str) {
    let pid = child.id().to_string();
    let sent = Command::new("kill")
        .args([&format!("-{name}"), &pid])
        .status();
    assert!(sent.unwrap().success());
}

impl Drop for Run {
    fn drop(&mut self) {
        self.emulator.kill().ok();
        self.emulator.wait().ok();
    }
}

impl Run {
    /// Forty orgs to change, in an emulator that takes its time.
    fn start() -> Self {
        let world = World::new();
        let mut seed = "account: {id: 0227mkkf8ulgt48bkidcd8ekqft}\nproducts: [{id: P000052, name: SSO}, {id: P000131, name: MFA}]\norgs:\n  - {domain: acme-aerial.okta.com, aerialOrg: true}\n".to_owned();
        let mut orgs = Vec::new();
        for n in 0..ORGS {
            seed = format!("{seed}  - {{domain: org-{n}.okta.com, products: [P000052]}}\n");
            orgs.push(format!(
                "{{domain: org-{n}.okta.com, products: [sso, mfa]}}"
            ));
        }
        world.file("seed.yaml", seed);
        let orgs: Vec<&str> = orgs.iter().map(String::as_str).collect();
        world.file("aerial.yaml", desired(&orgs));
        let mut emulator = Command::new(env!("CARGO_BIN_EXE_aerialctl"))
            .args(["emulator", "--seed", "seed.yaml", "--latency-ms", "10"])
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
        Self {
            world,
            emulator,
            origin,
        }
    }

    fn apply(&self) -> Child {
        Command::new(env!("CARGO_BIN_EXE_aerialctl"))
            .args([
                "apply",
                "--yes",
                "--receipt",
                "r.jsonl",
                "--concurrency",
                "2",
            ])
            .current_dir(self.world.path("."))
            .env_clear()
            .env("AERIAL_ENDPOINT", &self.origin)
            .env("AERIAL_ISSUER", &self.origin)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Starts an apply and comes back when its fifth step has been reported.
    fn underway(&self) -> (Child, BufReader<std::process::ChildStderr>) {
        let mut child = self.apply();
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        let mut seen = 0;
        while seen < 5 {
            let mut line = String::new();
            assert_ne!(lines.read_line(&mut line).unwrap(), 0, "it ended too early");
            seen += usize::from(line.starts_with("applied"));
        }
        (child, lines)
    }

    /// The next run ends in the same place.
    fn ends_well(&self) {
        let mut child = self.apply();
        let mut text = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        assert!(child.wait().unwrap().success(), "{text}");
        let receipt = self.world.read("r.jsonl");
        let applied = receipt.matches(r#""outcome":"applied""#).count();
        assert!(applied <= ORGS, "a step was applied twice");
    }
}

#[test]
fn a_signal_lets_writes_on_their_way_finish_and_starts_no_new_one() {
    for name in ["INT", "TERM", "HUP"] {
        let run = Run::start();
        let (mut child, mut lines) = run.underway();
        signal(&child, name);
        let mut rest = String::new();
        lines.read_to_string(&mut rest).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130), "{rest}");
        let receipt = run.world.read("r.jsonl");
        let last = receipt.lines().last().unwrap();
        assert!(
            last.contains(r#""event":"end""#) && last.contains(r#""interrupted":true"#),
            "{last}"
        );
        let steps = receipt.matches(r#""event":"step""#).count();
        assert_eq!(steps, ORGS, "every step is accounted for");
        assert!(receipt.contains(r#""outcome":"skipped""#));
        assert!(!receipt.contains(r#""outcome":"failed""#), "{receipt}");
        run.ends_well();
    }
}

#[test]
fn after_a_kill_the_receipt_is_complete_up_to_the_last_finished_step() {
    let run = Run::start();
    let (mut child, _lines) = run.underway();
    child.kill().unwrap();
    child.wait().unwrap();
    let receipt = run.world.read("r.jsonl");
    assert!(receipt.ends_with('\n'));
    for line in receipt.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_ne!(line["event"], "end");
    }
    assert!(receipt.lines().count() >= 6);
    // Whatever was written to had its beginning recorded before.
    let begun = receipt.matches("\"event\":\"begin\"").count();
    let plan = Command::new(env!("CARGO_BIN_EXE_aerialctl"))
        .args(["plan", "--format", "json"])
        .current_dir(run.world.path("."))
        .env_clear()
        .env("AERIAL_ENDPOINT", &run.origin)
        .env("AERIAL_ISSUER", &run.origin)
        .output()
        .unwrap();
    let plan: serde_json::Value = serde_json::from_slice(&plan.stdout).unwrap();
    let left = plan["steps"].as_array().unwrap().len();
    assert!(
        ORGS - left <= begun,
        "{begun} of {} are recorded",
        ORGS - left
    );
    run.ends_well();
}

/// A disk that fills up in the middle: what was done is told all the same, and nothing more is done.
#[test]
fn what_can_not_be_recorded_any_more_is_told() {
    let run = Run::start();
    let program = env!("CARGO_BIN_EXE_aerialctl");
    let apply = format!(
        "trap '' XFSZ; ulimit -f 4; exec '{program}' apply --yes --receipt r.jsonl --format json --concurrency 2"
    );
    let ended = Command::new("bash")
        .args(["-c", &apply])
        .current_dir(run.world.path("."))
        .env_clear()
        .env("AERIAL_ENDPOINT", &run.origin)
        .env("AERIAL_ISSUER", &run.origin)
        .output()
        .unwrap();
    let told = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(5), "{told}");
    assert!(told.contains("the receipt can't be written"), "{told}");
    let result: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
    let steps = result["steps"].as_array().unwrap();
    let applied = steps.iter().filter(|step| step["outcome"] == "applied");
    let applied = applied.count();
    let receipt = run.world.read("r.jsonl");
    let recorded = receipt.matches("\"outcome\":\"applied\"").count();
    assert!(recorded <= applied && applied < 20, "{recorded} {applied}");
    assert_eq!(told.matches("applied ").count(), applied, "{told}");
    assert!(
        applied <= receipt.matches("\"event\":\"begin\"").count(),
        "{receipt}"
    );
    run.ends_well();
    // The next run begins on a line of its own.
    let whole = run.world.read("r.jsonl");
    let starts = whole
        .lines()
        .filter(|line| line.starts_with("{\"event\":\"start\""));
    assert_eq!(starts.count(), 2);
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let run = Run::start();
    let (mut child, mut lines) = run.underway();
    // The writes on their way get no answer any more, so the first signal can't end the run.
    signal(&run.emulator, "STOP");
    let started = std::time::Instant::now();
    signal(&child, "INT");
    let mut line = String::new();
    while !line.starts_with("Interrupted: what is on its way finishes") {
        line.clear();
        assert_ne!(lines.read_line(&mut line).unwrap(), 0, "it ended too early");
    }
    assert!(
        child.try_wait().unwrap().is_none(),
        "it waits for the writes on their way"
    );
    signal(&child, "INT");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(
        started.elapsed().as_secs() < 20,
        "and not for their --timeout of 30 s"
    );
    signal(&run.emulator, "CONT");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_ends_at_the_first_signal() {
    for name in ["INT", "TERM", "HUP"] {
        let requests = AtomicUsize::new(0);
        let server = Server::start(move |_| match requests.fetch_add(1, Ordering::SeqCst) {
            0 => answer("503 Service Unavailable", "", "{}"),
            _ => Answer::Silence,
        })
        .await;
        let world = World::new();
        world.file("aerial.yaml", desired(&["{domain: a.okta.com}"]));
        let mut child = Command::new(env!("CARGO_BIN_EXE_aerialctl"))
            .args(["plan", "-vv"])
            .current_dir(world.path("."))
            .env_clear()
            .env("AERIAL_ENDPOINT", &server.origin)
            .env("AERIAL_ACCESS_TOKEN", "t")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        // It is under way: it logs that it will ask again, and then no answer comes.
        let mut text = String::new();
        while !text.contains("trying again") {
            assert_ne!(lines.read_line(&mut text).unwrap(), 0, "{text}");
        }
        signal(&child, name);
        lines.read_to_string(&mut text).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130), "{name}: {text}");
        assert!(text.ends_with("Interrupted.\n"), "{name}: {text}");
    }
}

/// `plan | head`: whoever has read enough changes nothing about the run, and no word is said about it.
#[test]
fn a_reader_that_goes_away_changes_no_exit_code() {
    let world = World::new();
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso]}"]),
    );
    for (words, code) in [
        ("schema", 0),
        ("validate", 0),
        ("validate -f missing.yaml", 1),
        ("plan --emulator", 0),
        ("plan --emulator --format json", 0),
        ("plan --emulator --detailed-exitcode", 2),
        ("apply --emulator --yes --format json --receipt r.jsonl", 0),
        ("status --emulator", 0),
        ("doctor --emulator", 0),
        ("--help", 0),
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = Command::new(env!("CARGO_BIN_EXE_aerialctl"))
            .args(words.split(' '))
            .current_dir(world.path("."))
            .env_clear()
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{words}: {text}");
        assert!(!text.to_lowercase().contains("pipe"), "{words}: {text}");
    }
    assert!(world.read("r.jsonl").contains(r#""event":"end""#));
}

/// A reader who stopped reading holds up the thread that writes: whoever ends the run isn't held up with it.
#[test]
fn a_large_result_is_given_up_at_once() {
    let world = World::new();
    let repository = repository::init(&world);
    world.file("aerial.yaml", desired(&["{domain: z.okta.com}"]));
    repository::commit(&repository, "before");
    let ids: Vec<String> = (0..200).map(|n| format!("P{n:06}")).collect();
    let listed = ids.join(", ");
    let orgs: Vec<String> = (0..200)
        .map(|n| format!("{{domain: o{n}.okta.com, products: [{listed}]}}"))
        .collect();
    let orgs: Vec<&str> = orgs.iter().map(String::as_str).collect();
    world.file("aerial.yaml", desired(&orgs));
    let mut child = Command::new(env!("CARGO_BIN_EXE_aerialctl"))
        .args(["preview", "--base", "HEAD", "--format", "json"])
        .current_dir(world.path("."))
        .env_clear()
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut [0]).unwrap();
    signal(&child, "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    drop(out);
}
