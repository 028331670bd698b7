//! Repositories as they are: their layouts, their settings, what a clone lacks.

use std::path::Path;
use std::process::Command;

use aerialctl::cli::Exit;
use git2::Oid;
use serde_json::Value as Json;

use super::repository::{commit, init};
use crate::support::{HEAD, World, account, desired, org};

/// Runs git itself.
fn git(folder: &Path, words: &str) {
    let status = Command::new("git")
        .args([
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.com",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(["-c", "protocol.file.allow=always"])
        .args(words.split(' '))
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status()
        .unwrap();
    assert!(status.success(), "git {words}");
}

fn one(products: &str) -> String {
    desired(&[&format!("{{domain: a.okta.com, products: [{products}]}}")])
}

/// C5: only the files of the desired state count, and after git's own filters.
#[tokio::test]
async fn line_endings_and_other_files_do_not_hide_the_commit() {
    let world = World::with(account(vec![org("a", &["sso"])])).await;
    let repository = init(&world);
    world.file("aerial.yaml", one("sso"));
    world.file("README.md", "hello\n");
    let id = commit(&repository, "first");
    world.file("README.md", "edited\n");
    let commit_of =
        async || world.run("plan --format json").await.done().json()["desired"]["commit"].clone();
    assert_eq!(commit_of().await, id);
    world.file("aerial.yaml", one("sso").replace('\n', "\r\n"));
    assert_eq!(
        commit_of().await,
        Json::Null,
        "git would commit other bytes"
    );
    repository
        .config()
        .unwrap()
        .set_str("core.autocrlf", "true")
        .unwrap();
    assert_eq!(commit_of().await, id);
    world.file("aerial.yaml", one("").replace('\n', "\r\n"));
    assert_eq!(
        commit_of().await,
        Json::Null,
        "and another content is another content"
    );
}

/// C5: a sparse checkout lacks a part of the desired state, and that is said.
#[tokio::test]
async fn a_sparse_checkout_is_told() {
    let world = World::with(account(vec![org("a", &["sso"])])).await;
    let repository = init(&world);
    world.file("aerial/account.yaml", HEAD);
    world.file(
        "aerial/emea/a.yaml",
        "orgs: [{domain: a.okta.com, products: [sso]}]\n",
    );
    world.file("aerial/apac/b.yaml", "orgs: [{domain: b.okta.com}]\n");
    let id = commit(&repository, "first");
    let plan = world
        .run("plan --format json --only a.okta.com")
        .await
        .done();
    assert_eq!(plan.json()["desired"]["commit"], id);
    git(
        &world.path("."),
        "sparse-checkout set --no-cone /aerial/account.yaml /aerial/emea",
    );
    assert!(!world.path("aerial/apac").exists());
    let plan = world.run("plan --format json").await.done();
    assert_eq!(plan.json()["desired"]["commit"], Json::Null);
    assert!(plan.err.contains("1 file of the desired state aren't read, aerial/apac/b.yaml the first: this is a sparse checkout"), "{}", plan.err);
}

/// C9: what is in a submodule isn't in this repository's revisions.
#[tokio::test]
async fn a_submodule_is_told() {
    let inner = World::new();
    let repository = init(&inner);
    inner.file("aerial.yaml", one("sso"));
    commit(&repository, "inner");
    let world = World::new();
    let repository = init(&world);
    world.file("README.md", "hello");
    commit(&repository, "first");
    git(
        &world.path("."),
        &format!("submodule add -q {} aerial", inner.path(".").display()),
    );
    git(&world.path("."), "commit -q -m submodule");
    let ran = world.run("validate --at HEAD").await.expect(Exit::Failed);
    assert!(
        ran.err.contains("aerial isn't read: it is a submodule"),
        "{}",
        ran.err
    );
    let ran = world.run("preview --base HEAD").await.done();
    assert!(
        ran.err
            .contains("so everything counts as changed: aerial isn't read: it is a submodule"),
        "{}",
        ran.err
    );
    world.file("orgs/a.yaml", one("sso"));
    std::fs::rename(world.path("aerial"), world.path("orgs/inner")).unwrap();
    let ran = world.run("validate -f orgs").await.done();
    assert!(
        ran.err.contains("not read: orgs/inner (a submodule)"),
        "{}",
        ran.err
    );
}

/// C11: what libgit2 can't read is said in words, and a partial clone is read as far as it goes.
#[tokio::test]
async fn other_formats_of_repositories_are_told() {
    let world = World::new();
    let repository = init(&world);
    world.file("aerial.yaml", one("sso"));
    let id = commit(&repository, "first");
    let configure = |key: &str, value: &str| {
        let mut config = repository.config().unwrap();
        config.set_i32("core.repositoryformatversion", 1).unwrap();
        config.set_str(key, value).unwrap();
    };
    configure("extensions.partialclone", "origin");
    let ran = world.run("validate --at HEAD").await.done();
    assert_eq!(ran.out, "aerial.yaml: valid, 1 org.\n");
    let tree = repository
        .find_commit(Oid::from_str(&id).unwrap())
        .unwrap()
        .tree()
        .unwrap();
    let blob = tree.get_name("aerial.yaml").unwrap().id().to_string();
    let (folder, name) = blob.split_at(2);
    let object = world.path(&format!(".git/objects/{folder}/{name}"));
    std::fs::remove_file(object).unwrap();
    let mut texts = world
        .run("validate --at HEAD")
        .await
        .expect(Exit::Failed)
        .err;
    configure("extensions.objectformat", "sha256");
    texts += &world
        .run("validate --at HEAD")
        .await
        .expect(Exit::Failed)
        .err;
    repository
        .config()
        .unwrap()
        .remove("extensions.objectformat")
        .unwrap();
    configure("extensions.refstorage", "reftable");
    texts += &world
        .run("validate --at HEAD")
        .await
        .expect(Exit::Failed)
        .err;
    // The worktree is read all the same.
    texts += &world.run("validate").await.done().err;
    insta::assert_snapshot!(texts, @r"
    error: aerial.yaml can't be read: its object isn't in this clone (at HEAD)
     |
     = help: this clone has only a part of the objects (--filter): fetch the rest with `git fetch --refetch --no-filter`, or clone without a filter

    error: the repository names its objects by SHA-256, which aerialctl can't read
     |
     = help: keep the desired state in a repository that was made with --object-format=sha1, git's default

    error: the repository keeps its branches in a reftable, which aerialctl can't read
     |
     = help: git refs migrate --ref-format=files

    warning: no commit is named: the repository keeps its branches in a reftable, which aerialctl can't read
     |
     = help: git refs migrate --ref-format=files
    ");
}

/// The merge commit that a pull request is checked out at, and a git folder elsewhere.
#[tokio::test]
async fn the_merge_commit_of_a_pull_request_is_compared_with_its_base() {
    let world = World::new();
    git(&world.path("."), "init -q -b main --separate-git-dir meta");
    world.file("aerial.yaml", one("sso"));
    git(&world.path("."), "add aerial.yaml");
    git(&world.path("."), "commit -q -m base");
    git(&world.path("."), "checkout -q -b feature");
    world.file("aerial.yaml", one("sso, mfa"));
    git(&world.path("."), "commit -q -a -m feature");
    git(&world.path("."), "checkout -q main");
    world.file("other.txt", "moved on");
    git(&world.path("."), "add other.txt");
    git(&world.path("."), "commit -q -m main");
    git(&world.path("."), "checkout -q --detach");
    git(&world.path("."), "merge -q --no-ff feature -m merge");
    let ran = world.run("preview --base main").await.done();
    assert!(
        ran.out.contains("+ P000131 mfa")
            && ran
                .out
                .contains("0 orgs added, 0 removed from the file, 1 changed"),
        "{}",
        ran.out
    );
    // Git's own folder isn't read, whatever it is called.
    std::fs::write(world.path("meta/x.yaml"), "nonsense").unwrap();
    let ran = world.run("validate -f .").await.done();
    assert_eq!(ran.out, "./aerial.yaml: valid, 1 org.\n");
    world.run("validate -f meta").await.expect(Exit::Failed);
}

/// C12: what git trusts by its own variables is trusted, as far as libgit2 knows them. Only root can give a file away, so
/// elsewhere this shows nothing.
#[cfg(unix)]
#[test]
fn a_repository_of_another_user_is_trusted_where_git_is_told_so() {
    let world = World::new();
    let repository = init(&world);
    world.file("aerial.yaml", format!("{HEAD}orgs: []\n"));
    commit(&repository, "one");
    let root = world.path(".").canonicalize().unwrap();
    let given = ["", ".git"]
        .map(|name| std::os::unix::fs::chown(root.join(name), Some(12_345), None).is_ok());
    if given != [true, true] {
        return;
    }
    let home = World::new();
    let folder = root.display().to_string();
    let above = root.parent().unwrap().display();
    for (config, name, trusted) in [
        ("[core]".to_owned(), "GIT_CONFIG_GLOBAL", false),
        (
            format!("[safe]\ndirectory = {folder}"),
            "GIT_CONFIG_GLOBAL",
            true,
        ),
        (
            format!("[safe]\ndirectory = {folder}"),
            "GIT_CONFIG_SYSTEM",
            true,
        ),
        (
            "[safe]\ndirectory = *".to_owned(),
            "GIT_CONFIG_GLOBAL",
            true,
        ),
        (
            format!("[safe]\ndirectory = {above}/*"),
            "GIT_CONFIG_GLOBAL",
            false,
        ),
    ] {
        home.file("config", &config);
        let output = Command::new(env!("CARGO_BIN_EXE_aerialctl"))
            .args(["validate", "--at", "HEAD"])
            .current_dir(&root)
            .env_clear()
            .env("HOME", home.path("."))
            .env(name, home.path("config"))
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.success(), trusted, "{config}: {text}");
        assert_eq!(!trusted, text.contains("these two forms count"), "{text}");
    }
}
