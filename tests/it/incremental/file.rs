//! The file: whatever becomes of it, and two runs with one.

use super::world::{PLAN, asked, give, of_three, orgs_read, planned, same};
use crate::support::{World, desired};

#[tokio::test]
async fn whatever_becomes_of_the_file_costs_a_whole_read_and_is_said() {
    let world = of_three().await;
    give(&world, "b", &["mfa"]);
    world.run(PLAN).await.done();
    let good = world.read("state");
    let truncated = good.split_at(good.len() / 2).0;
    let other = good.replacen("00o", "00x", 1);
    let deep = format!("{}{}", good.lines().next().unwrap(), "[".repeat(100_000));
    let large = format!("aerialctl memory {}", "x".repeat(100 * 1024 * 1024));
    let broken = "what was kept can't be used";
    for (text, said) in [
        ("", broken),
        ("aerialctl memory 1\n{}", broken),
        (truncated, broken),
        (other.as_str(), broken),
        (deep.as_str(), broken),
        (large.as_str(), "it has more than 67108864 bytes"),
    ] {
        world.file("state", text);
        let (ran, paths) = asked(&world, PLAN).await;
        let ran = ran.done();
        assert_eq!(orgs_read(&paths), 3);
        assert!(ran.out.replace('\n', " ").contains(said), "{}", ran.out);
        assert_eq!(same(&world).await["remembered"], 3, "it is kept anew");
    }
    // Nothing that anybody else wrote is replaced.
    let file = world.read("aerial.yaml");
    let ran = world.run("plan --incremental aerial.yaml").await.done();
    assert!(
        ran.err
            .contains("aerial.yaml is a file of another kind; it stays as it is"),
        "{}",
        ran.err
    );
    assert_eq!(world.read("aerial.yaml"), file);
    // Another's.
    let kept = world.read("state");
    let other = of_three().await;
    other.file("state", kept);
    let ran = other.run(PLAN).await.done();
    assert!(
        ran.out.contains("what was kept is another endpoint's"),
        "{}",
        ran.out
    );
    assert_eq!(same(&other).await["remembered"], 3);
    std::fs::remove_file(world.path("state")).unwrap();
    let (_, reading) = planned(&world, PLAN).await;
    assert_eq!(reading["whole"], "nothing was kept of an earlier run");
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_written_as_a_whole_and_for_its_owner() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = of_three().await;
    let mode = world.path("state").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // In our own folder it is kept out of git; elsewhere a link is replaced, not followed.
    world
        .run("plan --incremental .aerialctl/state")
        .await
        .done();
    assert_eq!(world.read(".aerialctl/.gitignore"), "*\n");
    world.file("kept", "mine");
    std::fs::remove_file(world.path("state")).unwrap();
    std::os::unix::fs::symlink(world.path("kept"), world.path("state")).unwrap();
    world.run(PLAN).await.done();
    assert_eq!(world.read("kept"), "mine");
    assert!(world.path("state").symlink_metadata().unwrap().is_file());
    // What can't be written is said, and harms nothing.
    let ran = world.run("plan --incremental no/such/folder").await.done();
    assert!(
        ran.err
            .contains("so the next run reads as much as this one: "),
        "{}",
        ran.err
    );
    let ran = world.run("plan --incremental /dev/null").await.done();
    assert!(
        ran.err.contains("/dev/null can't be written"),
        "{}",
        ran.err
    );
}

#[tokio::test]
async fn two_runs_with_one_file_harm_neither() {
    let world = of_three().await;
    for products in [&["mfa"][..], &["sso", "mfa"], &[]] {
        give(&world, "b", products);
        let (one, other) = tokio::join!(world.run(PLAN), world.run("status --incremental state"));
        one.done();
        other.done();
        same(&world).await;
    }
}

#[tokio::test]
async fn what_lies_in_the_repository_is_somebody_s_wish() {
    let world = of_three().await;
    git2::Repository::init(world.path(".")).unwrap();
    let (ran, paths) = asked(&world, PLAN).await;
    assert_eq!(orgs_read(&paths), 3);
    let text: Vec<&str> = ran.out.split_whitespace().collect();
    let text = text.join(" ");
    assert!(
        text.contains("in a git worktree that doesn't ignore it"),
        "{text}"
    );
    let ours = "plan --incremental .aerialctl/state";
    world.run(ours).await.done();
    let (ran, paths) = asked(&world, ours).await;
    assert_eq!(orgs_read(&paths), 0, "{}", ran.out);
}

#[tokio::test]
async fn what_was_read_of_an_emulated_account_is_nothing_of_a_new_one() {
    let world = World::new();
    let seed = "account: {id: 0227mkkf8ulgt48bkidcd8ekqft}\norgs:\n  - {domain: acme-aerial.okta.com, aerialOrg: true}\n  - {domain: a.okta.com}\n";
    world.file("seed.yaml", seed);
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: []}"]),
    );
    let whole = async |seed: &str| {
        let plan =
            format!("plan --emulator --emulator-seed {seed} --incremental state --format json");
        world.run(&plan).await.done().json()["reading"]["whole"].clone()
    };
    assert_eq!(
        whole("seed.yaml").await,
        "nothing was kept of an earlier run"
    );
    assert_eq!(whole("seed.yaml").await, serde_json::Value::Null);
    // The same seed is another account, an account's own file the same one.
    let account = world.path(".aerialctl/emulator.json");
    std::fs::rename(&account, world.path("account.json")).unwrap();
    assert_eq!(whole("account.json").await, serde_json::Value::Null);
    std::fs::remove_file(&account).unwrap();
    let said = "the System Log can't be read on from where the last run ended";
    assert_eq!(whole("seed.yaml").await, said);
}
