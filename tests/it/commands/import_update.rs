//! `import --update`: orgs that no entry lists get one, and nothing else changes.

use aerialctl::cli::Exit;
use proptest::prelude::*;

use crate::support::{World, account, desired, org};

const NAMES: [&str; 6] = [
    "acme-emea-1",
    "acme-emea-2",
    "acme-apac-1",
    "acme-apac-2",
    "globex",
    "acme",
];

/// Files that list the first org and `acme-apac-1`, in every style.
fn styles(defaults: &str) -> Vec<Vec<(&'static str, String)>> {
    let head = format!(
        "# Ours.\nversion: 1\naccount: &account {{id: 0227mkkf8ulgt48bkidcd8ekqft, partner: true}}\nproducts:\n  sso: P000052 # SSO\n  mfa: P000131\nbundles: {{workforce: [sso, mfa]}}\n{defaults}"
    );
    let block = "orgs: # all of them\n- domain: acme-emea-1.okta.com\n  products: [workforce]\n  status: active # since May\n\n- &apac {domain: acme-apac-1.okta.com}\n  # of the last one\n";
    let end = "\n# How far.\nguardrails: {maxDisabled: 3}\n# The end.";
    let flow = "orgs: [{domain: acme-emea-1.okta.com, products: [workforce]}, {domain: acme-apac-1.okta.com}]\n";
    let lines = "orgs: [ # all\n  {domain: acme-emea-1.okta.com}, # ]\n  {domain: 'acme-apac-1.okta.com'} # }\n]\n";
    let json = "{\n  \"version\": 1,\n  \"account\": {\"id\": \"0227mkkf8ulgt48bkidcd8ekqft\"},\n  \"products\": {\"sso\": \"P000052\"},\n  \"orgs\": [\n    {\"domain\": \"acme-emea-1.okta.com\"},\n    {\"domain\": \"acme-apac-1.okta.com\"}\n  ]\n}";
    let one = |text: String| vec![("aerial.yaml", text)];
    vec![
        one(format!("{head}{block}")),
        one(format!("{head}{block}{end}")),
        one(format!("{head}{block}{end}").replace('\n', "\r\n")),
        one(format!("{head}{}", block.trim_end())),
        one(format!("{block}...\n").replacen("orgs:", &format!("{head}orgs:"), 1)),
        one(format!("{flow}{head}")),
        one(format!("{head}{lines}{end}")),
        one(format!("{head}orgs: [] # none\n{end}")),
        one(format!("{head}orgs: []")),
        one(json.to_owned()),
        vec![
            ("aerial/account.yaml", head.clone()),
            (
                "aerial/orgs/apac.yaml",
                "orgs:\n  - domain: acme-apac-1.okta.com\n".to_owned(),
            ),
            (
                "aerial/orgs/emea.yaml",
                "orgs:\n    - domain: acme-emea-1.okta.com\n".to_owned(),
            ),
        ],
    ]
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(future)
}

