//! What each room may name, what no file may have, and that no test is forgotten.

use std::fs;
use std::path::{Path, PathBuf};

fn rust_files(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<PathBuf> = vec![root.join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path
                    .strip_prefix(root)
                    .unwrap()
                    .to_string_lossy()
                    .replace('\\', "/");
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// Everything that a file says outside of its comments.
fn code(text: &str) -> String {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    lines.join("\n")
}

#[test]
fn rooms_name_only_what_they_may() {
    let rules: [(&str, &[&str]); 16] = [
        ("src/clock.rs", &["crate::", "reqwest"]),
        ("src/git/", &["crate::", "tokio", "reqwest", "std::env"]),
        (
            "src/github/",
            &[
                "crate::aerial",
                "crate::auth",
                "crate::plan",
                "crate::desired",
                "crate::render",
                "crate::cli",
            ],
        ),
        (
            "src/http/",
            &[
                "crate::auth",
                "crate::aerial",
                "crate::github",
                "crate::ids",
                "crate::live",
                "crate::plan",
                "crate::desired",
                "crate::render",
                "crate::cli",
                "std::fs",
                "std::env",
            ],
        ),
        ("src/ids.rs", &["crate::", "tokio", "reqwest"]),
        ("src/diagnostic.rs", &["crate::", "tokio", "reqwest"]),
        (
            "src/desired/",
            &[
                "crate::live",
                "crate::plan",
                "crate::aerial",
                "crate::cli",
                "tokio",
                "reqwest",
                "std::fs",
                "std::env",
            ],
        ),
        (
            "src/live/",
            &[
                "crate::desired",
                "crate::aerial",
                "crate::plan",
                "tokio",
                "reqwest",
            ],
        ),
        (
            "src/plan/",
            &[
                "desired::raw",
                "desired::document",
                "crate::aerial",
                "crate::cli",
                "async ",
                "crate::clock",
                "HashMap",
                "tokio",
                "reqwest",
                "std::fs",
            ],
        ),
        (
            "src/receipt/",
            &["crate::aerial", "tokio", "reqwest", "std::fs"],
        ),
        (
            "src/render/",
            &[
                "stdout",
                "std::env",
                "is_terminal",
                "crate::aerial",
                "crate::cli",
                "tokio",
                "reqwest",
            ],
        ),
        (
            "src/auth/",
            &["crate::plan", "crate::desired", "crate::aerial"],
        ),
        ("src/secret.rs", &["crate::", "reqwest"]),
        (
            "src/aerial/",
            &[
                "crate::desired",
                "crate::plan",
                "crate::render",
                "crate::cli",
                "serde_yaml",
            ],
        ),
        (
            "src/converge/",
            &["crate::desired::document", "crate::render", "crate::cli"],
        ),
        (
            "src/emulator/",
            &[
                "crate::aerial",
                "crate::auth",
                "crate::cli",
                "crate::plan",
                "crate::desired",
            ],
        ),
    ];
    let files = rust_files("src");
    for (room, forbidden) in rules {
        let mut any = false;
        for (name, text) in files.iter().filter(|(name, _)| name.starts_with(room)) {
            any = true;
            for word in forbidden {
                assert!(!code(text).contains(word), "{name} names {word}");
            }
        }
        assert!(any, "there is no {room}");
    }
    for (name, text) in files
        .iter()
        .filter(|(name, _)| !name.starts_with("src/cli/") && name != "src/main.rs")
    {
        assert!(!code(text).contains("crate::cli"), "{name} names cli");
    }
}

#[test]
fn files_stay_small_enough_to_read() {
    for (name, text) in rust_files("src") {
        let lines = text
            .split("#[cfg(test)]")
            .next()
            .unwrap_or_default()
            .lines()
            .count();
        assert!(
            lines <= 500,
            "{name} has {lines} lines without its tests: look for the second file inside"
        );
    }
}

#[test]
fn no_test_file_is_forgotten() {
    let files = rust_files("tests/it");
    for (name, _) in &files {
        let path = Path::new(name);
        let stem = path.file_stem().unwrap().to_string_lossy();
        if stem == "main" || stem == "mod" {
            continue;
        }
        let parent = path.parent().unwrap();
        let owner = if parent == Path::new("tests/it") {
            parent.join("main.rs")
        } else {
            parent.join("mod.rs")
        };
        let owner = owner.to_string_lossy().replace('\\', "/");
        let (_, text) = files.iter().find(|(name, _)| *name == owner).unwrap();
        assert!(
            text.contains(&format!("mod {stem};")),
            "{name} isn't declared in {owner}"
        );
    }
}

#[test]
fn no_test_waits() {
    for (name, text) in rust_files("tests/it") {
        let waits = ["thread", "time"].map(|module| format!("{module}::sleep"));
        assert!(
            !waits.iter().any(|wait| text.contains(wait)),
            "{name} sleeps"
        );
    }
}

#[test]
fn the_dependency_tree_stays_within_its_budget() {
    let lock = include_str!("../../Cargo.lock");
    let packages = lock.matches("[[package]]").count();
    assert!(
        packages <= 345,
        "{packages} packages: is the newest dependency worth what it drags in?"
    );
}
