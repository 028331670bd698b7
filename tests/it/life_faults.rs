//! The whole life of an org on bad days: created, consented, linked, configured, changed, deactivated and deleted, with a
//! fault at each request in turn.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use aerialctl::cli::Exit;
use aerialctl::clock::System;
use aerialctl::emulator::{Org, State};
use futures_util::stream::{self, StreamExt as _};
use serde_json::Value as Json;

use crate::life::{PARENT_TOKEN, before, child, done, file, kept};
use crate::support::World;

/// The baseline of the new org: one of everything that is made, kept and referred to differently.
fn baseline(description: &str) -> String {
    format!(
        "baselines:
  standard:
    zones:
      Office: {{type: IP, gateways: [{{type: CIDR, value: 192.0.2.0/24}}]}}
    groups:
      Contractors: {{profile: {{description: {description}}}}}
    policies:
      PASSWORD:
        Default Policy: {{system: true, settings: {{password: {{complexity: {{minLength: 12}}}}}}}}
        Contractors:
          priority: 1
          conditions: {{people: {{groups: {{include: [{{ref: groups/Contractors}}]}}}}}}
          rules:
            Anywhere: {{priority: 1, conditions: {{network: {{connection: ZONE, include: [{{ref: zones/Office}}]}}}}}}
"
    )
}

/// What the file says, run after run: the org comes to be, one field of its baseline changes, it is to go, and it still is.
fn stages() -> [String; 4] {
    let entry = "    baseline: standard\n";
    let gone = "    baseline: standard\n    status: deleted\n";
    [
        file(entry) + &baseline("People of our partners"),
        file(entry) + &baseline("Partners"),
        file(gone) + &baseline("Partners"),
        file(gone) + &baseline("Partners"),
    ]
}

/// How often each thing may happen in a life, whatever happens.
const ONCE: [&str; 4] = ["create", "consent", "link", "delete"];

/// What may become of a write.
const OF_WRITES: [&str; 5] = [
    "dropBefore",
    "dropAfter",
    "cut",
    "{status: 500}",
    "{statusAfter: 500}",
];

/// What becomes of reads, which do nothing, by turns.
const OF_READS: [&str; 2] = ["dropBefore", "cut"];

/// Where the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Program {
    Here,
    Process,
}

/// A life as it is lived.
struct Life {
    world: World,
    program: Program,
    /// Of each run what it said.
    said: Vec<String>,
    /// Of each run which requests were its.
    requests: Vec<Range<usize>>,
    exits: BTreeSet<u8>,
}

impl Life {
    async fn begin(program: Program) -> Self {
        let mut world = World::new();
        if program == Program::Process {
            world.clock = Arc::new(System);
        }
        world.serve(account()).await;
        for (name, value) in [
            ("OKTA_ORG_TOKEN_ACME_OKTAPREVIEW_COM", PARENT_TOKEN),
            ("AERIAL_ADMIN_PASSWORD_ACME_FR", "first-password-0123"),
            ("AERIAL_TOKEN_DIR", "tokens"),
        ] {
            world.vars.insert(name.to_owned(), value.to_owned());
        }
        fs::create_dir(world.path("receipts")).unwrap();
        Self {
            world,
            program,
            said: Vec::new(),
            requests: Vec::new(),
            exits: BTreeSet::new(),
        }
    }

    fn seen(&self) -> usize {
        self.world.emulator().seen().len()
    }

    async fn run(&mut self, words: &str) -> Exit {
        let before = self.seen();
        let (exit, text) = match self.program {
            Program::Here => {
                let ran = self.world.run(words).await;
                (ran.exit, ran.text())
            }
            Program::Process => process(&self.world, words).await,
        };
        self.requests.push(before..self.seen());
        self.exits.insert(exit.code());
        self.said.push(format!("$ aerialctl {words}\n{text}"));
        exit
    }

    /// One `apply`, with a receipt of its own.
    async fn apply(&mut self) -> Exit {
        let words = format!(
            "apply --yes --allow deactivations=1,deletions=1 --new-org-wait 1ms --receipt-dir receipts --receipt receipts/{}.jsonl",
            self.said.len()
        );
        self.run(&words).await
    }

