//! What each room may use, what no file may have, and that no test is forgotten.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::house::{House, Target, rust_files};

/// What the world is touched with; a room may use none of it unless its row says so.
const WATCHED: [&str; 16] = [
    "std::env",
    "std::fs",
    "std::io::IsTerminal",
    "std::io::stderr",
    "std::io::stdin",
    "std::io::stdout",
    "std::net",
    "std::process",
    "std::thread",
    "clap",
    "git2",
    "hyper",
    "reqwest",
    "serde_yaml",
    "tempfile",
    "tokio",
];

/// Room; what it may use of the other rooms, whole or a module of them; what it may use of the above and `async`.
const ROOMS: &[(&str, &[&str], &[&str])] = &[
    ("ids", &[], &[]),
    ("diagnostic", &[], &[]),
    ("clock", &[], &["async", "std::thread", "tokio"]),
    ("secret", &[], &[]),
    (
        "http",
        &["clock", "secret"],
        &["async", "reqwest", "std::net", "tokio"],
    ),
    ("disk", &[], &["std::fs", "tempfile"]),
    ("desired", &["diagnostic", "ids"], &["serde_yaml"]),
    ("inside", &["ids"], &[]),
    ("live", &["ids", "inside"], &[]),
    ("memory", &["clock", "history", "ids", "live"], &[]),
    ("shape", &["ids", "live"], &[]),
    ("catalogue", &["ids", "live"], &[]),
    (
        "plan",
        &[
            "desired::baseline",
            "desired::constraint",
            "desired::constraint_index",
            "desired::listed",
            "desired::model",
            "desired::suggest",
            "diagnostic",
            "ids",
            "inside",
            "live",
        ],
        &[],
    ),
    ("receipt", &["clock", "ids", "plan"], &[]),
    (
        "render",
        &[
            "clock",
            "desired::account_wide",
            "desired::amend",
            "desired::compare",
            "desired::entry_fact",
            "desired::insert",
            "desired::listed",
            "desired::model",
            "desired::schema",
            "diagnostic",
            "history",
            "ids",
            "live",
            "plan",
            "probe",
            "receipt",
            "secret",
            "shape",
            "undo",
        ],
        &["serde_yaml"],
    ),
    (
        "auth",
        &["clock", "http", "secret"],
        &["async", "reqwest", "tokio"],
    ),
    (
        "aerial",
        // The writer sends what an approved plan gives out, and nothing else.
        &[
            "auth",
            "http",
            "ids",
            "live",
            "plan::kinds",
            "plan::request",
            "secret",
        ],
        &["async", "reqwest", "tokio"],
    ),
    (
        "org",
        &["aerial", "auth", "http", "ids", "inside", "plan", "secret"],
        &["async", "reqwest", "tokio"],
    ),
    (
        "converge",
        &[
            "aerial", "clock", "ids", "http", "inside", "live", "org", "plan", "receipt",
        ],
        &["async", "tokio"],
    ),
    ("history", &["clock", "ids", "plan", "receipt"], &[]),
    (
        "probe",
        &["aerial", "clock", "http", "ids", "live", "org"],
        &["async"],
    ),
    (
        "undo",
        &[
            "desired",
            "diagnostic",
            "ids",
            "inside",
            "live",
            "plan",
            "receipt",
        ],
        &[],
    ),
    (
        "log",
        &["aerial", "auth", "clock", "history", "http", "ids"],
        &["async", "reqwest"],
    ),
    ("files", &[], &["std::fs"]),
    ("git", &["files"], &["git2"]),
    ("github", &["http"], &["async", "reqwest"]),
    (
        "emulator",
        &["clock", "disk"],
        &["async", "hyper", "std::fs", "std::net", "tokio"],
    ),
    (
        "cli",
        &[
            "aerial",
            "auth",
            "catalogue",
            "clock",
            "converge",
            "desired",
            "diagnostic",
            "disk",
            "emulator",
            "files",
            "git",
            "github",
            "history",
            "ids",
            "http",
            "inside",
            "live",
            "log",
            "memory",
            "org",
            "plan",
            "probe",
            "receipt",
            "render",
            "secret",
            "shape",
            "undo",
        ],
        &[
            "async",
            "clap",
            "reqwest",
            "serde_yaml",
            "std::env",
            "std::fs",
            "std::io::IsTerminal",
            "std::io::stderr",
            "std::io::stdin",
            "std::io::stdout",
            "std::net",
            "std::process",
            "tokio",
        ],
    ),
    (
        "main",
        &["cli"],
        &["async", "std::env", "std::process", "tokio"],
    ),
    ("lib", &[], &[]),
];

fn room(file: &str) -> &str {
    let path = file.trim_start_matches("src/").trim_end_matches(".rs");
    path.split('/').next().unwrap()
}

