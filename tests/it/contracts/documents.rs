//! What the documents say, done.

use std::path::Path;

use serde_json::Value as Json;

use crate::support::World;

#[tokio::test]
async fn every_example_runs_as_it_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (file, seed, orgs) in [
        ("examples/acme.yaml", "examples/emulator/acme.yaml", 6),
        ("examples/fleet", "examples/emulator/fleet.yaml", 40),
    ] {
        let world = World::new();
        let path = |name: &str| root.join(name).to_string_lossy().into_owned();
        let ran = world
            .run_args(&["validate", "-f", &path(file)])
            .await
            .done();
        assert!(
            ran.out.contains(&format!("valid, {orgs} orgs.")),
            "{}",
            ran.out
        );
        assert_eq!(ran.err, "");
        world
            .run_args(&[
                "plan",
                "--detailed-exitcode",
                "-f",
                &path(file),
                "--emulator",
                "--emulator-seed",
                &path(seed),
            ])
            .await
            .expect(aerialctl::cli::Exit::Pending);
        world
            .run_args(&["apply", "--yes", "-f", &path(file), "--emulator"])
            .await
            .done();
        let ran = world
            .run_args(&["plan", "-f", &path(file), "--emulator"])
            .await
            .done();
        assert_eq!(
            ran.out,
            "No changes. The account matches the desired state.\n"
        );
    }
}

/// From an account with nothing in it to orgs that work, in one command, as the example's head and the README say.
#[tokio::test]
async fn the_example_of_a_beginning_ends_with_three_configured_orgs() {
    let readme = include_str!("../../../README.md");
    let command = "apply -f examples/onboard/aerial.yaml --emulator";
    let example = include_str!("../../../examples/onboard/aerial.yaml");
    for text in [readme, example] {
        assert!(text.contains(&format!("aerialctl {command}")));
    }
    let world = World::new();
    world.file("examples/onboard/aerial.yaml", example);
    let ran = world.run(&format!("{command} --yes")).await.done();
    let came = "3 to create, 1 to consent, 3 to link, 7 products to enable in 3 orgs, 21 objects to configure in 3 orgs";
    assert!(ran.out.contains(came), "{}", ran.out);
    let ran = world
        .run("plan -f examples/onboard/aerial.yaml --emulator")
        .await
        .done();
    assert_eq!(
        ran.out,
        "No changes. The account matches the desired state.\n"
    );
    assert!(ran.err.contains("at 3 orgs' own hosts"), "{}", ran.err);
}

/// The pilots first, as the example's head and the README say.
#[tokio::test]
async fn the_example_of_waves_takes_one_after_another() {
    let command = "apply --waves -f examples/waves/aerial.yaml --emulator";
    let example = include_str!("../../../examples/waves/aerial.yaml");
    for text in [include_str!("../../../README.md"), example] {
        assert!(text.contains(&format!("aerialctl {command}")));
    }
    let world = World::new();
    world.file("examples/waves/aerial.yaml", example);
    let ran = world.run(&format!("{command} --yes")).await.done();
    assert!(
        ran.out.ends_with("Applied 12 of 12 steps.\n"),
        "{}",
        ran.out
    );
    let held: Vec<&str> = ran
        .err
        .lines()
        .filter(|line| line.starts_with("Wave "))
        .collect();
    assert_eq!(
        held,
        [
            "Wave pilot: 4 steps.",
            "Wave pilot holds: read again, nothing is left to do.",
            "Wave early: 2 steps.",
            "Wave early holds: read again, nothing is left to do.",
            "Wave rest: 6 steps.",
            "Wave rest holds.",
        ]
    );
}

