//! From nothing to a validated file with workflows, in two commands.

use aerialctl::cli::Exit;

use crate::gitops::repository::init;
use crate::support::World;

const INIT: &str =
    "init --account 0227mkkf8ulgt48bkidcd8ekqft --aerial-org acme-aerial.okta.com --cell ok1";

#[tokio::test]
async fn two_commands_lead_from_nothing_to_a_valid_file_with_workflows() {
    let world = World::new();
    init(&world);
    let ran = world.run(INIT).await.done();
    insta::assert_snapshot!("init", ran.text());
    insta::assert_snapshot!("init-file", world.read("aerial.yaml"));
    let ran = world.run("keygen").await.done();
    let public: serde_json::Value = ran.json();
    assert_eq!(public["kty"], "RSA");
    assert!(public.get("d").is_none(), "the private half stays away");
    let kid = public["kid"].as_str().unwrap();
    insta::assert_snapshot!("keygen", ran.err.replace(kid, "KID"));
    let ran = world.run("validate").await.done();
    assert_eq!(ran.out, "aerial.yaml: valid, 0 orgs.\n");
    for (name, example) in [
        (
            "pull-request",
            include_str!("../../../examples/workflows/pull-request.yml"),
        ),
        (
            "merge",
            include_str!("../../../examples/workflows/merge.yml"),
        ),
        (
            "drift",
            include_str!("../../../examples/workflows/drift.yml"),
        ),
    ] {
        let path = format!(".github/workflows/aerial-{name}.yml");
        assert_eq!(world.read(&path), example);
    }
    assert_eq!(world.read(".gitignore"), ".aerialctl/\n*.pem\n");
}

#[tokio::test]
async fn what_is_there_stays_as_it_is() {
    let world = World::new();
    init(&world);
    world.file("aerial.yaml", "mine");
    world.file(".gitignore", "target\n*.pem");
    let ran = world.run(INIT).await.done();
    assert!(
        ran.err
            .contains("aerial.yaml is there already: left as it is"),
        "{}",
        ran.err
    );
    assert_eq!(world.read("aerial.yaml"), "mine");
    assert_eq!(world.read(".gitignore"), "target\n*.pem\n.aerialctl/\n");
    let again = world.run(INIT).await.done();
    assert!(!again.err.contains("wrote "), "{}", again.err);
}

#[tokio::test]
async fn nothing_is_guessed_and_nothing_invalid_is_written() {
    let world = World::new();
    let ran = world.run("init").await.expect(Exit::Usage);
    assert!(ran.err.contains("--account is missing"), "{}", ran.err);
    let ran = world
        .run("init --account 0227mkkf8ulgt48bkidcd8ekqft --aerial-org acme-aerial-admin.okta.com")
        .await
        .expect(Exit::Invalid);
    assert!(ran.err.contains("`acme-aerial.okta.com`"), "{}", ran.err);
    assert!(!world.path("aerial.yaml").exists());
    // No repository, no workflows.
    let ran = world.run(INIT).await.done();
    assert!(ran.err.contains("no workflows are written"), "{}", ran.err);
    assert!(!world.path(".github").exists());
}

#[tokio::test]
async fn a_private_key_is_for_its_owner_alone_and_out_of_git_s_sight() {
    let world = World::new();
    init(&world);
    let ran = world.run("keygen").await.expect(Exit::Refused);
    assert!(
        ran.err.contains("git worktree that doesn't ignore it"),
        "{}",
        ran.err
    );
    assert_eq!(ran.out, "");
    world.file(".gitignore", "*.pem\n");
    let ran = world.run("keygen").await.done();
    let key = world.read("aerialctl-key.pem");
    for line in key
        .lines()
        .filter(|line| line.len() > 20 && !line.starts_with('-'))
    {
        assert!(!ran.text().contains(line));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(world.path("aerialctl-key.pem"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let ran = world.run("keygen").await.expect(Exit::Refused);
    assert!(ran.err.contains("is there already"), "{}", ran.err);
    assert_eq!(world.read("aerialctl-key.pem"), key);
    // In the index it is no secret any more, whatever is ignored.
    let forced = std::process::Command::new("git")
        .args(["add", "-f", "aerialctl-key.pem"])
        .current_dir(world.path("."))
        .status()
        .unwrap();
    assert!(forced.success());
    std::fs::remove_file(world.path("aerialctl-key.pem")).unwrap();
    world.run("keygen").await.expect(Exit::Refused);
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_is_not_copied_into_the_repository() {
    let world = World::new();
    init(&world);
    world.file("elsewhere/private", "not yours\n");
    std::os::unix::fs::symlink("elsewhere/private", world.path(".gitignore")).unwrap();
    let ran = world.run(INIT).await.done();
    assert!(
        ran.err.contains(".gitignore is no regular file"),
        "{}",
        ran.err
    );
    let link = std::fs::symlink_metadata(world.path(".gitignore")).unwrap();
    assert!(link.is_symlink());
    assert_eq!(world.read("elsewhere/private"), "not yours\n");
}
