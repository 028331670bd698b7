//! `emulator` as a process: listens, serves, saves, ends.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use crate::support::{World, desired};

struct Served {
    child: Child,
    origin: String,
}

impl Served {
    fn start(world: &World, args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_aerialctl"))
            .arg("emulator")
            .args(args)
            .current_dir(world.path("."))
            .env_clear()
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let origin = line
            .strip_prefix("listening on ")
            .unwrap()
            .trim()
            .to_owned();
        assert!(origin.starts_with("http://127.0.0.1:"), "{origin}");
        Self { child, origin }
    }

    fn run(&self, world: &World, args: &[&str]) -> std::process::Output {
        Command::new(env!("CARGO_BIN_EXE_aerialctl"))
            .args(args)
            .current_dir(world.path("."))
            .env_clear()
            .env("AERIAL_ENDPOINT", &self.origin)
            .env("AERIAL_ISSUER", &self.origin)
            .output()
            .unwrap()
    }

    fn terminate(mut self) {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
        assert!(self.child.wait().unwrap().success());
    }
}

const SEED: &str = "
account: {id: 0227mkkf8ulgt48bkidcd8ekqft}
products: [{id: P000052, name: SSO}, {id: P000131, name: MFA}]
orgs:
  - {domain: acme-aerial.okta.com, aerialOrg: true}
  - {domain: new.okta.com, linked: false}
";

#[test]
fn a_client_pointed_at_it_needs_nothing_else_and_its_state_is_saved() {
    let world = World::new();
    world.file("seed.yaml", SEED);
    world.file(
        "aerial.yaml",
        desired(&["{domain: new.okta.com, products: [workforce]}"]),
    );
    let served = Served::start(&world, &["--seed", "seed.yaml", "--state", "state.json"]);
    let ran = served.run(&world, &["apply", "--yes"]);
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    served.terminate();
    assert!(world.read("state.json").contains("P000131"));
    let served = Served::start(&world, &["--state", "state.json"]);
    let ran = served.run(&world, &["plan"]);
    assert_eq!(
        String::from_utf8_lossy(&ran.stdout),
        "No changes. The account matches the desired state.\n"
    );
    served.terminate();
}

#[tokio::test]
async fn it_listens_on_loopback_only() {
    let world = World::new();
    world.file("seed.yaml", SEED);
    let ran = world
        .run("emulator --seed seed.yaml --listen 0.0.0.0:0")
        .await;
    let ran = ran.expect(aerialctl::cli::Exit::Failed);
    assert!(ran.err.contains("isn't a loopback address"), "{}", ran.err);
}

#[tokio::test]
async fn a_seed_that_is_none_says_where() {
    let world = World::new();
    world.file(
        "seed.yaml",
        "account: {id: x}\norgs:\n  - {domain: a.okta.com, colour: blue}\n",
    );
    let ran = world
        .run("emulator --seed seed.yaml")
        .await
        .expect(aerialctl::cli::Exit::Failed);
    assert!(ran.err.contains("seed.yaml:3:"), "{}", ran.err);
    assert!(ran.err.contains("colour"), "{}", ran.err);
}

#[tokio::test]
async fn two_runs_do_not_share_one_kept_account() {
    let world = World::new();
    world.file("aerial.yaml", desired(&["{domain: a.okta.com}"]));
    world.run("plan --emulator").await.done();
    let held = aerialctl::emulator::Store::open(&world.path(".aerialctl/emulator.json")).unwrap();
    let ran = world
        .run("plan --emulator")
        .await
        .expect(aerialctl::cli::Exit::Failed);
    assert!(
        ran.err
            .contains("another run is using this emulated account"),
        "{}",
        ran.err
    );
    drop(held);
    world.run("plan --emulator").await.done();
}

#[test]
fn a_flag_is_not_kept_with_the_account() {
    let world = World::new();
    world.file("seed.yaml", SEED);
    let flags = ["--seed", "seed.yaml", "--state", "state.json"];
    let served = Served::start(&world, &[&flags[..], &["--latency-ms", "1"]].concat());
    served.terminate();
    let kept: serde_json::Value = serde_json::from_str(&world.read("state.json")).unwrap();
    assert_eq!(kept["switches"]["latencyMs"], 0);
}

