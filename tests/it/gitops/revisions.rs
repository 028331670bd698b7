//! A desired state that is read from a revision, and what a clone may lack.

use std::path::Path;

use serde_json::Value as Json;

use aerialctl::cli::Exit;

use super::repository::{commit, init};
use crate::support::{World, account, desired, org};

#[tokio::test]
async fn a_desired_state_is_read_from_a_revision_without_a_checkout() {
    let world = World::with(account(vec![org("a", &["sso"])])).await;
    let repository = init(&world);
    world.file(
        "deep/aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso]}"]),
    );
    world.file("deep/aerial/x.yaml", "nonsense: true\n");
    let first = commit(&repository, "first");
    world.file("deep/aerial.yaml", "orgs: [");
    commit(&repository, "second");
    let plan = world
        .run(&format!(
            "plan --format json --at {first} -f deep/aerial.yaml"
        ))
        .await
        .done()
        .json();
    assert_eq!(plan["desired"]["commit"], first);
    assert_eq!(plan["desired"]["files"][0], "deep/aerial.yaml");
    world
        .run("validate -f deep/aerial.yaml")
        .await
        .expect(Exit::Invalid);
    world
        .run("validate --at HEAD~1 -f deep/aerial.yaml")
        .await
        .done();
    let ran = world
        .run("validate --at HEAD -f deep/aerial.yaml")
        .await
        .expect(Exit::Invalid);
    insta::assert_snapshot!(ran.err, @r"
    error: this isn't valid YAML: unclosed bracket '['
     --> deep/aerial.yaml:1:7
      |
    1 | orgs: [
      |       ^

    1 error: the desired state is invalid.
    ");
    let mut texts = String::new();
    for words in [
        "validate --at nowhere -f deep/aerial.yaml",
        "validate --at HEAD -f other.yaml",
        "validate --at HEAD -f ../other.yaml",
    ] {
        texts += &world.run(words).await.expect(Exit::Failed).err;
    }
    let outside = World::new();
    texts += &outside
        .run("validate --at HEAD")
        .await
        .expect(Exit::Failed)
        .err;
    insta::assert_snapshot!(texts, @r"
    error: there is no revision `nowhere` in this repository
     |
     = help: write a branch, tag or commit; fetch it first if it is another repository's

    error: there is no file other.yaml (at HEAD)
     |
     = help: name the desired state with --file PATH

    error: ../other.yaml is outside of the repository, so no revision has it

    error: this folder is in no git repository
     |
     = help: run this in the repository that holds the desired state
    ");
}

#[tokio::test]
async fn plan_and_receipt_carry_the_commit_when_the_files_are_committed() {
    let world = World::with(account(vec![org("a", &["sso"])])).await;
    let repository = init(&world);
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso, mfa]}"]),
    );
    let plan = world.run("plan --format json").await.done().json();
    assert_eq!(plan["desired"]["commit"], Json::Null, "not committed yet");
    let id = commit(&repository, "first");
    let plan = world.run("plan --format json").await.done().json();
    assert_eq!(plan["desired"]["commit"], id);
    world.run("apply --yes --receipt r.jsonl").await.done();
    assert!(world.read("r.jsonl").starts_with("{\"event\":\"start\""));
    assert!(world.read("r.jsonl").contains(&id));
    world.file(
        "aerial.yaml",
        format!("{}# edited\n", world.read("aerial.yaml")),
    );
    let plan = world.run("plan --format json").await.done().json();
    assert_eq!(plan["desired"]["commit"], Json::Null, "edited since");
}

#[tokio::test]
async fn a_shallow_clone_a_linked_worktree_and_a_detached_head_work_or_say_what_is_missing() {
    let world = World::with(account(vec![org("a", &["sso"])])).await;
    let repository = init(&world);
    world.file(
        "sub/aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso]}"]),
    );
    let old = commit(&repository, "old");
    world.file(
        "sub/aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso, mfa]}"]),
    );
    let new = commit(&repository, "new");
    repository
        .set_head_detached(git2::Oid::from_str(&new).unwrap())
        .unwrap();
    world
        .run(&format!("preview --base {old} -f sub"))
        .await
        .done();
    // A linked worktree, and a subfolder of it.
    let mut tree = World::new();
    repository
        .worktree("linked", &tree.path("linked"), None)
        .unwrap();
    tree.folder = "linked/sub";
    let ran = tree.run(&format!("preview --base {old}")).await.done();
    assert!(ran.out.contains("P000131"), "{}", ran.out);
    let ran = tree.run("validate --at HEAD~1").await.done();
    assert_eq!(ran.out, "aerial.yaml: valid, 1 org.\n");
    // A shallow clone: git writes the file `shallow`, and the history ends there.
    std::fs::write(Path::new(&world.path(".git/shallow")), format!("{new}\n")).unwrap();
    let mut texts = String::new();
    for words in [
        "preview --base nowhere -f sub",
        "apply --yes --require-tip main -f sub",
    ] {
        texts += &world.run(words).await.expect(Exit::Failed).err;
    }
    insta::assert_snapshot!(texts, @r"
    error: there is no revision `nowhere` in this repository
     |
     = help: this clone has only a part of the history: fetch all of it (`fetch-depth: 0` in actions/checkout, or `git fetch --unshallow`)

    error: there is no revision `main as it is now` in this repository
     |
     = help: this clone has only a part of the history: fetch all of it (`fetch-depth: 0` in actions/checkout, or `git fetch --unshallow`)
    ");
}
