//! `import`: names, bundles and groups, in one file or in a folder.

use aerialctl::cli::Exit;
use aerialctl::emulator::{Org, Product, State};

use crate::support::{World, account, org};

const IMPORT: &str = "import --account 0227mkkf8ulgt48bkidcd8ekqft";

/// A company with regions, laboratories that were switched off, and orgs that are like no other.
fn company() -> State {
    let mut orgs: Vec<Org> = Vec::new();
    for n in 1..=6 {
        orgs.push(org(
            &format!("acme-emea-{n}"),
            &["sso", "mfa", "lcm", "itp"],
        ));
        orgs.push(org(&format!("acme-apac{n}"), &["sso", "mfa"]));
    }
    for n in 1..=3 {
        let mut lab = org(&format!("acme-lab-{n}"), &["sso", "mfa"]);
        lab.status = "INACTIVE".into();
        orgs.push(lab);
    }
    orgs.push(org("acme", &["sso", "mfa", "wfl"]));
    orgs.push(org("globex", &["lcm"]));
    let mut custom = org("custom", &["sso"]);
    custom.domain = "id.acme.example".into();
    custom.name = "Custom\u{202e} # [x]: {y}\n- z".into();
    orgs.push(custom);
    let mut state = account(orgs);
    state.products.push(Product {
        id: "P000300".into(),
        name: "IT Products - Okta Identity Governance".into(),
    });
    state
}

#[tokio::test]
async fn a_file_with_shape_reads_like_this() {
    let world = World::with(company()).await;
    world
        .run(&format!("{IMPORT} --environment sandbox --out aerial.yaml"))
        .await
        .done();
    insta::assert_snapshot!(world.read("aerial.yaml"));
    let ran = world.run("plan --detailed-exitcode").await.done();
    assert!(ran.out.starts_with("No changes."), "{}", ran.out);
    assert!(!ran.err.contains("warning"), "{}", ran.err);
    assert_eq!(world.writes(), [""; 0]);
}

#[tokio::test]
async fn a_folder_has_what_holds_for_all_in_one_file_and_the_orgs_below() {
    let world = World::with(company()).await;
    let ran = world.run(&format!("{IMPORT} --out aerial/")).await.done();
    assert!(
        ran.err.contains("wrote 5 files to aerial/ with 19 orgs\n"),
        "{}",
        ran.err
    );
    let mut text = String::new();
    for name in [
        "account",
        "orgs/apac",
        "orgs/emea",
        "orgs/lab",
        "orgs/other",
    ] {
        let name = format!("aerial/{name}.yaml");
        text = format!("{text}--- {name}\n{}", world.read(&name));
    }
    insta::assert_snapshot!(text);
    for file in ["", " --file aerial"] {
        let plan = format!("plan --detailed-exitcode{file}");
        let ran = world.run(&plan).await.done();
        assert!(ran.out.starts_with("No changes."), "{}", ran.out);
    }
    // The same again is the same; anything else isn't written over.
    world.run(&format!("{IMPORT} --out aerial")).await.done();
    for args in ["--out aerial/ --split bundle", "--out aerial --force"] {
        world.file("aerial/mine.yaml", "orgs: []\n");
        let ran = world.run(&format!("{IMPORT} {args}")).await;
        let ran = ran.expect(Exit::Refused);
        assert!(
            ran.err
                .contains("has files that this import wouldn't write like that")
                && ran.err.contains("--force is for a single file"),
            "{}",
            ran.err
        );
        assert!(ran.err.contains("mine.yaml"), "{}", ran.err);
    }
    let ran = world
        .run(&format!("{IMPORT} --out by/ --split bundle"))
        .await;
    ran.done();
    for name in [
        "by/account.yaml",
        "by/orgs/sso-mfa.yaml",
        "by/orgs/emea.yaml",
    ] {
        assert!(world.path(name).exists(), "{name}");
    }
    let ran = world
        .run(&format!("{IMPORT} --split bundle --out a.yaml"))
        .await;
    let ran = ran.expect(Exit::Usage);
    assert!(ran.err.contains("--split is for a folder"), "{}", ran.err);
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_is_not_written_through_a_link() {
    let world = World::with(company()).await;
    std::fs::create_dir_all(world.path("elsewhere")).unwrap();
    std::fs::create_dir_all(world.path("aerial")).unwrap();
    std::os::unix::fs::symlink(world.path("elsewhere"), world.path("aerial/orgs")).unwrap();
    let ran = world.run(&format!("{IMPORT} --out aerial/")).await;
    let ran = ran.expect(Exit::Failed);
    assert!(ran.err.contains("leads out of the folder"), "{}", ran.err);
    assert_eq!(
        std::fs::read_dir(world.path("elsewhere")).unwrap().count(),
        0
    );
}

/// A first file has no shape yet, so it gets one; a file that has names of its own gets bundles, one that has bundles keeps to
/// them.
#[tokio::test]
async fn a_file_gets_the_shape_that_it_lacks() {
    let world = World::with(company()).await;
    let head = "version: 1\naccount: {id: 0227mkkf8ulgt48bkidcd8ekqft}\n";
    for (more, has, lacks, said) in [
        (
            "",
            [
                "governance\": P000300",
                "bundles:\n  sso-mfa: [sso, mfa]",
                "products: [emea]",
            ],
            "zzz",
            "`products` has 6 more names, and it has `bundles`\n",
        ),
        (
            "products: {mine: P000052}\n",
            [
                "\"mfa\": P000131",
                "bundles:\n  mine-mfa: [mine, mfa]",
                "products: [emea]",
            ],
            "P000300",
            "`products` has 4 more names, and it has `bundles`\n",
        ),
        (
            "bundles: {people: [P000052, P000131]}\n",
            [
                "\"itp\": P001113",
                "products: [people, lcm-1-oin-app, itp]",
                "products: [people]",
            ],
            "emea]",
            "`products` has 5 more names\n",
        ),
    ] {
        world.file("aerial.yaml", format!("{head}{more}orgs: []\n"));
        let ran = world.run("import --out aerial.yaml --force").await.done();
        let now = world.read("aerial.yaml");
        for one in has {
            assert!(now.contains(one), "{one}: {now}");
        }
        assert!(!now.contains(lacks), "{lacks}: {now}");
        assert!(ran.err.contains(said), "{}", ran.err);
        let ran = world.run("plan --detailed-exitcode").await.done();
        assert!(ran.out.starts_with("No changes."), "{}", ran.out);
        world.run("import --out aerial.yaml").await.done();
        assert_eq!(world.read("aerial.yaml"), now);
    }
}