#[tokio::test]
async fn a_seed_that_breaks_its_own_rules_is_refused() {
    let world = World::new();
    let seed = format!("{SEED}  - {{domain: a.okta.com, products: [P000131]}}\n");
    world.file(
        "seed.yaml",
        format!("{seed}dependencies: {{P000131: [P000052]}}\n"),
    );
    let ran = world
        .run("emulator --seed seed.yaml")
        .await
        .expect(aerialctl::cli::Exit::Failed);
    let said = "a.okta.com has P000131 without P000052, which `dependencies` says it needs";
    assert!(ran.err.contains(said), "{}", ran.err);
}

#[tokio::test]
async fn a_seed_for_an_account_that_is_there_is_said_to_be_ignored() {
    let world = World::new();
    world.file("seed.yaml", SEED);
    world.file("aerial.yaml", desired(&["{domain: new.okta.com}"]));
    let plan = "plan --emulator --emulator-seed seed.yaml";
    let said = "the seed seed.yaml is ignored";
    let ran = world.run(plan).await.done();
    assert!(!ran.err.contains(said), "{}", ran.err);
    let ran = world.run(plan).await.done();
    assert!(ran.err.contains(said), "{}", ran.err);
}

#[tokio::test]
async fn what_is_no_fault_is_told_in_words_with_its_place_once() {
    let world = World::new();
    world.file("seed.yaml", SEED);
    for (fault, place, said) in [
        (
            "{do: {dropAfter: true}}",
            "1:20",
            "`dropAfter` takes no value: write `do: dropAfter`",
        ),
        (
            "{do: status}",
            "1:14",
            "`status` takes a value: write `do: {status: 503}`",
        ),
        (
            "{do: {status: 99999}}",
            "1:17",
            "`status` takes another value: write `do: {status: 503}`",
        ),
        (
            "{do: {link: x}}",
            "1:15",
            "`link` takes another value: write `do: {link: {org: acme.okta.com}}`",
        ),
        (
            "{do: {status: 503, cut: 1}}",
            "1:22",
            "`do` takes one thing",
        ),
        (
            "{do: dropafter}",
            "1:8",
            "`do` knows no `dropafter`; did you mean `dropAfter`?",
        ),
        (
            "{do: explode}",
            "1:8",
            "`do` knows no `explode`; it takes status, ",
        ),
        (
            "{do: [cut]}",
            "1:8",
            "`do` takes a word, `do: dropAfter`, or",
        ),
        (
            "{times: -1, do: cut}",
            "1:11",
            "a whole number, 0 or more is expected here",
        ),
        ("{path: /token}", "1:4", "the key `do` is missing"),
        ("cut", "1:3", "a mapping, `key: value` is expected here"),
        (
            "{do: cut, colour: 1}",
            "1:13",
            "no key `colour` can stand here; there are method, ",
        ),
    ] {
        world.file("faults.yaml", format!("- {fault}\n"));
        let run = "emulator --seed seed.yaml --faults faults.yaml";
        let ran = world.run(run).await.expect(aerialctl::cli::Exit::Failed);
        let said = format!("faults.yaml:{place} is no list of faults: ") + said;
        assert!(ran.err.contains(&said), "{fault}: {}", ran.err);
        assert!(!ran.err.contains(" at line "), "{}", ran.err);
    }
    for (seed, said) in [
        (
            "account: {id: x}\n",
            "1:1 is no seed: the key `orgs` is missing",
        ),
        (
            "account: {id: x}\norgs: [{domain: a.okta.com, linked: maybe}]\n",
            "2:37 is no seed: `true` or `false` is expected here",
        ),
        (
            "account: {id: x}\norgs: []\nswitches: {linkStyle: x}\n",
            "`x` is none of absolute, relative, joined",
        ),
    ] {
        world.file("wrong.yaml", seed);
        let ran = world.run("emulator --seed wrong.yaml").await;
        let ran = ran.expect(aerialctl::cli::Exit::Failed);
        assert!(ran.err.contains(said), "{}", ran.err);
    }
}