/// Every `cargo run` line of the README, in its order, in a folder with the examples in it.
#[tokio::test]
async fn the_readme_s_commands_work_in_their_order() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let world = World::new();
    for file in ["acme.yaml", "emulator/acme.yaml"] {
        let text = std::fs::read_to_string(root.join("examples").join(file)).unwrap();
        world.file(&format!("examples/{file}"), text);
    }
    let readme = include_str!("../../../README.md");
    let commands: Vec<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("cargo run -- "))
        .collect();
    assert_eq!(commands.len(), 2);
    let first = world.run(commands[0]).await.done();
    assert!(
        first.out.ends_with("Applied 7 of 7 steps.\n"),
        "{}",
        first.out
    );
    assert_eq!(world.read("receipt.jsonl").lines().count(), 2 + 7 * 2);
    let second = world.run(commands[1]).await.done();
    assert!(readme.contains(second.out.trim()));
    assert!(readme.lines().any(|line| line == "cargo test"));
}

#[test]
fn the_emulator_s_manual_is_true() {
    let manual = include_str!("../../../docs/emulator.md");
    let switches = serde_json::to_value(aerialctl::emulator::Switches::default()).unwrap();
    for key in switches.as_object().unwrap().keys() {
        assert!(
            manual.contains(&format!("`{key}`")),
            "the manual lacks {key}"
        );
    }
    let blocks: Vec<&str> = manual
        .split("```yaml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert_eq!(blocks.len(), 2);
    let seed: aerialctl::emulator::State = serde_yaml::from_str(blocks[0]).unwrap();
    assert_eq!(seed.problem(), None);
    let faults: Vec<aerialctl::emulator::Fault> = serde_yaml::from_str(blocks[1]).unwrap();
    assert_eq!(faults.len(), 3);
    // Every fault of the table can be written as the table says.
    for row in manual.lines().filter_map(|line| line.strip_prefix("| `")) {
        let Some((words, _)) = row.split_once(" |").filter(|_| {
            manual
                .split("| `do` |")
                .nth(1)
                .is_some_and(|table| table.contains(row))
        }) else {
            continue;
        };
        for word in words.split("`, `").map(|word| word.trim_matches('`')) {
            let action = word
                .replace(": N", ": 5")
                .replace("{org, products}", "{org: a.okta.com, products: []}")
                .replace("{org, status}", "{org: a.okta.com, status: ACTIVE}")
                .replace("{org}", "{org: a.okta.com}");
            let action = if action.contains(':') {
                format!("{{{action}}}")
            } else {
                action
            };
            let fault = format!("do: {action}");
            let parsed: Result<aerialctl::emulator::Fault, _> = serde_yaml::from_str(&fault);
            assert!(parsed.is_ok(), "{fault}: {}", parsed.unwrap_err());
        }
    }
}

/// Every input of the action is explained, and every file that the documents name exists.
#[test]
fn documents_name_what_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let action: Json = serde_yaml::from_str(include_str!("../../../action.yml")).unwrap();
    let manual = include_str!("../../../docs/github.md");
    for input in action["inputs"].as_object().unwrap().keys() {
        assert!(
            manual.contains(&format!("`{input}`")),
            "docs/github.md lacks {input}"
        );
    }
    for file in [
        "README.md",
        "CONTRIBUTING.md",
        "docs/github.md",
        "docs/emulator.md",
        "docs/security.md",
    ] {
        let text = std::fs::read_to_string(root.join(file)).unwrap();
        let folder = root.join(file).parent().unwrap().to_owned();
        for link in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            assert!(
                link.contains("://")
                    || link.starts_with('#')
                    || folder.join(link.split('#').next().unwrap()).exists(),
                "{file} links to {link}"
            );
        }
    }
}

/// A file with every part of the format.
#[tokio::test]
async fn a_file_with_all_that_the_format_has_is_valid() {
    let world = World::new();
    world.file(
        "aerial.yaml",
        include_str!("../../fixtures/desired-state.yaml"),
    );
    let ran = world.run("validate").await.done();
    assert_eq!(ran.out, "aerial.yaml: valid, 4 orgs.\n");
}
