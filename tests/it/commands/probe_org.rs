//! `probe --org` at an account that does what it shouldn't: the org is left as it was, or it is said.

use std::io::{BufRead as _, BufReader, Read as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use aerialctl::cli::Exit;
use aerialctl::clock::{Clock, Manual, Sleep};
use serde_json::json;

use crate::fake_account::{FakeAccount, FakeOrg, ok, once};
use crate::server::Answer;
use crate::support::{World, new_year};

const PROBE: &str = "probe --org a.okta.com --yes";

/// A clock whose minute of grace never ends.
#[derive(Debug)]
struct Patiently(Manual);

impl Clock for Patiently {
    fn now(&self) -> SystemTime {
        self.0.now()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        if duration == Duration::from_secs(60) {
            return Box::pin(std::future::pending());
        }
        self.0.sleep(duration)
    }
}

fn emptied(org: &mut FakeOrg) -> Option<Answer> {
    org.products.clear();
    Some(ok(&json!([])))
}

const SAME: &str = "products [P1 P2]";

#[tokio::test]
async fn what_a_write_changed_is_put_back_though_the_run_is_to_end() {
    for by_write in ["status", "products"] {
        let stop = tokio_util::sync::CancellationToken::new();
        let told = stop.clone();
        let hook = once(
            move |call| call.writes(by_write),
            move |org, _| {
                told.cancel();
                if by_write == "status" {
                    org.status = "INACTIVE".to_owned();
                    return Some(ok(&org.shown()));
                }
                emptied(org)
            },
        );
        let (mut world, account) = FakeAccount::start(hook).await;
        world.stop = stop;
        world.clock = Arc::new(Patiently(Manual::at(new_year())));
        let before = account.a();
        let ran = world.run(PROBE).await.expect(Exit::Interrupted);
        assert_eq!(account.a(), before, "{}", ran.err);
        assert!(ran.err.contains("Once more to end at once."), "{}", ran.err);
        assert!(
            ran.err
                .contains("that was put back, and nothing more was sent"),
            "{}",
            ran.err
        );
        let expected: &[&str] = if by_write == "status" {
            &["status ACTIVE", "status ACTIVE"]
        } else {
            &["status ACTIVE", SAME, SAME]
        };
        assert_eq!(account.writes(), expected);
        assert!(world.path("probe.yaml").exists());
    }
}

#[tokio::test]
async fn an_interruption_leaves_questions_and_an_org_that_is_as_it_was() {
    let stop = tokio_util::sync::CancellationToken::new();
    let told = stop.clone();
    let hook = once(
        |call| call.writes("status"),
        move |_, _| {
            told.cancel();
            None
        },
    );
    let (mut world, account) = FakeAccount::start(hook).await;
    world.stop = stop;
    world.clock = Arc::new(Patiently(Manual::at(new_year())));
    let ran = world.run(PROBE).await.expect(Exit::Interrupted);
    assert!(ran.err.contains("a.okta.com is as it was."), "{}", ran.err);
    assert_eq!(account.writes(), ["status ACTIVE"]);
}

/// Nobody waits for ever: once the minute is over, what isn't seen to is said.
#[tokio::test]
async fn what_can_t_be_put_back_in_time_is_said() {
    let stop = tokio_util::sync::CancellationToken::new();
    let told = stop.clone();
    let hook = once(
        |call| call.writes("products"),
        move |org, _| {
            told.cancel();
            emptied(org)
        },
    );
    let (mut world, account) = FakeAccount::start(hook).await;
    world.stop = stop;
    let ran = world.run(PROBE).await.expect(Exit::Interrupted);
    assert!(ran.err.contains("IS AS IT WAS ISN'T KNOWN"), "{}", ran.err);
    assert!(
        ran.err
            .contains(r#"products [{"id":"P1"},{"id":"P2"}]; look at it"#),
        "{}",
        ran.err
    );
    assert_eq!(account.a().products, [""; 0]);
}

#[tokio::test]
async fn what_shows_late_is_seen_and_put_back() {
    // Within 7.75 s: at the fifth look, and at the last.
    for late in [4, 5] {
        let looks = AtomicUsize::new(usize::MAX);
        let (world, account) = FakeAccount::start(move |orgs, call| {
            if call.writes("products") && looks.load(Ordering::SeqCst) == usize::MAX {
                looks.store(0, Ordering::SeqCst);
            } else if call.looks() && call.path.ends_with("/products") {
                let seen = looks.load(Ordering::SeqCst);
                if seen == late {
                    orgs[1].products.clear();
                }
                looks.store(seen.saturating_add(1), Ordering::SeqCst);
            }
            None
        })
        .await;
        let ran = world.run(PROBE).await.expect(Exit::Failed);
        assert!(
            ran.err.contains("(it lacks P1, P2): that was put back"),
            "{}",
            ran.err
        );
        assert_eq!(account.writes(), ["status ACTIVE", SAME, SAME]);
        assert_eq!(account.a().products, ["P1", "P2"]);
    }
}

#[tokio::test]
async fn what_somebody_else_has_changed_is_left_alone() {
    for (during, products, status) in [
        // A write to the status enables and disables nothing.
        ("status", vec!["P1", "P2", "P3"], "ACTIVE"),
        ("status", vec!["P1"], "ACTIVE"),
        // One to the products enables none that isn't in it.
        ("products", vec!["P1", "P2", "P3"], "ACTIVE"),
        ("products", vec!["P3"], "ACTIVE"),
        ("products", vec!["P1"], "INACTIVE"),
    ] {
        let found: Vec<String> = products.iter().map(|&id| id.to_owned()).collect();
        let theirs = found.clone();
        let hook = once(
            move |call| call.writes(during),
            move |org, _| {
                org.products.clone_from(&theirs);
                status.clone_into(&mut org.status);
                Some(ok(&json!({})))
            },
        );
        let (world, account) = FakeAccount::start(hook).await;
        let ran = world.run(PROBE).await.expect(Exit::Failed);
        assert!(ran.err.contains("by somebody else's doing"), "{}", ran.err);
        assert!(ran.err.contains("It was left like that"), "{}", ran.err);
        assert_eq!(account.a().products, found);
        assert_eq!(account.a().status, status);
        let writes: &[&str] = if during == "status" {
            &["status ACTIVE"]
        } else {
            &["status ACTIVE", SAME]
        };
        assert_eq!(account.writes(), writes, "nothing is put back");
    }
}

/// Starts the program itself; its process id goes to `pid`.
#[cfg(unix)]
fn start(world: &World, pid: &AtomicU32) -> std::process::Child {
    let child = std::process::Command::new(env!("CARGO_BIN_EXE_aerialctl"))
        .args(PROBE.split(' '))
        .current_dir(world.path("."))
        .env_clear()
        .envs(&world.vars)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    pid.store(child.id(), Ordering::SeqCst);
    child
}

#[cfg(unix)]
fn signal(pid: u32, name: &str) {
    let kill = std::process::Command::new("kill")
        .args([&format!("-{name}"), &pid.to_string()])
        .status();
    assert!(kill.unwrap().success());
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn promise_5_every_signal_lets_it_put_back_what_a_write_changed() {
    let mut runs = Vec::new();
    for name in ["INT", "TERM", "HUP"] {
        let pid = Arc::new(AtomicU32::new(0));
        let whom = Arc::clone(&pid);
        let hook = once(
            |call| call.writes("status"),
            move |org, _| {
                signal(whom.load(Ordering::SeqCst), name);
                org.status = "INACTIVE".to_owned();
                Some(ok(&org.shown()))
            },
        );
        let (world, account) = FakeAccount::start(hook).await;
        let child = start(&world, &pid);
        runs.push((name, child, world, account));
    }
    for (name, child, _world, account) in runs {
        let ended = tokio::task::spawn_blocking(|| child.wait_with_output().unwrap());
        let ended = ended.await.unwrap();
        let err = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(130), "{name}: {err}");
        assert!(err.contains("that was put back"), "{name}: {err}");
        assert_eq!(account.writes(), ["status ACTIVE", "status ACTIVE"]);
        assert_eq!(account.a().status, "ACTIVE", "{name}: {err}");
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_ends_it_at_once_and_says_what_the_org_was() {
    let hook = once(|call| call.writes("status"), |_, _| Some(Answer::Silence));
    let (world, _account) = FakeAccount::start(hook).await;
    let pid = AtomicU32::new(0);
    let mut child = start(&world, &pid);
    let told = tokio::task::spawn_blocking(move || {
        let pid = child.id();
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        let mut told = String::new();
        for begin in ["PUT /orgs/", "Interrupted: nothing more is asked"] {
            while !told.lines().any(|line| line.starts_with(begin)) {
                assert_ne!(lines.read_line(&mut told).unwrap(), 0, "{told}");
            }
            signal(pid, "INT");
        }
        lines.read_to_string(&mut told).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130), "{told}");
        told
    });
    let told = told.await.unwrap();
    assert!(
        told.contains("ended at once: whether a.okta.com is as it was isn't known"),
        "{told}"
    );
    assert!(
        told.contains(r#"products [{"id":"P1"},{"id":"P2"}]"#),
        "{told}"
    );
}
