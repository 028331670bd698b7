//! What a branch changes for the whole account is shown first, old and new.

use super::repository::{branch, commit, init};
use crate::support::{World, account, desired, org};

/// A8.
#[tokio::test]
async fn a_reviewer_sees_each_account_wide_key_first() {
    let world = World::with(account(vec![org("a", &["sso"])])).await;
    let repository = init(&world);
    let base = desired(&["{domain: a.okta.com, products: [sso]}"]).replace(
        "guardrails: {maxDisabled: 100,",
        "guardrails: {protectedOrgs: [a.okta.com, b.okta.com], maxDisabled: 10,",
    );
    world.file("aerial.yaml", &base);
    commit(&repository, "base");
    branch(&repository, "feature");
    world.file(
        "aerial.yaml",
        base.replace("maxDisabled: 10,", "maxDisabled: 500,")
            .replace("[a.okta.com, b.okta.com]", "[b.okta.com]")
            .replace("unmanagedOrgs: ignore", "unmanagedOrgs: fail")
            .replace("{cell: ok1}", "{enforce: additive}")
            .replace("products: [sso]}", "products: [sso, mfa], cell: ok1}")
            .replace(
                "aerialOrg: acme-aerial.okta.com",
                "aerialOrg: acme-aerial.okta.com\n  partner: true",
            )
            + "ignoreProducts: [P000200]\n",
    );
    commit(&repository, "feature");
    let mut texts = String::new();
    for format in ["human", "markdown", "github", "json"] {
        let ran = world
            .run(&format!("preview --base main --format {format}"))
            .await
            .done();
        texts = format!("{texts}# preview, {format}\n{}\n", ran.out);
    }
    for format in ["human", "markdown", "github"] {
        let ran = world
            .run(&format!("plan --base main --format {format}"))
            .await
            .done();
        texts = format!("{texts}# plan, {format}\n{}\n", ran.plain(&world));
    }
    insta::assert_snapshot!(texts);
    let page = world.run("plan --base main --format html").await.done().out;
    let first = page.find("This branch changes what holds for the whole account");
    assert!(first.unwrap() < page.find("Orgs and products").unwrap());
    let before_and_after = "guardrails.maxDisabled";
    assert!(page.contains(before_and_after), "{page}");
    let plan = world
        .run("plan --base main --format json")
        .await
        .done()
        .json();
    assert_eq!(plan["accountWide"].as_array().unwrap().len(), 7);
    assert_eq!(
        plan["accountWide"][1],
        serde_json::json!({"key": "defaults.cell", "before": "ok1", "after": null})
    );
    let plan = world
        .run("plan --base HEAD --format json")
        .await
        .done()
        .json();
    assert!(plan.get("accountWide").is_none());
    // Another account.
    world.file(
        "aerial.yaml",
        base.replace("0227mkkf8ulgt48bkidcd8ekqft", "0227other"),
    );
    let ran = world.run("preview --base main").await.done();
    assert!(ran.out.starts_with("Caution: This branch changes what holds for the whole account\n! account.id: 0227other, was 0227mkkf8ulgt48bkidcd8ekqft\n"), "{}", ran.out);
}