#[test]
fn rooms_use_only_what_they_may() {
    let house = House::read();
    let rooms: BTreeSet<&str> = house.files.keys().map(|file| room(file)).collect();
    let rows: BTreeSet<&str> = ROOMS.iter().map(|row| row.0).collect();
    assert_eq!(rooms, rows, "the rooms of src, and the rows of the table");
    let mut breaches = BTreeSet::new();
    for (name, file) in &house.files {
        let (here, ours, world) = ROOMS.iter().find(|row| row.0 == room(name)).unwrap();
        if file.is_async && !world.contains(&"async") {
            breaches.insert(format!("{name} is async"));
        }
        for target in house.needs(name) {
            match target {
                Target::Inside(module) => {
                    let mut wholes = (1..=module.len()).map(|length| module[..length].join("::"));
                    if !wholes.any(|whole| whole == *here || ours.contains(&whole.as_str())) {
                        breaches.insert(format!("{name} uses {}", module.join("::")));
                    }
                }
                Target::Outside(path) => {
                    let mut wholes = (1..=path.len()).map(|length| path[..length].join("::"));
                    let watched = wholes.find(|whole| WATCHED.contains(&whole.as_str()));
                    if let Some(watched) = watched.filter(|one| !world.contains(&one.as_str())) {
                        breaches.insert(format!("{name} uses {watched}"));
                    }
                }
            }
        }
    }
    assert_eq!(breaches, BTreeSet::new());
    let mut idle = BTreeSet::new();
    for (here, ours, world) in ROOMS {
        let mut used = BTreeSet::new();
        for (name, file) in house.files.iter().filter(|(name, _)| room(name) == *here) {
            if file.is_async {
                used.insert("async".to_owned());
            }
            for target in house.needs(name) {
                let (Target::Inside(path) | Target::Outside(path)) = target;
                used.extend((1..=path.len()).map(|length| path[..length].join("::")));
            }
        }
        let allowed = ours.iter().chain(*world);
        idle.extend(
            allowed
                .filter(|one| !used.contains(**one))
                .map(|one| format!("{here}: {one}")),
        );
    }
    assert_eq!(idle, BTreeSet::new(), "allowed, and used by no file");
}

/// The test above sees what it should: through groups, renames, what a `mod.rs` hands on, code and macros.
#[test]
fn what_a_file_uses_is_seen() {
    let house = House::read();
    let inside = |file: &str, module: &str| {
        let module = module.split("::").map(str::to_owned).collect();
        house.needs(file).contains(&Target::Inside(module))
    };
    let outside = |file: &str, path: &str| {
        let path = path.split("::").map(str::to_owned).collect();
        house.needs(file).contains(&Target::Outside(path))
    };
    assert!(
        inside("src/main.rs", "cli::run"),
        "a path through a name and a mod.rs"
    );
    assert!(
        inside("src/render/sarif.rs", "diagnostic::code"),
        "a group that a mod.rs hands on"
    );
    assert!(
        inside("src/desired/load.rs", "desired::schema"),
        "a module of super"
    );
    assert!(inside("src/cli/run.rs", "cli::args"), "super::args");
    assert!(
        outside("src/cli/run.rs", "tokio::select")
            || outside("src/cli/interrupted.rs", "tokio::select")
    );
    assert!(
        outside("src/main.rs", "std::env::args_os"),
        "a path within a macro"
    );
    assert!(
        outside(
            "src/disk.rs",
            "std::os::unix::fs::PermissionsExt::from_mode"
        ),
        "a path in code"
    );
    assert!(
        !outside("src/disk.rs", "std::os::unix::net::UnixListener::bind"),
        "tests aside"
    );
}

#[test]
fn no_files_need_each_other() {
    assert_eq!(House::read().circles(), Vec::<Vec<&str>>::new());
}

/// The test above could fail: between rooms, inside of one, and through what a `mod.rs` hands on.
#[test]
fn a_circle_of_files_is_seen() {
    let house = |b: &str| {
        let files = [
            ("src/lib.rs", "mod a; mod b;"),
            ("src/a/mod.rs", "mod one; mod two; pub use one::One;"),
            ("src/a/one.rs", "use super::two::Two; pub struct One(Two);"),
            ("src/a/two.rs", "use crate::b::B; pub struct Two(B);"),
            ("src/b.rs", b),
        ];
        let files = files.map(|(name, text)| (name.to_owned(), text.to_owned()));
        House::of(files.into())
    };
    assert_eq!(house("pub struct B;").circles(), Vec::<Vec<&str>>::new());
    let circles = house("use crate::a::One; pub struct B(Box<One>);");
    let all = ["src/a/one.rs", "src/a/two.rs", "src/b.rs"];
    let found: BTreeSet<&str> = circles.circles().into_iter().flatten().collect();
    assert_eq!(found, all.into());
}

#[test]
fn a_mod_rs_is_a_table_of_contents() {
    let house = House::read();
    let with_logic: Vec<&str> = house
        .files
        .iter()
        .filter(|(name, file)| name.ends_with("/mod.rs") && file.logic)
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(with_logic, [""; 0]);
}

#[test]
fn a_type_s_name_says_which_type_it_is() {
    let house = House::read();
    let mut places: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, file) in &house.files {
        for one in &file.types {
            places.entry(one).or_default().push(name);
        }
    }
    places.retain(|_, files| files.len() > 1);
    let namesakes: Vec<&str> = places.keys().copied().collect();
    assert_eq!(namesakes, [""; 0], "{places:#?}");
}

#[test]
fn files_stay_small_enough_to_read() {
    let mut files = rust_files("src");
    files.extend(rust_files("tests"));
    let long: Vec<&str> = files
        .iter()
        .filter(|(_, text)| text.lines().count() > 400)
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(long, [""; 0], "look for the second file inside");
}

#[test]
fn no_test_file_is_forgotten() {
    let files = rust_files("tests/it");
    for name in files.keys() {
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
        let text = &files[&owner];
        assert!(
            text.contains(&format!("mod {stem};")),
            "{name} isn't declared in {owner}"
        );
    }
}