    fn all(&self) -> String {
        self.said.join("\n")
    }

    /// Does what a person would whom the last run has told what only a person can do.
    fn obey(&self) {
        let last = self.said.last().unwrap();
        if last.contains("its API token is lost") && kept(&self.world).is_none() {
            // "its admin can make another one in its Admin Console"
            self.world.emulator().change(|state| {
                let born = state.orgs.iter_mut();
                let mut born = born.filter(|org| org.domain == "acme-fr.oktapreview.com");
                born.next().unwrap().api_tokens.push(ANOTHER.to_owned());
            });
            let path = "tokens/acme-fr.oktapreview.com.token";
            self.world.file(path, ANOTHER);
            private(&self.world, path);
        }
        if last.contains("never got an answer that tells of it") && child(&self.world).is_none() {
            // "if there isn't, take that receipt out of the folder"
            self.take_away(last);
        }
        if last.contains("an earlier run asked for it and never got the answer")
            && !child(&self.world).unwrap().deletion_requested
        {
            // "if it isn't [pending], take that run's receipt out of the folder"
            self.take_away(last);
        }
    }

    /// Takes away the receipts that a run has named.
    fn take_away(&self, said: &str) {
        let (_, after) = said.rsplit_once("(receipt ").unwrap();
        let (receipts, _) = after.split_once(')').unwrap();
        for receipt in receipts.split(" and ") {
            fs::remove_file(self.world.path(receipt)).unwrap();
        }
    }

    /// Lives it all, each stage until it is reached.
    async fn live(&mut self) {
        for (stage, file) in stages().into_iter().enumerate() {
            self.world.file("aerial.yaml", file);
            let mut exit = self.apply().await;
            for _ in 0..3 {
                if exit == Exit::Done {
                    break;
                }
                self.obey();
                exit = self.apply().await;
            }
            let deleted = child(&self.world).is_some_and(|org| org.deletion_requested);
            // That nobody knows whether it was heard is the one thing that stays so.
            let unsure = exit == Exit::Refused && deleted;
            assert!(
                exit == Exit::Done || unsure,
                "stage {stage}: {exit:?}\n{}",
                self.all()
            );
        }
    }

    /// What must be true whatever went wrong.
    fn ended_well(&self, good: &Place, what: &str) {
        let all = self.all();
        let done = done(&self.world);
        for once in ONCE {
            let times = done.iter().filter(|word| **word == once).count();
            assert_eq!(times, 1, "{what}: {once} in {done:?}\n{all}");
        }
        let place = Place::of(&self.world);
        assert!(place == *good, "{what}: it ends elsewhere\n{all}");
        let runs = ["/status", "/deletionRequest"].map(|end| self.run_of(end));
        assert!(runs[0] < runs[1], "{what}: {runs:?}\n{all}");
        let token = kept(&self.world);
        let born = child(&self.world).unwrap();
        let stored = token.as_ref() == born.api_tokens.first();
        let told = all.contains("its API token is lost");
        assert!(stored || told, "{what}: neither stored nor said\n{all}");
        assert!(!all.contains(&born.api_tokens[0]), "{what}\n{all}");
    }

    /// The run in which something changed at a path with this end.
    fn run_of(&self, end: &str) -> Option<usize> {
        let seen = self.world.emulator().seen();
        let at = seen
            .iter()
            .position(|seen| seen.changed && seen.path.ends_with(end))?;
        self.requests.iter().position(|run| run.contains(&at))
    }
}

/// The admin's own, after the first was lost.
const ANOTHER: &str = "00another-token-0123456789";

fn account() -> State {
    let mut state = before();
    state.switches.new_org_seconds = 0;
    state
}

fn private(world: &World, path: &str) {
    for (path, mode) in [("tokens", 0o700), (path, 0o600)] {
        fs::set_permissions(world.path(path), fs::Permissions::from_mode(mode)).unwrap();
    }
}

