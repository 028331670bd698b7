//! `import`: the account as a file.

use aerialctl::cli::Exit;
use aerialctl::emulator::Product;

use crate::support::{World, account, desired, org, unlinked};

#[tokio::test]
async fn the_file_reads_like_this_and_changes_nothing() {
    let mut off = org("off", &["mfa"]);
    off.status = "INACTIVE".into();
    off.name = "Off: # \"quoted\"\n- nasty\u{1b}[0m".into();
    let world = World::with(account(vec![
        org("a", &["sso", "lcm"]),
        off,
        unlinked("new", &["itp"]),
    ]))
    .await;
    let ran = world
        .run("import --account 0227mkkf8ulgt48bkidcd8ekqft --out aerial.yaml")
        .await
        .done();
    assert!(
        ran.err.contains("wrote aerial.yaml with 3 orgs"),
        "{}",
        ran.err
    );
    insta::assert_snapshot!(world.read("aerial.yaml"));
    let ran = world.run("plan --detailed-exitcode").await.done();
    assert_eq!(
        ran.out,
        "No changes. The account matches the desired state.\n"
    );
    assert_eq!(world.writes(), [""; 0]);
}

#[tokio::test]
async fn a_file_that_says_something_else_is_not_overwritten_unasked() {
    let world = World::with(account(vec![org("a", &["sso"])])).await;
    let before = "version: 1
account: {id: 0227mkkf8ulgt48bkidcd8ekqft}
products: {sso: P000052, mfa: P000131}
orgs:
  - {domain: a.okta.com, products: [mfa]}
";
    world.file("aerial.yaml", before);
    let ran = world
        .run("import --out aerial.yaml")
        .await
        .expect(Exit::Refused);
    assert!(
        ran.out
            .contains("-  - {domain: a.okta.com, products: [mfa]}"),
        "{}",
        ran.out
    );
    assert_eq!(world.read("aerial.yaml"), before);
    world.run("import --out aerial.yaml --force").await.done();
    assert!(
        world.read("aerial.yaml").contains("products: [sso]"),
        "the file's own names are kept"
    );
    world.run("import --out aerial.yaml").await.done();
    world.run("import --account a/b").await.expect(Exit::Usage);
}

/// Okta's names for products, and what an admin called them in the file, can look like anything that YAML knows.
#[tokio::test]
async fn words_that_yaml_takes_for_something_else_stay_words() {
    let titles = [
        "2024",
        "true",
        "1e3",
        "null",
        "~",
        "0227e10",
        "- x",
        "a: b",
        "yes",
        "0x1F",
        "1_000",
        "2026-01-01",
        "\u{e9}",
        "# x",
        "&a",
        "*a",
        "[x]",
        "{x}",
        "! x",
        "%x",
        "@x",
        "`x`",
        "|",
        ">",
        "\"",
        "'",
        "no",
        "-",
        "0o17",
        "12:30",
        ".5",
        ".inf",
        "2001-01-01",
        "0x1f",
        "0",
        "-1",
        "+1",
        "1.",
        ".nan",
        "off",
        "=",
        "<<",
        "\u{85}x\u{2028}y",
    ];
    let mut state = account(vec![]);
    let products: Vec<Product> = (0..)
        .zip(titles)
        .map(|(n, title)| Product {
            id: format!("P9{n:05}"),
            name: title.to_owned(),
        })
        .collect();
    let mut all = org("all", &[]);
    all.products = products.iter().map(|product| product.id.clone()).collect();
    all.name = "a: # b".into();
    // The order in which the emulator keeps them.
    all.products.sort();
    state.products.extend(products);
    state.orgs.push(all);
    state.account.id = "0227e10".into();
    state.complete();
    let world = World::with(state).await;
    world
        .run("import --account 0227e10 --out aerial.yaml")
        .await
        .done();
    insta::assert_snapshot!(world.read("aerial.yaml"));
    let ran = world.run("plan --detailed-exitcode").await.done();
    assert_eq!(
        ran.out,
        "No changes. The account matches the desired state.\n"
    );

    // Names of the file itself, as far as the format has them.
    let names = [
        "2024",
        "true",
        "1e3",
        "null",
        "0227e10",
        "yes",
        "0x1F",
        "1.5",
        "2026-01-01",
        "0o17",
        "no",
        "on",
        "1_0",
        "1_000",
        "0x1f",
        "2001-01-01",
        "y",
        "0",
        "1e-3",
    ];
    let declared: Vec<String> = (0..)
        .zip(names)
        .map(|(n, name)| format!("\"{name}\": P9{n:05}"))
        .collect();
    let text = world
        .read("aerial.yaml")
        .replace("\"0227e10\"", "'0227e10'");
    let head = text.split("\nproducts:").next().unwrap();
    world.file(
        "aerial.yaml",
        format!("{head}\nproducts: {{{}}}\norgs: []\n", declared.join(", ")),
    );
    world.run("import --out aerial.yaml --force").await.done();
    let before = world.read("aerial.yaml");
    for name in names {
        assert!(
            before.contains(&format!("{name}\": P9")) || before.contains(&format!("{name}': P9")),
            "{name}: {before}"
        );
    }
    world.run("plan --detailed-exitcode").await.done();
    world.run("import --out aerial.yaml").await.done();
    assert_eq!(world.read("aerial.yaml"), before);
}

