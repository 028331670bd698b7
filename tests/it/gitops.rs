//! The tool in a repository: revisions, branches, tips.

use std::collections::BTreeSet;
use std::path::Path;

use git2::{Repository, Signature};
use proptest::prelude::*;
use serde_json::Value as Json;

use aerialctl::cli::Exit;

use crate::support::{World, account, desired, org, unlinked};

fn init(world: &World) -> Repository {
    let mut options = git2::RepositoryInitOptions::new();
    options.initial_head("main");
    Repository::init_opts(world.path("."), &options).unwrap()
}

/// Commits everything in the worktree.
fn commit(repository: &Repository, message: &str) -> String {
    let mut index = repository.index().unwrap();
    index
        .add_all(["*"], git2::IndexAddOption::DEFAULT, None)
        .unwrap();
    index.update_all(["*"], None).unwrap();
    index.write().unwrap();
    let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
    let who = Signature::new(
        "test",
        "test@example.com",
        &git2::Time::new(1_767_225_600, 0),
    )
    .unwrap();
    let parent = repository
        .head()
        .ok()
        .map(|head| head.peel_to_commit().unwrap());
    let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
    repository
        .commit(Some("HEAD"), &who, &who, message, &tree, &parents)
        .unwrap()
        .to_string()
}

fn branch(repository: &Repository, name: &str) {
    let head = repository.head().unwrap().peel_to_commit().unwrap();
    repository.branch(name, &head, true).unwrap();
    repository.set_head(&format!("refs/heads/{name}")).unwrap();
}

fn steps(plan: &Json) -> Vec<(String, String, String)> {
    plan["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| {
            let text = |value: &Json| value.as_str().unwrap_or("-").to_owned();
            (
                text(&step["kind"]),
                text(&step["org"]["domain"]),
                text(&step["cause"]),
            )
        })
        .collect()
}

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
    world.file("deep/aerial.yaml", "broken: [");
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
    assert!(ran.err.contains("deep/aerial.yaml:1:"), "{}", ran.err);
    for (words, says) in [
        (
            "validate --at nowhere -f deep/aerial.yaml",
            "no revision `nowhere`",
        ),
        (
            "validate --at HEAD -f other.yaml",
            "has no file of the desired state",
        ),
        (
            "validate --at HEAD -f ../other.yaml",
            "outside of the repository",
        ),
    ] {
        let ran = world.run(words).await.expect(Exit::Failed);
        assert!(ran.err.contains(says), "{}", ran.err);
    }
    let outside = World::new();
    let ran = outside.run("validate --at HEAD").await.expect(Exit::Failed);
    assert!(ran.err.contains("in no git repository"), "{}", ran.err);
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
async fn preview_shows_what_a_branch_changes_without_network_or_credentials() {
    let world = World::new();
    let repository = init(&world);
    let base = desired(&[
        "{domain: a.okta.com, products: [sso]}",
        "{domain: b.okta.com, products: [workforce]}",
        "{domain: gone.okta.com, products: [sso]}",
        "{domain: same.okta.com, products: [lcm]}",
    ]);
    world.file("aerial.yaml", &base);
    commit(&repository, "base");
    branch(&repository, "feature");
    // A change to a bundle is a change to each org that uses it.
    let text = base
        .replace("workforce: [sso, mfa]", "workforce: [sso, lcm]")
        .replace(
            "  - {domain: gone.okta.com, products: [sso]}\n",
            "  - {domain: new.okta.com, products: [sso], status: inactive}\n",
        )
        .replace(
            "{domain: a.okta.com, products: [sso]}",
            "{domain: a.okta.com, products: [sso], enforce: additive}",
        );
    world.file("aerial.yaml", text);
    commit(&repository, "feature");
    // main moves on: that isn't this branch's doing.
    repository.set_head("refs/heads/main").unwrap();
    repository
        .checkout_head(Some(git2::build::CheckoutBuilder::new().force()))
        .unwrap();
    world.file(
        "aerial.yaml",
        base.replace(
            "same.okta.com, products: [lcm]",
            "same.okta.com, products: [mfa]",
        ),
    );
    commit(&repository, "main moves on");
    repository.set_head("refs/heads/feature").unwrap();
    repository
        .checkout_head(Some(git2::build::CheckoutBuilder::new().force()))
        .unwrap();
    let ran = world.run("preview --base main").await.done();
    insta::assert_snapshot!(ran.text());
    let markdown = world
        .run("preview --base main --format markdown")
        .await
        .done();
    insta::assert_snapshot!(markdown.out);
    let json = world
        .run("preview --base main --format json")
        .await
        .done()
        .json();
    let orgs: Vec<&str> = json["orgs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|org| org["org"].as_str().unwrap())
        .collect();
    assert_eq!(
        orgs,
        ["a.okta.com", "b.okta.com", "gone.okta.com", "new.okta.com"]
    );
    let ran = world.run("preview --base HEAD").await.done();
    assert_eq!(
        ran.out,
        "This branch changes nothing in the desired state.\n"
    );
    let ran = world
        .run("preview --base nowhere")
        .await
        .expect(Exit::Failed);
    assert!(ran.err.contains("no revision `nowhere`"), "{}", ran.err);
}

#[tokio::test]
async fn preview_knows_an_org_by_its_id_and_else_by_its_domain() {
    let world = World::new();
    let repository = init(&world);
    world.file(
        "aerial.yaml",
        desired(&[
            "{domain: named.okta.com, products: [sso]}",
            "{domain: old.okta.com, id: 00oRenamed, products: [sso]}",
            "{domain: other.okta.com, id: 00oOne, products: [sso]}",
            "{id: 00oBare, products: [sso]}",
        ]),
    );
    commit(&repository, "base");
    branch(&repository, "feature");
    world.file(
        "aerial.yaml",
        desired(&[
            "{domain: named.okta.com, id: 00oNamed, products: [sso]}",
            "{domain: new.okta.com, id: 00oRenamed, products: [sso]}",
            "{domain: other.okta.com, id: 00oTwo, products: [sso]}",
            "{domain: bare.okta.com, id: 00oBare, products: [sso]}",
        ]),
    );
    commit(&repository, "feature");
    let ran = world
        .run("preview --base main --format json")
        .await
        .done()
        .json();
    let orgs: Vec<String> = ran["orgs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|org| format!("{} {} {}", org["change"], org["org"], org["notes"]))
        .collect();
    insta::assert_snapshot!(orgs.join("\n"));
}

#[tokio::test]
async fn a_branch_that_adds_the_file_is_compared_with_nothing() {
    let world = World::new();
    let repository = init(&world);
    world.file("readme.md", "hello");
    commit(&repository, "base");
    branch(&repository, "feature");
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso]}"]),
    );
    commit(&repository, "feature");
    let ran = world.run("preview --base main").await.done();
    assert!(ran.out.contains("1 org added"), "{}", ran.out);
}

