//! What the files are called: in the worktree, in revisions, and for machines.

use aerialctl::cli::Exit;

use super::repository::{branch, commit, init};
use crate::support::{HEAD, World, account, desired, org};

fn one(products: &str) -> String {
    desired(&[&format!("{{domain: a.okta.com, products: [{products}]}}")])
}

/// C4: a revision without one of the named files has no desired state, rather than half of it.
#[tokio::test]
async fn every_named_file_has_to_be_in_the_revision() {
    let world = World::new();
    let repository = init(&world);
    world.file("aerial.yaml", one("sso"));
    world.file("guardrails.yaml", "# none\n");
    commit(&repository, "first");
    let ran = world
        .run("validate --at HEAD -f aerial.yaml -f guardrail.yaml")
        .await
        .expect(Exit::Failed);
    insta::assert_snapshot!(ran.err, @r"
    error: there is no file guardrail.yaml (at HEAD)
     |
     = help: name the desired state with --file PATH
    ");
    // C10: one file by two paths is one file, as in the worktree.
    for words in [
        "validate -f . -f ./x/../aerial.yaml",
        "validate --at HEAD -f aerial.yaml -f ./aerial.yaml",
    ] {
        std::fs::create_dir_all(world.path("x")).unwrap();
        std::fs::remove_file(world.path("guardrails.yaml")).ok();
        let ran = world.run(words).await.done();
        assert!(ran.out.ends_with("aerial.yaml: valid, 1 org.\n"), "{words}");
    }
}

/// C6: a branch that repairs its base isn't punished; a run that writes doesn't guess.
#[tokio::test]
async fn an_invalid_base_counts_as_all_changed() {
    let world = World::with(account(vec![org("a", &[])])).await;
    let repository = init(&world);
    world.file("aerial.yaml", "orgs: [");
    commit(&repository, "broken");
    branch(&repository, "feature");
    world.file("aerial.yaml", one("sso"));
    commit(&repository, "mended");
    let ran = world.run("preview --base main").await.done();
    assert!(
        ran.err
            .contains("so everything counts as changed: it was invalid there, with 1 error"),
        "{}",
        ran.err
    );
    assert!(ran.out.contains("1 org added"), "{}", ran.out);
    let plan = world
        .run("plan --base main --since main --format json")
        .await
        .done()
        .json();
    assert_eq!(plan["steps"][0]["cause"], "change");
    let ran = world
        .run("apply --yes --since main")
        .await
        .expect(Exit::Refused);
    assert!(
        ran.err
            .contains("--since can't tell which orgs have changed; nothing was changed"),
        "{}",
        ran.err
    );
    assert_eq!(world.writes(), [""; 0]);
}

/// C8: a file or folder under another name is the same desired state.
#[tokio::test]
async fn a_renamed_file_or_folder_is_found_in_the_base() {
    let world = World::new();
    let repository = init(&world);
    let orgs = |first: &str| {
        let orgs: Vec<String> = (0..9)
            .map(|n| {
                format!(
                    "{{domain: o{n}.okta.com, products: [{}]}}",
                    if n == 0 { first } else { "sso" }
                )
            })
            .collect();
        let orgs: Vec<&str> = orgs.iter().map(String::as_str).collect();
        desired(&orgs)
    };
    world.file("old/aerial.yaml", orgs("sso"));
    world.file(
        "old/more/x.yaml",
        "# Nothing yet, but there will be orgs of the other region here.\norgs: []\n",
    );
    commit(&repository, "base");
    branch(&repository, "feature");
    std::fs::rename(world.path("old"), world.path("okta")).unwrap();
    world.file("okta/aerial.yaml", orgs("mfa"));
    // Not committed yet, and then committed.
    for at in ["", " --at HEAD"] {
        let ran = world
            .run(&format!("preview --base main -f okta{at}"))
            .await
            .done();
        assert!(ran.out.ends_with("This branch: 0 orgs added, 0 removed from the file, 1 changed; 1 product listed, 1 no longer listed.\n"), "{}{}", ran.err, ran.out);
        commit(&repository, "renamed");
    }
    let ran = world
        .run("preview --base main -f okta/aerial.yaml")
        .await
        .done();
    assert!(
        ran.out
            .contains("0 orgs added, 0 removed from the file, 1 changed"),
        "{}",
        ran.out
    );
    // What is really new is said to be.
    world.file("new.yaml", one("sso"));
    let ran = world.run("preview --base main -f new.yaml").await.done();
    insta::assert_snapshot!(ran.err, @r"
    warning: there was no new.yaml at 9de1404b078b: every org counts as new
     |
     = help: if it had another name then, do it in two steps: rename it first, change it then

    edits that no commit has yet are compared as well
    ");
}

/// C13, F12: what machines read has paths from the repository's root, whatever the order and the spelling.
#[tokio::test]
async fn machines_get_paths_from_the_root() {
    let mut world = World::with(account(vec![org("a", &["sso"])])).await;
    init(&world);
    world.file("infra/okta/b.yaml", HEAD);
    world.file(
        "infra/okta/a.yaml",
        "orgs: [{domain: a.okta.com, products: [ssoo]}]\n",
    );
    world.folder = "infra/okta";
    let absolute = world.path("infra/okta/a.yaml").display().to_string();
    for first in ["./a.yaml", "a.yaml", "../okta/a.yaml", &absolute] {
        let annotations = world
            .run(&format!("validate -f {first} -f b.yaml --format github"))
            .await
            .expect(Exit::Invalid)
            .out;
        assert!(
            annotations.starts_with("::error file=infra/okta/a.yaml,line=1,"),
            "{annotations}"
        );
        let sarif = world
            .run(&format!("validate -f b.yaml -f {first} --format sarif"))
            .await
            .expect(Exit::Invalid)
            .json();
        let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "infra/okta/a.yaml");
        let human = world
            .run(&format!("validate -f b.yaml -f {first}"))
            .await
            .expect(Exit::Invalid)
            .err;
        assert!(human.contains(&format!("--> {first}:1:")), "{human}");
    }
    world.file(
        "infra/okta/a.yaml",
        "orgs: [{domain: a.okta.com, products: [mfa]}]\n",
    );
    let one = world
        .run("plan --format json -f b.yaml -f ./a.yaml")
        .await
        .done();
    let other = world
        .run(&format!("plan --format json -f {absolute} -f b.yaml"))
        .await
        .done();
    assert_eq!(one.out, other.out);
    assert_eq!(
        one.json()["desired"]["files"],
        serde_json::json!(["infra/okta/a.yaml", "infra/okta/b.yaml"])
    );
}
