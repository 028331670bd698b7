//! Where the program meets what is around it: the environment, and whatever can be read.

use std::collections::BTreeSet;

use crate::house::rust_files;

/// Variables are the edge's: the library says what is wrong, and `cli/advice.rs` what to set.
#[test]
fn only_the_edge_names_a_variable() {
    let mut naming = BTreeSet::new();
    for (name, text) in rust_files("src") {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let mut lines = code.lines().map(str::trim_start);
        // A file names the variable of a password, so its format knows what that is called.
        let is_edge = name.starts_with("src/cli/")
            || name.contains("/tests/")
            || name == "src/desired/birth.rs";
        if !is_edge && lines.any(|line| line.contains("AERIAL_") && !line.starts_with("//")) {
            naming.insert(name);
        }
    }
    assert_eq!(naming, BTreeSet::new());
}

/// What reads to the end of something else needs a bound: it is in two files, and all others read through them.
#[test]
fn everything_is_read_within_a_bound() {
    let words = [
        "fs::read(",
        "fs::File::open",
        " File::open(",
        ".read_to_end(",
        ".read_to_string(",
        "::read_to_string(",
        ".read_line(",
        ".lines()?",
    ];
    let mut readers = BTreeSet::new();
    let files = rust_files("src").into_iter();
    let files = files.filter(|(name, _)| !name.contains("/tests/") && !name.ends_with("/tests.rs"));
    for (name, text) in files {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for word in words.iter().filter(|word| code.contains(**word)) {
            readers.insert(format!("{name} {word}"));
        }
    }
    let bounded = [
        // An answer, after `take`.
        "src/cli/confirm.rs .read_line(",
        // For `files::read_own`, which is bounded.
        "src/cli/found.rs  File::open(",
        // What a helper prints, after `take`.
        "src/cli/helper.rs .read_to_end(",
        "src/disk.rs .read_to_end(",
        "src/disk.rs fs::File::open",
        "src/files/read.rs .read_to_end(",
        "src/files/read.rs  File::open(",
    ];
    assert_eq!(readers, bounded.map(str::to_owned).into());
}