/// Whatever a file says beside its orgs is there afterwards, byte for byte where it can be, and a plan changes nothing.
#[tokio::test]
async fn import_over_a_file_keeps_all_but_its_orgs() {
    let account_alone = "version: 1\naccount: {id: 0227mkkf8ulgt48bkidcd8ekqft, partner: true}\n";
    let rules = "# Ours.
version: 1
account:
  id: 0227mkkf8ulgt48bkidcd8ekqft # the account
  partner: true

orgs: # all of them
# about b
- domain: b.okta.com
  products: [single]
  enforce: additive # since May
- {domain: gone.okta.com, cell: ok1}
- {domain: a.okta.com, status: deleted}

# How far one run may go.
guardrails: {maxDisabled: 3, protectedOrgs: [a.okta.com]}
products:
  single: P000052 # SSO
  # The rest has no name yet.
bundles:
  lifecycle-management-with-1-oin-app: [single]
ignoreProducts:
  - P000200
defaults: {cell: ok7}
# The end.
";
    let files = [
        desired(&["{domain: a.okta.com, products: [sso]}"]),
        rules.to_owned(),
        rules.replace('\n', "\r\n"),
        format!("{account_alone}orgs: []"),
        format!("{account_alone}orgs:\n  - domain: b.okta.com\n    # none\n    products: []\n..."),
        format!("{account_alone}orgs: []\nproducts: {{}}\n"),
        format!(
            "{account_alone}\"orgs\": []\nproducts: {{\n  'mfa':  'P000131', sso:  P000052 }} # two\n"
        ),
        format!(
            "{account_alone}products: &p {{mfa: P000131}}\norgs: []\ndefaults: {{enforce: additive}}\n"
        ),
        format!("{account_alone}ignoreProducts: [P000052, P000131, P000139, P000200]\norgs: []\n"),
    ];
    for file in files {
        let world = World::with(account(vec![
            org("a", &["sso", "mfa", "wfl"]),
            org("b", &["sso", "lcm"]),
        ]))
        .await;
        world.file("aerial.yaml", &file);
        let ran = world.run("import --out aerial.yaml").await;
        ran.expect(Exit::Refused);
        assert_eq!(world.read("aerial.yaml"), file);
        let ran = world.run("import --out aerial.yaml --force").await.done();
        assert!(
            ran.err.contains("all but its orgs is as it was"),
            "{}",
            ran.err
        );
        let now = world.read("aerial.yaml");
        let orgs = |line: &&str| !line.contains("domain:") && !line.contains("products:");
        let outside = file.split("orgs").next().unwrap().lines().filter(orgs);
        for line in outside {
            assert!(now.contains(line), "{line}: {now}");
        }
        let ran = world.run("plan --detailed-exitcode").await.done();
        assert!(ran.out.starts_with("No changes."), "{}", ran.out);
        let again = world.run("import --out aerial.yaml").await.done();
        assert!(!again.err.contains("warning"), "{}", again.err);
        assert_eq!(world.read("aerial.yaml"), now);
        if file == rules {
            insta::assert_snapshot!(format!("{now}---\n{}", ran_words(&world, rules).await));
        }
    }
}

