//! `status`: what there is, and how it stands to the file.

use aerialctl::cli::Exit;

use crate::support::{ACCOUNT, World, account, desired, org, unlinked};

async fn world() -> World {
    let mut off = org("off", &["sso", "mfa"]);
    off.status = "INACTIVE".to_owned();
    let mut world = World::with(account(vec![
        org("a", &["sso", "mfa", "wfl"]),
        org("b", &["sso", "lcm"]),
        org("more", &["itp"]),
        org("old", &["sso"]),
        off,
        unlinked("new", &[]),
    ]))
    .await;
    world.vars.insert("COLUMNS".into(), "80".into());
    let file = desired(&[
        "{domain: a.okta.com, products: [workforce]}",
        "{domain: b.okta.com, products: [workforce]}",
        "{domain: more.okta.com, products: [], enforce: additive}",
        "{domain: new.okta.com, products: [workforce]}",
        "{domain: off.okta.com, status: active}",
    ]);
    world.file("aerial.yaml", format!("{file}ignoreProducts: [P000200]\n"));
    world
}

#[tokio::test]
async fn the_matrix_reads_like_this() {
    let mut world = world().await;
    for columns in ["60", "80", "140"] {
        world.vars.insert("COLUMNS".into(), columns.into());
        let out = world.run("status").await.done().out;
        let width: usize = columns.parse().unwrap();
        assert!(
            out.lines().all(|line| line.chars().count() <= width),
            "{out}"
        );
        insta::assert_snapshot!(format!("status-{columns}"), out);
    }
}

#[tokio::test]
async fn json_and_csv_read_like_this() {
    let world = world().await;
    let csv = world.run("status --format csv").await.done().out;
    insta::assert_snapshot!("status-csv", csv.replace("\r\n", "⏎\n"));
    let json = world.run("status --format json").await.done();
    insta::assert_snapshot!("status-json", json.out);
}

#[tokio::test]
async fn filters_are_combined_by_and() {
    let world = world().await;
    for (words, orgs) in [
        ("--only a.okta.com --only new.okta.com", "a new"),
        ("--has sso", "a b off old"),
        ("--has P000052 --has mfa", "a off"),
        ("--lacks mfa", "acme-aerial b more old"),
        ("--lacks mfa --has sso", "b old"),
        ("--drifted", "b new off"),
        ("--drifted --has lcm", "b"),
        ("--unmanaged", "old"),
        ("--unmanaged --drifted", ""),
    ] {
        let csv = world.run(&format!("status --format csv {words}")).await;
        let csv = csv.done().out;
        let shown = csv
            .lines()
            .skip(1)
            .map(|line| line.split('.').next().unwrap());
        assert_eq!(shown.collect::<Vec<_>>().join(" "), orgs, "{words}");
    }
    let by_name = ["status", "--format", "csv", "--has", "it products - mfa"];
    assert_eq!(world.run_args(&by_name).await.done().out.lines().count(), 3);
    let one = world.run("status --only b.okta.com").await.done().out;
    let last = one.lines().last().unwrap();
    assert_eq!(
        last,
        "1 of 7 orgs, 2 products; 1 org differs from the file."
    );
    let none = world.run("status --unmanaged --drifted").await.done().out;
    assert!(none.contains("\nNo org.\n"), "{none}");
}

/// An account of 5,000 orgs isn't read for the sake of one.
#[tokio::test]
async fn with_only_no_other_org_s_products_are_read() {
    let world = world().await;
    world.run("status --only b.okta.com").await.done();
    let seen = world.emulator().seen();
    let products = seen.iter().filter(|seen| seen.path.contains("/products"));
    let orgs = products.filter(|seen| seen.path.contains("/orgs/"));
    assert_eq!(orgs.count(), 1);
}

