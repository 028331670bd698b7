//! The documents' commands: those that begin with `$` run in their order, all others are at least commands that there are.

use std::collections::BTreeSet;
use std::path::Path;

use aerialctl::cli::Exit;

use crate::support::World;

const RUNBOOK: &str = include_str!("../../../docs/runbook.md");

/// The lines of blocks of code.
fn code(text: &str) -> Vec<&str> {
    let mut inside = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside;
        } else if inside {
            lines.push(line.trim());
        }
    }
    lines
}

#[tokio::test]
async fn the_runbook_runs_as_it_stands() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let world = World::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "yaml") {
                let name = Path::new("examples").join(path.strip_prefix(&root).unwrap());
                world.file(name.to_str().unwrap(), std::fs::read(&path).unwrap());
            }
        }
    }
    let commands: Vec<&str> = code(RUNBOOK)
        .into_iter()
        .filter_map(|line| line.strip_prefix("$ "))
        .collect();
    assert!(commands.len() >= 6, "{commands:?}");
    for command in commands {
        if let Some(file) = command.strip_prefix("rm ") {
            std::fs::remove_file(world.path(file)).unwrap();
            continue;
        }
        let command = command.strip_prefix("aerialctl ").unwrap();
        let (words, exit) = match command.split_once(" # exit ") {
            Some((words, "5")) => (words, Exit::Partial),
            Some(other) => panic!("{other:?}"),
            None => (command, Exit::Done),
        };
        world.run(words).await.expect(exit);
    }
}

/// The flags of a help text: where its lines begin, before what they take.
fn flags(help: &str) -> BTreeSet<&str> {
    let lines = help.lines().map(str::trim_start);
    let lines = lines.filter(|line| line.starts_with('-') && !line.starts_with("- "));
    let words = lines.flat_map(|line| line.split("  ").next().unwrap().split([' ', ',', '[', '=']));
    words
        .filter(|word| word.starts_with('-') && word.len() > 1)
        .collect()
}

#[test]
fn a_flag_is_one_as_a_whole_and_where_flags_stand() {
    let help = "Plans, as --later does\n\nOptions:\n  -f, --file <PATH>\n          As `--other`\n      --color[=<WHEN>]  When, see --more\n          - --value: x\n";
    let known: BTreeSet<&str> = flags(help);
    assert_eq!(known, ["-f", "--file", "--color"].into());
}

/// Every flag that a document shows is one that the command has.
#[tokio::test]
async fn every_command_in_the_documents_is_one() {
    for text in [
        RUNBOOK,
        include_str!("../../../README.md"),
        include_str!("../../../docs/github.md"),
        include_str!("../../../docs/security.md"),
        include_str!("../../../docs/emulator.md"),
    ] {
        let spans = text.split('`').skip(1).step_by(2);
        let commands = code(text).into_iter().chain(spans);
        for words in
            commands.filter_map(|line| line.trim_start_matches("$ ").strip_prefix("aerialctl "))
        {
            let words: Vec<&str> = words
                .split_whitespace()
                .take_while(|word| *word != "#")
                .collect();
            let world = World::new();
            let help = world.run(&format!("{} --help", words[0])).await;
            if words[0] == "help" {
                continue;
            }
            let help = help.done().out;
            let known = flags(&help);
            for flag in words.iter().filter(|word| word.starts_with('-')) {
                let flag = flag.split('=').next().unwrap();
                assert!(flag == "-" || known.contains(flag), "{words:?}: {flag}");
            }
        }
    }
}