/// What `import --force` says about what goes.
async fn ran_words(world: &World, file: &str) -> String {
    world.file("aerial.yaml", file);
    world
        .run("import --out aerial.yaml --force")
        .await
        .done()
        .err
}

#[tokio::test]
async fn what_can_not_be_kept_is_not_overwritten() {
    let world = World::with(account(vec![org("a", &["sso"])])).await;
    for (file, says) in [
        ("version: 1\norgs: [\n", "isn't valid by itself"),
        (
            "version: 1\naccount: {id: other}\norgs: []\n",
            "is about the account other",
        ),
        (
            "{version: 1, account: {id: 0227mkkf8ulgt48bkidcd8ekqft}, orgs: []}",
            "can't be replaced without touching",
        ),
    ] {
        world.file("there.yaml", file);
        let ran = world
            .run("import --account 0227mkkf8ulgt48bkidcd8ekqft --out there.yaml --force")
            .await
            .expect(Exit::Refused);
        assert!(ran.err.contains(says), "{}", ran.err);
        assert_eq!(world.read("there.yaml"), file);
    }
    world.file("there.yaml", "PASSWORD=canary\n");
    let import = "import --account 0227mkkf8ulgt48bkidcd8ekqft --out there.yaml";
    let ran = world.run(import).await.expect(Exit::Refused);
    assert!(!ran.text().contains("canary"), "{}", ran.text());
    world.run(&format!("{import} --force")).await.done();
    assert!(world.read("there.yaml").contains("domain: a.okta.com"));
}

/// What an entry says on purpose, and what is true of its org, stays as it is written.
#[tokio::test]
async fn an_entry_keeps_its_shape_where_it_is_true() {
    let world = World::with(account(vec![
        org("alone", &["sso"]),
        org("base", &["sso", "mfa"]),
        org("more", &["sso", "lcm"]),
        org("other", &["lcm"]),
    ]))
    .await;
    let file = desired(&[
        "{domain: alone.okta.com}",
        "{domain: base.okta.com, status: active, products: [workforce], owner: Team A, note: 'a: b # c'}",
        "{domain: more.okta.com, enforce: additive, products: [sso]}",
        "{domain: other.okta.com, status: inactive, products: [workforce]}",
    ]);
    world.file("aerial.yaml", &file);
    let ran = world.run("import --out aerial.yaml --force").await.done();
    let now = world.read("aerial.yaml");
    let entry = |name: &str| {
        let entries = now.split("  - domain: ");
        let mut entries = entries.filter(|entry| entry.starts_with(name));
        entries.next().unwrap().to_owned()
    };
    assert!(!entry("alone").contains("products:"), "{now}");
    assert!(!entry("alone").contains("status:"), "{now}");
    assert!(entry("base").contains("products: [workforce]"), "{now}");
    assert!(entry("base").contains("status: active"), "{now}");
    assert!(entry("base").contains("owner: Team A"), "{now}");
    assert!(entry("base").contains("note: \"a: b # c\""), "{now}");
    assert!(entry("more").contains("products: [sso]"), "{now}");
    assert!(entry("other").contains("status: active"), "{now}");
    assert!(!entry("other").contains("workforce"), "{now}");
    for said in [
        "`products` has other products now, those that the org has: other.okta.com\n",
        "`status` is another one now, the org's: other.okta.com\n",
        "all but its orgs is as it was\n",
    ] {
        assert!(ran.err.contains(said), "{said}: {}", ran.err);
    }
    let ran = world.run("plan --detailed-exitcode").await.done();
    assert!(ran.out.starts_with("No changes."), "{}", ran.out);
}

#[tokio::test]
async fn names_that_were_added_are_counted() {
    for (orgs, said) in [
        (vec![org("a", &["wfl"])], "and `products` has 1 more name\n"),
        (
            vec![org("a", &["wfl"]), org("b", &["itp"])],
            "and `products` has 2 more names\n",
        ),
    ] {
        let world = World::with(account(orgs)).await;
        let head = "version: 1\naccount: {id: 0227mkkf8ulgt48bkidcd8ekqft}\n";
        let names = "products: {sso: P000052}\n";
        world.file("aerial.yaml", format!("{head}{names}orgs: []\n"));
        let ran = world.run("import --out aerial.yaml --force").await.done();
        assert!(ran.err.contains(said), "{}", ran.err);
    }
}
