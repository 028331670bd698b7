//! The documents' commands: those that begin with `$` run in their order, all others are at least commands that there are.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use aerialctl::cli::Exit;
use aerialctl::clock::{Manual, parsed};

use crate::gitops::repository;
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

/// One thing that the runbook has a reader do.
enum Deed<'a> {
    /// A command, and the lines that its output must have, `…` standing for anything.
    Command(&'a str, Vec<&'a str>),
    /// A change to a file, as a diff without line numbers.
    Change(Vec<&'a str>),
    /// What follows happens on that day.
    Day(&'a str),
}

/// What there is to do, in order: lines that begin with `$`, each with the lines below it, days (`# on …`), and diffs.
fn deeds(text: &str) -> Vec<Deed<'_>> {
    let mut deeds = Vec::new();
    let mut block = None;
    let mut begun = false;
    for line in text.lines() {
        if let Some(language) = line.trim_start().strip_prefix("```") {
            block = if block.is_some() {
                None
            } else {
                Some(language)
            };
            begun = false;
            if block == Some("diff") {
                deeds.push(Deed::Change(Vec::new()));
            }
            continue;
        }
        if block == Some("text") {
            if let Some(command) = line.strip_prefix("$ ") {
                begun = true;
                deeds.push(Deed::Command(command, Vec::new()));
                continue;
            }
            if let Some(day) = line.strip_prefix("# on ") {
                deeds.push(Deed::Day(day));
                continue;
            }
        }
        match (block, deeds.last_mut()) {
            (Some("diff"), Some(Deed::Change(lines))) => lines.push(line),
            (Some("text"), Some(Deed::Command(_, shown))) if begun && !line.trim().is_empty() => {
                shown.push(line);
            }
            _ => {}
        }
    }
    deeds
}

/// Whether a line is as shown, where `…` stands for anything.
fn reads(line: &str, shown: &str) -> bool {
    let parts: Vec<&str> = shown.trim().split('…').collect();
    let (first, last) = (parts[0], parts[parts.len() - 1]);
    let Some(mut rest) = line.trim().strip_prefix(first) else {
        return false;
    };
    if parts.len() == 1 {
        return rest.is_empty();
    }
    for part in &parts[1..parts.len() - 1] {
        let Some((_, after)) = rest.split_once(part) else {
            return false;
        };
        rest = after;
    }
    rest.ends_with(last)
}

#[test]
fn a_shown_line_is_the_whole_line() {
    assert!(reads("  a b c", "a … c"));
    assert!(reads("a b c", "a …"));
    assert!(!reads("a b c", "a b"));
    assert!(!reads("x a b", "a b"));
    assert!(!reads("a b c", "a … d"));
}

/// Makes a change of the runbook: what it takes away, and what it leaves, must be in the file once.
fn change(world: &World, lines: &[&str]) {
    let file = lines[0].strip_prefix("--- ").expect("which file");
    let with = |sign: &str| {
        let kept = lines.iter().skip(1).filter_map(|line| {
            let line = line.strip_prefix(' ').or(line.strip_prefix(sign))?;
            Some(format!("{line}\n"))
        });
        kept.collect::<String>()
    };
    let (before, after) = (with("-"), with("+"));
    let text = world.read(file);
    assert_eq!(text.matches(&before).count(), 1, "{file}: {before}\n{text}");
    world.file(file, text.replacen(&before, &after, 1));
}

/// Takes the newest commit back with one more.
fn revert(repository: &git2::Repository) {
    let commit = repository.head().unwrap().peel_to_commit().unwrap();
    repository.revert(&commit, None).unwrap();
    repository::commit(repository, "Revert");
    repository.cleanup_state().unwrap();
}

async fn follow(world: &mut World, deed: Deed<'_>) {
    let (command, shown) = match deed {
        Deed::Change(lines) => return change(world, &lines),
        Deed::Day(day) => {
            let noon = parsed(&format!("{day}T12:00:00Z")).expect(day);
            world.clock = Arc::new(Manual::at(noon));
            return;
        }
        Deed::Command(command, shown) => (command, shown),
    };
    if let Some(file) = command.strip_prefix("rm -f ") {
        std::fs::remove_file(world.path(file)).ok();
    } else if let Some(files) = command.strip_prefix("rm ") {
        for file in files.split(' ') {
            std::fs::remove_file(world.path(file)).unwrap();
        }
    } else if command == "git init" {
        repository::init(world);
    } else if let Some(rest) = command.strip_prefix("git add aerial && git commit -m ") {
        world.file(".gitignore", "*\n!aerial\n!aerial/**\n");
        let repository = git2::Repository::open(world.path(".")).unwrap();
        repository::commit(&repository, rest.trim_matches('"'));
    } else if command == "git revert --no-edit HEAD" {
        revert(&git2::Repository::open(world.path(".")).unwrap());
    } else {
        let words = command.strip_prefix("aerialctl ").expect(command);
        let (words, exit) = match words.split_once(" # exit ") {
            Some((words, "2")) => (words, Exit::Pending),
            Some((words, "4")) => (words, Exit::Refused),
            Some((words, "5")) => (words, Exit::Partial),
            Some(other) => panic!("{other:?}"),
            None => (words, Exit::Done),
        };
        let ran = world.run(words).await.expect(exit);
        let said: Vec<&str> = ran.out.lines().chain(ran.err.lines()).collect();
        for line in shown {
            assert!(
                said.iter().any(|said| reads(said, line)),
                "{command}\ndoesn't say\n{line}\nbut\n{}",
                ran.text()
            );
        }
    }
}

/// A folder with a copy of the examples in it, and nothing else.
fn fresh() -> World {
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
    world
}

/// Its last part says of itself that a fresh folder will do.
#[tokio::test]
async fn the_whole_way_runs_in_a_folder_of_its_own() {
    let mut world = fresh();
    let (_, way) = RUNBOOK.split_once("## The whole way, once").unwrap();
    let deeds = deeds(way);
    assert!(deeds.len() >= 30);
    for deed in deeds {
        follow(&mut world, deed).await;
    }
}

#[tokio::test]
async fn the_runbook_runs_as_it_stands() {
    let mut world = fresh();
    let deeds = deeds(RUNBOOK);
    let commands = deeds
        .iter()
        .filter(|deed| matches!(deed, Deed::Command(..)));
    assert!(commands.count() >= 40);
    for deed in deeds {
        follow(&mut world, deed).await;
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
