//! What keeps the repository quick to test and to build.

use crate::house::rust_files;

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
    let packages = include_str!("../../Cargo.lock").matches("[[package]]");
    let packages = packages.count();
    assert!(packages <= 345, "{packages}: is the newest worth it?");
}