/// What a text says once the added entries are gone: every line that there was, in its order.
fn keeps(before: &str, after: &str) -> bool {
    let mut now = after.lines().map(str::trim_end);
    before.lines().all(|line| {
        let bare = line
            .trim_end()
            .trim_end_matches("[] # none")
            .trim_end_matches("[]")
            .trim_end();
        let bare = bare.trim_end_matches(']');
        now.any(|one| {
            one.starts_with(bare) || one.replacen(',', "", 1).contains(bare) || one.contains(bare)
        }) || after.contains(bare)
            || line.contains("} # }")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// A plan right after shows nothing for what was adopted, and for the rest the same as before.
    #[test]
    fn what_is_adopted_changes_nothing_and_the_rest_is_as_before(
        style in 0_usize..11,
        has in prop::collection::vec(prop::collection::vec(prop::sample::select(vec!["sso", "mfa", "lcm", "wfl"]), 0..4), 6),
        off in prop::collection::vec(prop::bool::weighted(0.2), 6),
        defaults in prop::sample::select(vec!["", "defaults: {enforce: additive, cell: ok7}\n", "ignoreProducts: [P000200]\n"]),
        only in prop::option::of(prop::sample::select(vec!["globex.okta.com", "acme-emea-2.okta.com"])),
    ) {
        run(async {
            let orgs = NAMES.iter().zip(&has).zip(&off).map(|((name, has), off)| {
                let mut words = has.clone();
                words.sort_unstable();
                words.dedup();
                let mut org = org(name, &words);
                if *off { org.status = "INACTIVE".into(); }
                org
            });
            let mut state = account(orgs.collect());
            state.switches.products_on_inactive = true;
            let world = World::with(state).await;
            let files = styles(defaults).swap_remove(style);
            for (name, text) in &files {
                world.file(name, text);
            }
            let steps = |plan: &serde_json::Value| plan["steps"].clone();
            let before = world.run("plan --format json").await.done().json();
            let only = only.map_or(String::new(), |org| format!(" --only {org}"));
            let shown = world.run(&format!("import --update --out -{only}")).await.done();
            for (name, text) in &files {
                assert_eq!(&world.read(name), text, "--out - writes nothing");
            }
            let ran = world.run(&format!("import --update{only}")).await.done();
            assert!(shown.out.contains("+"), "{}", shown.text());
            let after = world.run("plan --format json").await.done().json();
            assert_eq!(steps(&before), steps(&after), "{}", ran.text());
            let left = after["unmanaged"].as_array().unwrap().len();
            let unmanaged = before["unmanaged"].as_array().unwrap().len();
            assert_eq!(left, if only.is_empty() { 0 } else { unmanaged - 1 });
            for (name, text) in &files {
                let now = world.read(name);
                assert!(keeps(text, &now), "{name}: {now}");
                assert_eq!(now.contains('\r'), text.contains('\r'));
                let lone = now.split_inclusive('\n').filter(|line| line.ends_with('\n') && !line.ends_with("\r\n"));
                assert!(!text.contains('\r') || lone.count() == 0, "{now}");
            }
            if only.is_empty() {
                let again = world.run("import --update").await.done();
                assert!(again.err.contains("nothing is adopted"), "{}", again.err);
            }
            assert_eq!(world.writes(), [""; 0]);
        });
    }
}

/// Files that have everything but orgs: one of them gets the key, behind all else.
#[tokio::test]
async fn where_no_file_has_orgs_one_gets_them() {
    let world = World::with(account(vec![org("a", &["sso", "mfa"]), org("b", &["sso"])])).await;
    let account = "# Ours.\nversion: 1\naccount: {id: 0227mkkf8ulgt48bkidcd8ekqft, aerialOrg: acme-aerial.okta.com}\n";
    let words = "products: {sso: P000052} # names\nbundles: {base: [sso]}\n";
    let rules = "guardrails: {maxDisabled: 3}\n";
    let json = "{\"version\": 1, \"account\": {\"id\": \"0227mkkf8ulgt48bkidcd8ekqft\"}}\n";
    for (files, file) in [
        (
            vec![("aerial.yaml", format!("{account}{words}{rules}"))],
            "aerial.yaml",
        ),
        (
            vec![(
                "aerial.yaml",
                format!("{account}{words}# The end.").replace('\n', "\r\n"),
            )],
            "aerial.yaml",
        ),
        (vec![("aerial.yaml", json.to_owned())], "aerial.yaml"),
        (
            vec![
                ("aerial/a.yaml", words.to_owned()),
                ("aerial/b.yaml", format!("{account}{rules}")),
            ],
            "aerial/b.yaml",
        ),
        // What has rules of others takes no orgs.
        (
            vec![
                ("aerial/a.yaml", format!("version: 1\n{rules}")),
                (
                    "aerial/b.yaml",
                    "version: 1\naccount: {id: 0227mkkf8ulgt48bkidcd8ekqft}\n".to_owned(),
                ),
            ],
            "aerial/b.yaml",
        ),
    ] {
        for (name, text) in &files {
            world.file(name, text);
        }
        let shown = world.run("import --update --out -").await.done();
        assert!(shown.out.contains(&format!("--- {file}")), "{}", shown.out);
        let ran = world.run("import --update").await.done();
        let said = format!("added to {file}: a.okta.com, b.okta.com");
        assert!(ran.err.contains(&said), "{}", ran.text());
        for (name, text) in &files {
            let now = world.read(name);
            let before = text.trim_end_matches(['}', '\n']);
            assert!(now.starts_with(before), "{now}");
            assert_eq!(now == *text, *name != file, "{now}");
            assert_eq!(now.contains('\r'), text.contains('\r'));
        }
        let plan = world.run("plan --detailed-exitcode").await.done();
        assert!(plan.out.starts_with("No changes."), "{}", plan.out);
        for name in ["aerial.yaml", "aerial/a.yaml", "aerial/b.yaml"] {
            std::fs::remove_file(world.path(name)).ok();
        }
        std::fs::remove_dir(world.path("aerial")).ok();
    }
}

#[tokio::test]
async fn an_update_reads_like_this() {
    let orgs = NAMES.map(|name| org(name, &["sso", "mfa", "wfl"]));
    let world = World::with(account(orgs.to_vec())).await;
    for style in [1, 6, 10] {
        for (name, text) in styles("").swap_remove(style) {
            world.file(name, text);
        }
        let ran = world.run("import --update --out -").await.done();
        insta::assert_snapshot!(format!("update-{style}"), ran.text());
        for name in ["aerial.yaml", "aerial"] {
            std::fs::remove_file(world.path(name)).ok();
        }
    }
}

#[tokio::test]
async fn what_can_not_be_adopted_is_said_and_nothing_is_written() {
    let world = World::with(account(vec![org("a", &["sso"]), org("b", &["sso"])])).await;
    let good = desired(&["{domain: a.okta.com}"]);
    let text = good
        .replace("orgs:\n", "x-all: &all\n")
        .replace("defaults", "orgs: *all\ndefaults");
    let text = text.replace("x-all: &all\n  - {domain: a.okta.com}\n", "");
    let head = text.replace("orgs: *all\n", "");
    for (file, words, exit, said) in [
        (
            good.as_str(),
            "--only c.okta.com",
            Exit::Usage,
            "manages no such org",
        ),
        (
            good.as_str(),
            "--only a.okta.com",
            Exit::Usage,
            "the files list it already",
        ),
        (
            good.as_str(),
            "--out x.yaml",
            Exit::Usage,
            "writes the files that it reads",
        ),
        (good.as_str(), "--at HEAD", Exit::Usage, "to the worktree"),
        (
            &format!("x-all: &all\n  - {{domain: a.okta.com}}\n{head}orgs: *all\n"),
            "",
            Exit::Refused,
            "nothing was written",
        ),
    ] {
        world.file("aerial.yaml", file);
        let ran = world
            .run(&format!("import --update {words}"))
            .await
            .expect(exit);
        assert!(ran.err.contains(said), "{said}: {}", ran.err);
        assert_eq!(world.read("aerial.yaml"), file);
    }
}

/// A default baseline would change what a new entry's org has inside; and the file is the one that a link within leads to.
#[cfg(unix)]
#[tokio::test]
async fn an_entry_leaves_alone_what_its_org_has_inside_and_a_link_stays_one() {
    let world = World::with(account(vec![org("a", &["sso"]), org("b", &["sso"])])).await;
    let file = desired(&["{domain: a.okta.com, baseline: none}"]).replace(
        "defaults: {cell: ok1}",
        "defaults: {cell: ok1, baseline: all}\nbaselines: {all: {groups: {X: {}}}}",
    );
    world.file("real/x.yaml", &file);
    std::os::unix::fs::symlink("real/x.yaml", world.path("aerial.yaml")).unwrap();
    let ran = world.run("import --update --only b.okta.com").await.done();
    assert!(ran.err.contains("`baseline: none` keeps"), "{}", ran.err);
    assert!(
        world
            .path("aerial.yaml")
            .symlink_metadata()
            .unwrap()
            .is_symlink()
    );
    let now = world.read("real/x.yaml");
    assert!(
        now.starts_with(&file) && now.contains("baseline: none\n    products: [sso]\n"),
        "{now}"
    );
    let ran = world.run("plan --detailed-exitcode").await.done();
    assert!(ran.out.starts_with("No changes."), "{}", ran.out);
}

/// Somebody saves a file after it was read: nothing is written, to no file.
#[tokio::test]
async fn a_file_that_changes_meanwhile_is_left_alone_and_so_are_the_others() {
    let orgs = ["acme-emea-1", "acme-emea-2", "acme-apac-1", "acme-apac-2"];
    let world = World::with(account(orgs.map(|name| org(name, &["sso"])).to_vec())).await;
    for (name, text) in styles("").swap_remove(10) {
        world.file(name, text);
    }
    let texts = || ["apac", "emea"].map(|name| world.read(&format!("aerial/orgs/{name}.yaml")));
    let before = texts();
    let somebody = async {
        while world.emulator().seen().is_empty() {
            tokio::task::yield_now().await;
        }
        let text = format!("{}# Mine.\n", before[1]);
        world.file("aerial/orgs/emea.yaml", text);
    };
    let (ran, ()) = tokio::join!(world.run("import --update"), somebody);
    let ran = ran.expect(Exit::Refused);
    let said = "aerial/orgs/emea.yaml has changed since it was read, so nothing was written";
    assert!(ran.err.contains(said), "{}", ran.err);
    assert!(!ran.err.contains("added to"), "{}", ran.err);
    assert_eq!(
        texts(),
        [before[0].clone(), format!("{}# Mine.\n", before[1])]
    );
    let ran = world.run("import --update").await.done();
    assert!(
        ran.err
            .contains("added to aerial/orgs/apac.yaml: acme-apac-2"),
        "{}",
        ran.err
    );
    assert!(texts()[1].contains("# Mine.\n"));
    let plan = world.run("plan --detailed-exitcode").await.done();
    assert!(plan.out.starts_with("No changes."), "{}", plan.out);
}

/// What can't be written behind what could is said with it.
#[cfg(unix)]
#[tokio::test]
async fn of_several_files_the_written_ones_are_named_where_one_can_not_be() {
    use std::os::unix::fs::PermissionsExt as _;
    let orgs = ["acme-emea-1", "acme-emea-2", "acme-apac-1", "acme-apac-2"];
    let world = World::with(account(orgs.map(|name| org(name, &["sso"])).to_vec())).await;
    world.file(
        "aerial/account.yaml",
        styles("").swap_remove(10).swap_remove(0).1,
    );
    for (name, domain) in [("a", "acme-apac-1"), ("e/emea", "acme-emea-1")] {
        let text = format!("orgs:\n  - domain: {domain}.okta.com\n");
        world.file(&format!("aerial/orgs/{name}.yaml"), text);
    }
    let folder = world.path("aerial/orgs/e");
    let mode =
        |mode| std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(mode)).unwrap();
    mode(0o555);
    if std::fs::write(folder.join("x"), "").is_ok() {
        // A superuser writes everywhere.
        mode(0o755);
        return;
    }
    let ran = world.run("import --update").await;
    mode(0o755);
    let ran = ran.expect(Exit::Failed);
    let said = "written before that, and valid by itself: aerial/orgs/a.yaml";
    assert!(ran.err.contains(said), "{}", ran.err);
    let plan = world.run("plan").await.done();
    assert!(plan.out.starts_with("No changes."), "{}", plan.out);
    world.run("import --update").await.done();
}

#[cfg(unix)]
#[tokio::test]
async fn whoever_could_read_the_files_still_can_and_nobody_else() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::with(account(vec![org("a", &["sso"]), org("b", &["sso"])])).await;
    world.file("aerial.yaml", desired(&["{domain: a.okta.com}"]));
    world.file("aerial.catalog.json", "{}");
    let files = ["aerial.yaml", "aerial.catalog.json"];
    for name in files {
        let mode = std::fs::Permissions::from_mode(0o640);
        std::fs::set_permissions(world.path(name), mode).unwrap();
    }
    let modes =
        || files.map(|name| world.path(name).metadata().unwrap().permissions().mode() & 0o777);
    world.run("import --update").await.done();
    world.run("catalog").await.done();
    assert_eq!(modes(), [0o640; 2]);
    world.run("import --out aerial.yaml --force").await.done();
    assert_eq!(modes(), [0o640; 2]);
}
