//! What a large desired state may take: 50,000 orgs with 20 products each, in a program that gets no more memory than half of
//! what 100,000 may take. What it takes of time say `benches/core.rs` and `docs/performance.md`.
#![cfg(target_os = "linux")]

use std::fmt::Write as _;
use std::ops::Range;
use std::process::Command;

use super::repository::{commit, init};
use crate::support::World;

const ORGS: usize = 50_000;

/// What the program takes by itself: its code, its threads' stacks, what the allocator keeps ready.
const ITSELF: usize = 80;

fn products(number: usize) -> String {
    let ids: Vec<String> = (1..=number).map(|n| format!("P{n:06}")).collect();
    ids.join(", ")
}

/// Entries of which each lists the same; every hundredth one product less, where the file is the new one.
fn entries(orgs: Range<usize>, listed: &str, new: bool) -> String {
    let fewer = products(19);
    orgs.fold("orgs:\n".to_owned(), |mut all, n| {
        let listed = if new && n % 100 == 0 { &fewer } else { listed };
        write!(
            all,
            "  - domain: org-{n:06}.okta.com\n    products: [{listed}]\n"
        )
        .unwrap();
        all
    })
}

fn head() -> String {
    let all = products(20);
    format!(
        "version: 1\naccount: {{id: 0227mkkf8ulgt48bkidcd8ekqft, aerialOrg: acme-aerial.okta.com}}\ndefaults: {{cell: ok1}}\nbundles:\n  all: [{all}]\n"
    )
}

/// What the program says, which has so many MiB of memory for its data.
fn said(world: &World, mib: usize, words: &str) -> String {
    let limit = (ITSELF + mib) * 1024;
    let script = format!("ulimit -v {limit} && exec \"$0\" {words}");
    let output = Command::new("sh")
        .args(["-c", &script, env!("CARGO_BIN_EXE_aerialctl")])
        .current_dir(world.path("."))
        .env_clear()
        // Each thread else keeps 64 MiB of addresses for itself, which take no memory.
        .env("MALLOC_ARENA_MAX", "1")
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// Both versions of a file, the older one committed.
fn changed(listed: &str) -> World {
    let world = World::new();
    let repository = init(&world);
    for new in [false, true] {
        let text = format!("{}{}", head(), entries(0..ORGS, listed, new));
        world.file("aerial.yaml", text);
        if !new {
            commit(&repository, "before");
        }
    }
    world
}

const VALID: &str = "valid, 50000 orgs.";
const CHANGED: &str =
    "0 orgs added, 0 removed from the file, 500 changed; 0 products listed, 500 no longer listed.";

#[test]
fn lists_that_are_written_out_fit() {
    let world = changed(&products(20));
    assert!(said(&world, 100, "validate").ends_with(&format!("{VALID}\n")));
    assert!(said(&world, 220, "preview --base HEAD").contains(CHANGED));
}

#[test]
fn bundles_take_less() {
    let world = changed("all");
    assert!(said(&world, 55, "validate").ends_with(&format!("{VALID}\n")));
    assert!(said(&world, 100, "preview --base HEAD").contains(CHANGED));
}

#[test]
fn a_hundred_files_take_no_more_than_one() {
    let world = World::new();
    world.file("aerial/account.yaml", head());
    for n in 0..100 {
        let each = ORGS / 100;
        let entries = entries(n * each..(n + 1) * each, &products(20), false);
        let text = format!("version: 1\naccount: {{id: 0227mkkf8ulgt48bkidcd8ekqft}}\n{entries}");
        world.file(&format!("aerial/team-{n}.yaml"), text);
    }
    let said = said(&world, 100, "validate");
    assert_eq!(said, format!("101 files: {VALID}\n"));
}
