//! `--require-tip`: an old run must not roll the account back.

use aerialctl::cli::Exit;

use git2::Oid;

use super::repository::{commit, init};
use crate::support::{World, account, desired, org};

#[tokio::test]
async fn an_old_run_can_not_roll_the_account_back() {
    let world = World::with(account(vec![org("a", &["sso"])])).await;
    let repository = init(&world);
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso]}"]),
    );
    let old = commit(&repository, "old");
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso, mfa]}"]),
    );
    commit(&repository, "new");
    world.run("apply --yes --require-tip main").await.done();
    let writes = world.writes().len();
    let mut texts = String::new();

    repository
        .set_head_detached(Oid::from_str(&old).unwrap())
        .unwrap();
    repository
        .checkout_head(Some(git2::build::CheckoutBuilder::new().force()))
        .unwrap();
    let ran = world
        .run("apply --yes --require-tip main")
        .await
        .expect(Exit::Refused);
    texts += &ran.err;

    repository.set_head("refs/heads/main").unwrap();
    repository
        .checkout_head(Some(git2::build::CheckoutBuilder::new().force()))
        .unwrap();
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: []}"]),
    );
    let ran = world
        .run("apply --yes --require-tip main")
        .await
        .expect(Exit::Refused);
    texts += &ran.err;

    repository
        .checkout_head(Some(git2::build::CheckoutBuilder::new().force()))
        .unwrap();
    world.file(
        "other.yaml",
        desired(&["{domain: a.okta.com, products: []}"]),
    );
    let ran = world
        .run("apply --yes --require-tip main -f other.yaml")
        .await
        .expect(Exit::Refused);
    texts += &ran.err;
    // C1: whatever HEAD is, what is applied counts.
    let ran = world
        .run(&format!("apply --yes --require-tip main --at {old}"))
        .await
        .expect(Exit::Refused);
    texts += &ran.err;

    // The remote's branch is what others see.
    std::fs::remove_file(world.path("other.yaml")).unwrap();
    let newest = repository.head().unwrap().peel_to_commit().unwrap().id();
    repository
        .reference(
            "refs/remotes/origin/main",
            Oid::from_str(&old).unwrap(),
            true,
            "test",
        )
        .unwrap();
    world
        .run("apply --yes --require-tip main")
        .await
        .expect(Exit::Refused);
    repository
        .reference("refs/remotes/origin/main", newest, true, "test")
        .unwrap();
    world.run("apply --yes --require-tip main").await.done();
    let ran = world
        .run("apply --yes --require-tip nowhere")
        .await
        .expect(Exit::Refused);
    texts += &ran.err;
    insta::assert_snapshot!(texts, @r"
    error: the desired state isn't that of main's newest commit, 90d79742eb6c
     |
     = help: this keeps an old run from rolling the account back: apply what is on the branch, or run without --require-tip

    error: the desired state isn't that of main's newest commit, 90d79742eb6c
     |
     = help: this keeps an old run from rolling the account back: apply what is on the branch, or run without --require-tip

    error: the desired state of main's newest commit, 90d79742eb6c, can't be compared with: there is no file other.yaml

    error: the desired state isn't that of main's newest commit, 90d79742eb6c
     |
     = help: this keeps an old run from rolling the account back: apply what is on the branch, or run without --require-tip

    error: no remote has the branch `nowhere`, so its newest commit isn't known
     |
     = help: fetch the branch, and say with `git branch --set-upstream-to` whose it is, or run without --require-tip
    ");
    assert_eq!(world.writes().len(), writes);
}

fn one(products: &str) -> String {
    desired(&[&format!("{{domain: a.okta.com, products: [{products}]}}")])
}

/// A branch's newest desired state is what counts (C2), wherever it is known (C3).
#[tokio::test]
async fn an_unrelated_commit_holds_nothing_up_and_the_upstream_counts() {
    let world = World::with(account(vec![org("a", &[])])).await;
    let repository = init(&world);
    world.file("aerial.yaml", one("sso"));
    let first = commit(&repository, "first");
    world.file("README.md", "hello");
    commit(&repository, "readme");
    repository
        .set_head_detached(Oid::from_str(&first).unwrap())
        .unwrap();
    // Another order, other names, a dirty README: the same meaning.
    world.file("README.md", "edited");
    world.file("aerial.yaml", one("P000052") + "# a comment\n");
    let ran = world.run("apply --yes --require-tip main").await.done();
    assert!(
        ran.err
            .contains("the desired state is that of main's newest commit"),
        "{}",
        ran.err
    );

    // The local branch is behind its upstream, at a remote that isn't called origin.
    world.file("aerial.yaml", one("sso, mfa"));
    let newer = commit(&repository, "newer");
    world.file("aerial.yaml", one("sso"));
    repository
        .remote("company", "https://git.example/x.git")
        .unwrap();
    repository
        .reference(
            "refs/remotes/company/main",
            Oid::from_str(&newer).unwrap(),
            true,
            "t",
        )
        .unwrap();
    let ran = world
        .run("apply --yes --require-tip main")
        .await
        .expect(Exit::Refused);
    assert!(
        ran.err.contains("company/main's newest commit"),
        "{}",
        ran.err
    );
    // Two remotes have it, and neither is origin: only the upstream can say.
    repository
        .remote("fork", "https://git.example/y.git")
        .unwrap();
    repository
        .reference(
            "refs/remotes/fork/main",
            Oid::from_str(&first).unwrap(),
            true,
            "t",
        )
        .unwrap();
    let ran = world
        .run("apply --yes --require-tip main")
        .await
        .expect(Exit::Refused);
    assert!(
        ran.err
            .contains("several remotes have the branch `main` (company/main, fork/main)"),
        "{}",
        ran.err
    );
    repository
        .find_branch("main", git2::BranchType::Local)
        .unwrap()
        .set_upstream(Some("fork/main"))
        .unwrap();
    world.run("apply --yes --require-tip main").await.done();
    repository
        .find_branch("main", git2::BranchType::Local)
        .unwrap()
        .set_upstream(Some("company/main"))
        .unwrap();
    world
        .run("apply --yes --require-tip main")
        .await
        .expect(Exit::Refused);
    // Invalid there: refused.
    world.file("aerial.yaml", "orgs: [");
    let broken = commit(&repository, "broken");
    repository
        .reference(
            "refs/remotes/company/main",
            Oid::from_str(&broken).unwrap(),
            true,
            "t",
        )
        .unwrap();
    world.file("aerial.yaml", one("sso"));
    let ran = world
        .run("apply --yes --require-tip main")
        .await
        .expect(Exit::Refused);
    assert!(
        ran.err.contains("it was invalid there, with 1 error"),
        "{}",
        ran.err
    );
}
