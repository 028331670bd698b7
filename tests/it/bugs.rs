//! What a bug of ours looks like from outside.

use std::env;
use std::process::Command;

use aerialctl::cli::exit_on_panic;

/// Set where this very test is the child.
const CHILD: &str = "AERIALCTL_TEST_BUG";

#[test]
fn a_bug_ends_the_run_with_exit_code_1() {
    if env::var_os(CHILD).is_some() {
        exit_on_panic();
        std::thread::scope(|threads| {
            threads.spawn(|| panic!("a bug in a thread"));
        });
        return;
    }
    let child = Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "bugs::a_bug_ends_the_run_with_exit_code_1",
            "--nocapture",
        ])
        .env(CHILD, "1")
        .output()
        .unwrap();
    assert_eq!(
        child.status.code(),
        Some(1),
        "a test that fails ends with 101"
    );
    let said = String::from_utf8(child.stderr).unwrap();
    assert!(said.contains("a bug in a thread"), "{said}");
}
