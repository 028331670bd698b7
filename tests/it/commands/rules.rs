//! Which keys may stand in which file.

use aerialctl::cli::Exit;

use crate::support::{HEAD, World};

/// A9: what holds for all orgs isn't for everybody who may change one.
#[tokio::test]
async fn rules_stand_where_few_may_change_them() {
    let world = World::new();
    world.file("aerial/account.yaml", HEAD);
    world.file(
        "aerial/emea/team.yaml",
        "account: {id: 0227mkkf8ulgt48bkidcd8ekqft, environment: sandbox}\ndefaults: {enforce: additive}\nguardrails: {maxDeactivated: 50}\nignoreProducts: [sso]\norgs: [{domain: a.okta.com}]\n",
    );
    let ran = world.run("validate").await.expect(Exit::Invalid);
    insta::assert_snapshot!(ran.err, @r"
    error: `account.environment` may not stand in a file below the folder that is named
     --> aerial/emea/team.yaml:1:44
      |
    1 | account: {id: 0227mkkf8ulgt48bkidcd8ekqft, environment: sandbox}
      |                                            ^^^^^^^^^^^
      |
      = help: move it to a file that lies directly in that folder: it holds for the whole account, and who may change a file below may change its orgs

    error: `defaults` may not stand in a file below the folder that is named
     --> aerial/emea/team.yaml:2:1
      |
    2 | defaults: {enforce: additive}
      | ^^^^^^^^
      |
      = help: move it to a file that lies directly in that folder: it holds for the whole account, and who may change a file below may change its orgs

    error: `guardrails` may not stand in a file below the folder that is named
     --> aerial/emea/team.yaml:3:1
      |
    3 | guardrails: {maxDeactivated: 50}
      | ^^^^^^^^^^
      |
      = help: move it to a file that lies directly in that folder: it holds for the whole account, and who may change a file below may change its orgs

    error: `ignoreProducts` may not stand in a file below the folder that is named
     --> aerial/emea/team.yaml:4:1
      |
    4 | ignoreProducts: [sso]
      | ^^^^^^^^^^^^^^
      |
      = help: move it to a file that lies directly in that folder: it holds for the whole account, and who may change a file below may change its orgs

    4 errors: the desired state is invalid.
    ");
    // The same file is another one when the user names it: then it has orgs and rules, and isn't the account's.
    let ran = world
        .run("validate -f aerial/account.yaml -f aerial/emea/team.yaml --format github")
        .await
        .expect(Exit::Invalid);
    insta::assert_snapshot!(ran.out, @r"
    ::error file=aerial/emea/team.yaml,line=1,col=44::two files have more of `account` than its `id`%0Akeep it in one of them
    ::error file=aerial/emea/team.yaml,line=2,col=1::a file with `orgs` has `defaults`, which holds for all orgs%0Amove it to the file that has the rest of `account`, or to one without `orgs`
    ::error file=aerial/emea/team.yaml,line=2,col=1::two files have `defaults`%0Akeep it in one of them
    ::error file=aerial/emea/team.yaml,line=3,col=1::a file with `orgs` has `guardrails`, which holds for all orgs%0Amove it to the file that has the rest of `account`, or to one without `orgs`
    ::error file=aerial/emea/team.yaml,line=3,col=1::two files have `guardrails`%0Akeep it in one of them
    ::error file=aerial/emea/team.yaml,line=4,col=1::a file with `orgs` has `ignoreProducts`, which holds for all orgs%0Amove it to the file that has the rest of `account`, or to one without `orgs`
    ");
}

#[tokio::test]
async fn rules_may_stand_in_one_file_each() {
    let world = World::new();
    // The account's own file has orgs and rules; another has other rules and no orgs; others have orgs, names and the id.
    world.file(
        "aerial/account.yaml",
        format!("{HEAD}orgs: [{{domain: a.okta.com, products: [own]}}]\n"),
    );
    world.file(
        "aerial/more.yaml",
        "version: 1\nignoreProducts: [P000200]\n",
    );
    world.file("aerial/emea/b.yaml", "version: 1\naccount: {id: 0227mkkf8ulgt48bkidcd8ekqft}\nbundles: {own: [sso]}\nproducts: {x: P1}\norgs: [{domain: b.okta.com}]\n");
    let ran = world.run("validate").await.done();
    assert_eq!(ran.out, "3 files: valid, 2 orgs.\n");
    world.file(
        "aerial/more.yaml",
        "ignoreProducts: [P000200]\nguardrails: {maxDisabled: 1000}\n",
    );
    world.file(
        "aerial/other.yaml",
        "account: {id: 0227mkkf8ulgt48bkidcd8ekqft, partner: true}\n",
    );
    let ran = world.run("validate").await.expect(Exit::Invalid);
    insta::assert_snapshot!(ran.err, @r"
    error: a file with `orgs` has `defaults`, which holds for all orgs
     --> aerial/account.yaml:7:1
      |
    7 | defaults: {cell: ok1}
      | ^^^^^^^^ this holds for all orgs
      |
     ::: aerial/account.yaml:9:1
      |
    9 | orgs: [{domain: a.okta.com, products: [own]}]
      | ---- this is about some
      |
      = help: move it to the file that has the rest of `account`, or to one without `orgs`

    error: a file with `orgs` has `guardrails`, which holds for all orgs
     --> aerial/account.yaml:8:1
      |
    8 | guardrails: {maxDisabled: 100, maxLinked: 100, maxDeactivated: 100, unmanagedOrgs: ignore}
      | ^^^^^^^^^^ this holds for all orgs
      |
     ::: aerial/account.yaml:9:1
      |
    9 | orgs: [{domain: a.okta.com, products: [own]}]
      | ---- this is about some
      |
      = help: move it to the file that has the rest of `account`, or to one without `orgs`

    error: two files have `guardrails`
     --> aerial/more.yaml:2:1
      |
    2 | guardrails: {maxDisabled: 1000}
      | ^^^^^^^^^^ here
      |
     ::: aerial/account.yaml:8:1
      |
    8 | guardrails: {maxDisabled: 100, maxLinked: 100, maxDeactivated: 100, unmanagedOrgs: ignore}
      | ---------- and here
      |
      = help: keep it in one of them

    error: two files have more of `account` than its `id`
     --> aerial/other.yaml:1:44
      |
    1 | account: {id: 0227mkkf8ulgt48bkidcd8ekqft, partner: true}
      |                                            ^^^^^^^ here
      |
     ::: aerial/account.yaml:4:3
      |
    4 |   aerialOrg: acme-aerial.okta.com
      |   --------- and here
      |
      = help: keep it in one of them

    4 errors: the desired state is invalid.
    ");
    // A file that is read alone may have everything.
    world
        .run("validate -f aerial/account.yaml -f aerial/emea/b.yaml")
        .await
        .done();
    world.file("alone/deep/x.yaml", format!("{HEAD}orgs: []\n"));
    world.run("validate -f alone").await.done();
}