#[tokio::test]
async fn since_reads_and_plans_only_what_differs() {
    let orgs: Vec<_> = (0..1000)
        .map(|n| org(&format!("org-{n}"), &["sso"]))
        .collect();
    let world = World::with(account(orgs)).await;
    let repository = init(&world);
    let text = |changed: &str| {
        let orgs: Vec<String> = (0..1000)
            .map(|n| {
                let products = if [3, 500, 999].contains(&n) {
                    changed
                } else {
                    "sso"
                };
                format!("{{domain: org-{n}.okta.com, products: [{products}]}}")
            })
            .collect();
        let orgs: Vec<&str> = orgs.iter().map(String::as_str).collect();
        desired(&orgs)
    };
    world.file("aerial.yaml", text("sso"));
    commit(&repository, "base");
    branch(&repository, "feature");
    world.file("aerial.yaml", text("sso, mfa"));
    commit(&repository, "feature");
    let whole = world.run("plan --format json").await.done().json();
    let before = world.emulator().seen().len();
    let part = world
        .run("plan --since main --format json")
        .await
        .done()
        .json();
    let requests = world.emulator().seen().len() - before;
    assert!(requests <= 10, "{requests} requests");
    assert_eq!(part["steps"], whole["steps"]);
    assert_eq!(part["steps"].as_array().unwrap().len(), 3);
    world.run("apply --yes --since main").await.done();
    let ran = world.run("plan --since main").await.done();
    assert_eq!(
        ran.out,
        "No changes. The account matches the desired state.\n"
    );
    world.run("plan --detailed-exitcode").await.done();
    let before = world.emulator().seen().len();
    let ran = world.run("plan --since HEAD").await.done();
    assert_eq!(
        ran.out,
        "No changes. The account matches the desired state.\n"
    );
    assert!(world.emulator().seen().len() - before <= 3);
}

#[tokio::test]
async fn since_works_where_filters_do_not() {
    let mut state = account(vec![org("a", &["sso"]), unlinked("new", &[])]);
    state.switches.filters = false;
    let world = World::with(state).await;
    let repository = init(&world);
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso]}"]),
    );
    commit(&repository, "base");
    branch(&repository, "feature");
    world.file(
        "aerial.yaml",
        desired(&[
            "{domain: a.okta.com, products: [mfa]}",
            "{domain: new.okta.com, products: [sso]}",
        ]),
    );
    let plan = world
        .run("plan --since main --format json")
        .await
        .done()
        .json();
    assert_eq!(plan["summary"]["link"], 1);
    assert_eq!(plan["summary"]["swap"], 1);
    world.run("apply --yes --since main").await.done();
    world.run("plan --detailed-exitcode").await.done();
}

