//! `--require-tip`: an old run must not roll the account back.

use aerialctl::cli::Exit;

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
        .set_head_detached(git2::Oid::from_str(&old).unwrap())
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

    // The remote's branch is what others see.
    std::fs::remove_file(world.path("other.yaml")).unwrap();
    let newest = repository.head().unwrap().peel_to_commit().unwrap().id();
    repository
        .reference(
            "refs/remotes/origin/main",
            git2::Oid::from_str(&old).unwrap(),
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
        .expect(Exit::Failed);
    texts += &ran.err;
    insta::assert_snapshot!(texts, @r"
    error: HEAD is a6c8f56f3cff, which isn't the newest commit of main, 90d79742eb6c
     |
     = help: this keeps an old run from rolling the account back: check out the branch's newest commit, or run without --require-tip

    error: the worktree has changes that aren't committed: aerial.yaml
     |
     = help: this keeps an old run from rolling the account back: check out the branch's newest commit, or run without --require-tip

    error: the desired state isn't committed: HEAD has other content, or none, in these files
     |
     = help: commit it, and apply what is on the branch

    error: there is no revision `nowhere` in this repository
     |
     = help: write a branch, tag or commit; fetch it first if it is another repository's
    ");
    assert_eq!(world.writes().len(), writes);
}
