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

#[tokio::test]
async fn what_no_account_can_tell_is_not_overwritten() {
    let world = World::with(account(vec![org("a", &["P000052"])])).await;
    let file = desired(&["{domain: a.okta.com, products: [sso]}"]);
    world.file("aerial.yaml", &file);
    let ran = world.run("import --out aerial.yaml --force").await;
    let ran = ran.expect(Exit::Refused);
    assert_eq!(world.read("aerial.yaml"), file);
    for key in ["`bundles`", "`guardrails`"] {
        assert!(ran.err.contains(key), "{}", ran.err);
    }
    let partner =
        "version: 1\naccount: {id: 0227mkkf8ulgt48bkidcd8ekqft, partner: true}\norgs: []\n";
    world.file("aerial.yaml", partner);
    let ran = world.run("import --out aerial.yaml --force").await;
    let ran = ran.expect(Exit::Refused);
    assert!(ran.err.contains("`account.partner`"), "{}", ran.err);
}
