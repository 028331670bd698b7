//! Two runs at once, of one user on one machine.

use std::time::Duration;

use aerialctl::cli::Exit;

use crate::support::{ACCOUNT, World, account, desired, org};

/// Thirty orgs, and two files that each add a product to every one of them and take none away.
async fn world() -> World {
    let names: Vec<String> = (0..30).map(|n| format!("org-{n:02}")).collect();
    let orgs = names.iter().map(|name| org(name, &["sso"])).collect();
    let world = World::with(account(orgs)).await;
    for (file, product) in [("a.yaml", "mfa"), ("b.yaml", "lcm")] {
        let entries: Vec<String> = names
            .iter()
            .map(|name| {
                format!("{{domain: {name}.okta.com, products: [{product}], enforce: additive}}")
            })
            .collect();
        let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
        world.file(file, desired(&entries));
    }
    world
}

#[tokio::test]
async fn two_applies_at_once_never_undo_each_other() {
    let world = world().await;
    let (a, b) = tokio::join!(
        world.run("apply --yes -f a.yaml --max-wait 24h"),
        world.run("apply --yes -f b.yaml --max-wait 24h"),
    );
    for ran in [&a, &b] {
        assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
        assert!(ran.out.contains("Applied 30 of 30"), "{}", ran.out);
    }
    for n in 0..30 {
        let products = world.products(&format!("org-{n:02}.okta.com"));
        assert_eq!(products, ["P000052", "P000131", "P000139"], "org-{n:02}");
    }
    let waited = [&a, &b].map(|ran| ran.err.contains("waiting for another run"));
    assert_eq!(waited.iter().filter(|one| **one).count(), 1);
    let most = world.emulator().most_in_flight();
    assert!(most <= 8, "{most} requests in flight");
}

/// Holds the lock as another process would.
fn held(world: &World) -> std::fs::File {
    let folder = world.path(".state/aerialctl/locks");
    std::fs::create_dir_all(&folder).unwrap();
    let file = std::fs::File::create(folder.join(format!("{ACCOUNT}.lock"))).unwrap();
    file.try_lock().unwrap();
    file
}

#[tokio::test]
async fn a_run_waits_as_long_as_it_may_and_no_longer() {
    let world = world().await;
    let lock = held(&world);
    let before = world.clock.now();
    let ran = world.run("apply --yes -f a.yaml --max-wait 7s").await;
    let ran = ran.expect(Exit::Failed);
    assert!(ran.err.contains("after 7 s (--max-wait)"), "{}", ran.err);
    let waited = world.clock.now().duration_since(before).unwrap();
    assert!(waited >= Duration::from_secs(7), "{waited:?}");
    assert_eq!(world.emulator().seen(), [], "nothing was asked meanwhile");
    // What only reads waits for nobody, and another account is another lock.
    world.run("plan -f a.yaml").await.done();
    let other = world.read("a.yaml").replace(ACCOUNT, "0227other");
    world.file("other.yaml", other);
    let ran = world.run("apply --yes -f other.yaml --max-wait 7s").await;
    assert!(!ran.err.contains("waiting for another run"), "{}", ran.err);
    world.run("apply --yes -f a.yaml --emulator").await.done();
    // A process that another test starts just now has the file as well.
    lock.unlock().unwrap();
    world
        .run("apply --yes -f a.yaml --max-wait 7s")
        .await
        .done();
}

#[tokio::test]
async fn the_wait_for_another_run_hears_the_wish_to_stop() {
    let world = world().await;
    let _lock = held(&world);
    let started = world.clock.now();
    let stop = async {
        while world.clock.now() == started {
            tokio::task::yield_now().await;
        }
        world.stop.cancel();
    };
    let (ran, ()) = tokio::join!(world.run("apply --yes -f a.yaml --max-wait 24h"), stop);
    let ran = ran.expect(Exit::Interrupted);
    assert!(ran.err.contains("waiting for another run"), "{}", ran.err);
}

#[tokio::test]
async fn where_no_lock_can_be_had_it_is_said() {
    let mut world = world().await;
    world.vars.remove("XDG_STATE_HOME");
    let said = "another `apply` on this machine would not be noticed";
    let ran = world.run("apply --yes -f a.yaml").await.done();
    assert!(ran.err.contains(said), "{}", ran.err);
    world.file("taken", "");
    let taken = world.path("taken").display().to_string();
    for (name, value) in [("HOME", "relative"), ("XDG_STATE_HOME", taken.as_str())] {
        world.vars.insert(name.into(), value.into());
        let ran = world.run("apply --yes -f a.yaml").await.done();
        assert!(ran.err.contains(said), "{}", ran.err);
    }
    let home = world.path("home").display().to_string();
    world.vars.insert("HOME".into(), home);
    world.vars.remove("XDG_STATE_HOME");
    let ran = world.run("apply --yes -f a.yaml").await.done();
    assert!(!ran.err.contains(said), "{}", ran.err);
    let lock = format!("home/.local/state/aerialctl/locks/{ACCOUNT}.lock");
    assert!(world.path(&lock).exists());
}

/// The run that is to be undone may be the one that is waited for: its receipt isn't read before that has ended.
#[tokio::test]
async fn an_undo_that_waits_for_its_run_undoes_all_of_it() {
    let world = world().await;
    world
        .run("apply --yes -f a.yaml --receipt r.jsonl")
        .await
        .done();
    let receipt = world.read("r.jsonl");
    let begun: String = receipt
        .lines()
        .take(5)
        .map(|line| format!("{line}\n"))
        .collect();
    world.file("r.jsonl", begun);
    let lock = held(&world);
    let started = world.clock.now();
    let ends = async {
        while world.clock.now() == started {
            tokio::task::yield_now().await;
        }
        world.file("r.jsonl", &receipt);
        lock.unlock().unwrap();
    };
    let undo = "undo r.jsonl --yes -f a.yaml --max-wait 24h --allow disables";
    let (ran, ()) = tokio::join!(world.run(undo), ends);
    let ran = ran.done();
    assert!(ran.err.contains("waiting for another run"), "{}", ran.err);
    assert!(!ran.err.contains("the run's end"), "{}", ran.err);
    assert!(ran.out.contains("Applied 30 of 30"), "{}", ran.out);
}