#[tokio::test]
async fn a_word_that_names_nothing_is_an_error_with_a_suggestion() {
    let world = world().await;
    let file = world.read("aerial.yaml");
    world.file(
        "aerial.yaml",
        file.replace("itp: P001113", "itp: P001113, spare: P000777"),
    );
    for (words, message, help) in [
        (
            "--only ab.okta.com",
            "--only ab.okta.com: neither",
            "did you mean a.okta.com?",
        ),
        ("--has mfaa", "--has mfaa: no org", "did you mean `mfa`?"),
        (
            "--lacks P000053",
            "--lacks P000053: no org",
            "did you mean `P000052`?",
        ),
        (
            "--lacks governance",
            "--lacks governance: no org",
            "`aerialctl status` lists them",
        ),
        // The file has a name for it, and nothing else.
        (
            "--has spare",
            "--has spare: no org has such a product or is to have it",
            "`aerialctl status` lists them",
        ),
    ] {
        let ran = world.run(&format!("status {words}")).await;
        let ran = ran.expect(Exit::Usage);
        assert!(
            ran.err.contains(message) && ran.err.contains(help),
            "{}",
            ran.err
        );
        assert_eq!(ran.out, "");
    }
    world.emulator().change(|state| {
        let name = state.products[0].name.clone();
        state.products[1].name = name;
    });
    let twice = ["status", "--has", "IT Products - SSO"];
    let ran = world.run_args(&twice).await.expect(Exit::Usage);
    assert!(
        ran.err.contains("Okta's name of P000052 and P000131"),
        "{}",
        ran.err
    );
}

#[tokio::test]
async fn without_a_file_the_account_alone_is_shown() {
    let mut world = world().await;
    std::fs::remove_file(world.path("aerial.yaml")).unwrap();
    world.run("status").await.expect(Exit::Failed);
    world
        .vars
        .insert("AERIAL_ACCOUNT_ID".into(), ACCOUNT.into());
    let out = world.run("status").await.done().out;
    insta::assert_snapshot!("status-without-a-file", out);
    let read = world.emulator().seen().len();
    for flag in ["--drifted", "--unmanaged"] {
        let ran = world.run(&format!("status {flag}")).await;
        let ran = ran.expect(Exit::Usage);
        assert!(ran.err.contains("there is no file to compare with"));
    }
    assert_eq!(
        world.emulator().seen().len(),
        read,
        "nothing was read for it"
    );
}

#[tokio::test]
async fn what_the_planner_would_refuse_is_told_and_the_rest_is_shown() {
    let world = world().await;
    let state = world.emulator().state();
    let id = &state
        .orgs
        .iter()
        .find(|org| org.domain == "a.okta.com")
        .unwrap()
        .id;
    let entry = format!("{{id: {id}, domain: b.okta.com, products: []}}");
    world.file("aerial.yaml", desired(&[&entry]));
    let ran = world.run("status").await.done();
    assert!(ran.err.contains("warning: the id"), "{}", ran.err);
    assert!(ran.out.contains("! a.okta.com"), "{}", ran.out);
    assert!(ran.out.contains("! b.okta.com"), "{}", ran.out);
}

/// Colours are beside the signs, never instead of them, and move nothing.
#[tokio::test]
async fn colours_move_nothing() {
    let world = world().await;
    let plain = world.run("status").await.done().out;
    let coloured = world.run("status --color always").await.done().out;
    let mut bare = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        bare.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    bare.push_str(rest);
    let trimmed: Vec<&str> = bare.lines().map(str::trim_end).collect();
    assert_eq!(trimmed.join("\n"), plain.trim_end());
    assert_ne!(plain, coloured);
}

#[tokio::test]
async fn a_report_says_whether_apply_will_refuse_and_what_lifts_that() {
    let world = world().await;
    let limits = world
        .read("aerial.yaml")
        .replace("maxLinked: 100", "maxLinked: 0");
    world.file("aerial.yaml", limits);
    let page = world.run("report --out -").await.done().out;
    for part in ["Apply will refuse: ", "maxLinked", "--allow links=1"] {
        assert!(page.contains(part), "{part}");
    }
    let page = world.run("report --allow links --out -").await.done().out;
    assert!(!page.contains("Apply will refuse") && page.contains("Allowed for this run: "));
}