#[tokio::test]
async fn base_tells_a_change_from_drift_in_every_format() {
    let world = World::with(account(vec![
        org("a", &["sso"]),
        org("drifted", &["sso", "itp"]),
        org("both", &["itp"]),
    ]))
    .await;
    let repository = init(&world);
    let base = desired(&[
        "{domain: a.okta.com, products: [sso]}",
        "{domain: drifted.okta.com, products: [sso]}",
        "{domain: both.okta.com, products: [sso]}",
    ]);
    world.file("aerial.yaml", &base);
    commit(&repository, "base");
    branch(&repository, "feature");
    world.file(
        "aerial.yaml",
        base.replace(
            "{domain: a.okta.com, products: [sso]}",
            "{domain: a.okta.com, products: [sso, mfa]}",
        )
        .replace(
            "{domain: both.okta.com, products: [sso]}",
            "{domain: both.okta.com, products: [sso, mfa]}",
        ),
    );
    commit(&repository, "feature");
    let plan = world
        .run("plan --base main --format json")
        .await
        .done()
        .json();
    assert_eq!(
        steps(&plan),
        [
            ("enable".into(), "a.okta.com".into(), "change".into()),
            ("swap".into(), "both.okta.com".into(), "change".into()),
            ("disable".into(), "drifted.okta.com".into(), "drift".into()),
        ]
    );
    let mut texts = Vec::new();
    for format in ["human", "markdown", "github"] {
        let ran = world
            .run(&format!("plan --base main --format {format}"))
            .await
            .done();
        texts.push(format!("# {format}\n{}", ran.out));
    }
    insta::assert_snapshot!(texts.join("\n"));
}

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
    assert!(
        ran.err.contains("isn't the newest commit of main"),
        "{}",
        ran.err
    );

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
    assert!(
        ran.err
            .contains("changes that aren't committed: aerial.yaml"),
        "{}",
        ran.err
    );

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
    assert!(
        ran.err.contains("the desired state isn't committed"),
        "{}",
        ran.err
    );

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
    assert!(ran.err.contains("no revision `nowhere`"), "{}", ran.err);
    assert_eq!(world.writes().len(), writes);
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
    let ran = world
        .run("preview --base nowhere -f sub")
        .await
        .expect(Exit::Failed);
    assert!(ran.err.contains("fetch-depth: 0"), "{}", ran.err);
    let ran = world
        .run("apply --yes --require-tip main -f sub")
        .await
        .expect(Exit::Failed);
    assert!(ran.err.contains("fetch-depth: 0"), "{}", ran.err);
}

fn products() -> impl Strategy<Value = Option<Vec<bool>>> {
    prop::option::weighted(0.9, prop::collection::vec(any::<bool>(), 4))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// The steps labelled `drift` are those that the base revision's own plan has too; the rest are `change`.
    #[test]
    fn drift_is_what_the_base_s_own_plan_has_too(
        orgs in prop::collection::vec((prop::collection::vec(any::<bool>(), 4), products(), products(), any::<bool>()), 1..6),
    ) {
        let names = ["sso", "mfa", "lcm", "itp"];
        let words = |set: &[bool]| -> Vec<&str> { names.iter().zip(set).filter(|(_, on)| **on).map(|(name, _)| *name).collect() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let live = orgs.iter().enumerate().map(|(n, (has, _, _, linked))| {
                let name = format!("org-{n}");
                if *linked { org(&name, &words(has)) } else { unlinked(&name, &words(has)) }
            });
            let world = World::with(account(live.collect())).await;
            let repository = init(&world);
            let text = |head: bool| {
                let entries: Vec<String> = orgs.iter().enumerate().filter_map(|(n, (_, base, new, _))| {
                    let set = if head { new } else { base };
                    Some(format!("{{domain: org-{n}.okta.com, products: [{}]}}", words(set.as_ref()?).join(", ")))
                }).collect();
                let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
                if entries.is_empty() { desired(&[]).replace("orgs:\n", "orgs: []\n") } else { desired(&entries) }
            };
            world.file("aerial.yaml", text(false));
            commit(&repository, "base");
            let base = world.run("plan --format json").await.done().json();
            branch(&repository, "feature");
            world.file("aerial.yaml", text(true));
            commit(&repository, "feature");
            let head = world.run("plan --base main --format json").await.done().json();
            let bare = |step: &Json| {
                let mut step = step.clone();
                for key in ["id", "dependsOn", "cause"] {
                    step.as_object_mut().unwrap().remove(key);
                }
                step.to_string()
            };
            let of_base: BTreeSet<String> = base["steps"].as_array().unwrap().iter().map(bare).collect();
            for step in head["steps"].as_array().unwrap() {
                let expected = if of_base.contains(&bare(step)) { "drift" } else { "change" };
                assert_eq!(step["cause"], expected, "{step:#}");
            }
            let plain = world.run("plan --format json").await.done().json();
            assert_eq!(plain["live"], head["live"], "what is read for the base alone doesn't show");
        });
    }
}