/// The program itself, in an environment that is the world's alone.
async fn process(world: &World, words: &str) -> (Exit, String) {
    let ran = tokio::process::Command::new(env!("CARGO_BIN_EXE_aerialctl"))
        .args(words.split_whitespace())
        .current_dir(world.path("."))
        .env_clear()
        .envs(&world.vars)
        .output()
        .await
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let code = ran.status.code().unwrap();
    let exits = [
        Exit::Done,
        Exit::Failed,
        Exit::Refused,
        Exit::Refused,
        Exit::Partial,
    ];
    let exit = exits
        .into_iter()
        .find(|exit| i32::from(exit.code()) == code);
    let text = text(&ran.stdout) + &text(&ran.stderr);
    (exit.unwrap_or_else(|| panic!("{code}\n{text}")), text)
}

/// Where a life ends: the org as it is then, and all of its objects, but for what depends on the time and the token.
#[derive(PartialEq)]
struct Place(Org, Json);

impl Place {
    fn of(world: &World) -> Self {
        let org = child(world).unwrap();
        let inside = timeless(serde_json::to_value(&org.inside).unwrap());
        let rest = Org {
            inside: None,
            api_tokens: Vec::new(),
            created_date: String::new(),
            made_at: None,
            consent_date: None,
            ..org
        };
        Self(rest, inside)
    }
}

fn timeless(value: Json) -> Json {
    const DATES: [&str; 3] = ["created", "lastUpdated", "lastMembershipUpdated"];
    match value {
        Json::Object(members) => {
            let members = members.into_iter();
            let kept = members.filter(|(key, _)| !DATES.contains(&key.as_str()));
            kept.map(|(key, value)| (key, timeless(value))).collect()
        }
        Json::Array(items) => items.into_iter().map(timeless).collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => value,
    }
}

/// The place where a life without faults ends, and each fault that one may have.
async fn good(program: Program) -> (Place, Vec<String>) {
    let mut life = Life::begin(program).await;
    life.live().await;
    assert_eq!(life.exits, [0].into(), "{}", life.all());
    assert_eq!(life.said.len(), stages().len());
    let place = Place::of(&life.world);
    life.ended_well(&place, "a good life");
    let seen = life.world.emulator().seen();
    let mut faults = Vec::new();
    for method in ["GET", "POST", "PUT"] {
        let requests = seen.iter().filter(|seen| seen.method == method).count();
        assert!(requests > 2, "{method}: {requests}");
        for after in 0..requests {
            let of_reads = &OF_READS[after % 2..][..1];
            let actions = if method == "GET" {
                of_reads
            } else {
                &OF_WRITES
            };
            let all = actions.iter();
            faults.extend(
                all.map(|action| format!("[{{method: {method}, after: {after}, do: {action}}}]")),
            );
        }
    }
    (place, faults)
}

/// A life with this fault, and the exit codes that it has seen.
async fn bad(program: Program, fault: &str, good: &Place) -> BTreeSet<u8> {
    let mut life = Life::begin(program).await;
    life.world.faults(fault);
    life.live().await;
    life.ended_well(good, fault);
    life.exits
}

#[tokio::test]
async fn a_fault_at_every_request_of_a_life_ends_in_the_same_place() {
    let (place, faults) = good(Program::Here).await;
    let mut exits = BTreeSet::new();
    for fault in &faults {
        exits.extend(bad(Program::Here, fault, &place).await);
    }
    // A creation or a deletion with a lost answer is all that a fault costs.
    assert_eq!(exits, [0, 4, 5].into());
}

/// A process waits for real before it tries again: of all faults each eighth, many side by side.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_of_it_with_the_program_itself() {
    let (place, faults) = good(Program::Process).await;
    let chosen = faults.iter().step_by(8);
    let lives = chosen.map(|fault| bad(Program::Process, fault, &place));
    let lives: Vec<_> = stream::iter(lives).buffer_unordered(8).collect().await;
    assert!(lives.len() > 12, "{}", lives.len());
}
