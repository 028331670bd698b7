//! No file makes a secret go to a host that isn't Okta's, nor to another account than the pinned one.

use aerialctl::cli::Exit;

use crate::server::{Server, answer};
use crate::support::{ACCOUNT, World, account, desired, org};

/// Commands that would send a token or an assertion.
const COMMANDS: [&str; 6] = [
    "plan",
    "apply --yes",
    "status",
    "report --out -",
    "import",
    "doctor",
];

fn file(account: &str) -> String {
    let orgs = desired(&["{domain: a.okta.com, products: [sso]}"]);
    orgs.replace("  aerialOrg: acme-aerial.okta.com\n", account)
}

#[tokio::test]
async fn promise_6_a_file_names_no_other_host_than_okta_s() {
    let elsewhere = Server::start(|_| answer("200 OK", "", "{}")).await;
    let port = elsewhere.origin.rsplit(':').next().unwrap();
    let origin = &elsewhere.origin;
    let mut places: Vec<String> = [
        origin.as_str(),
        &format!("http://localhost:{port}"),
        "https://127.0.0.2",
        "https://169.254.169.254",
        "https://aerial.example.com",
        "https://aerial-apac.okta.com.evil.com",
        "https://aerial-apac.okta.com@evil.com",
        "https://evil.com/aerial-apac.okta.com",
        "https://aerial-apac.evilokta.com",
        "https://acme.okta.com",
        "https://acme-aerial.okta.com",
        "https://x.aerial.okta.com",
        "https://aerial-apac.okta.com:8443",
        "https://aerial-apac.okta.com/prefix",
        "https://aerial-apac.okta.com//",
        "https://okta.com",
        "http://aerial-apac.okta.com",
        "https://aerial_x.okta.com",
    ]
    .map(|url| format!("  environment: \"{url}\"\n"))
    .to_vec();
    places.extend(
        [
            &format!("127.0.0.1:{port}"),
            "127.0.0.1",
            "169.254.169.254",
            "localhost",
            "login.acme.example",
            "acme-aerial.okta.com.evil.com",
            "a.acme-aerial.okta.com",
            "okta.com",
        ]
        .map(|host| format!("  aerialOrg: \"{host}\"\n")),
    );
    // Whatever the variables say, and also where they say nothing.
    for with_variables in [true, false] {
        let mut world = World::with(account(vec![org("a", &["sso"])])).await;
        if !with_variables {
            world.vars.remove("AERIAL_ENDPOINT");
            world.vars.remove("AERIAL_ISSUER");
        }
        for place in &places {
            world.file("aerial.yaml", file(place));
            for command in COMMANDS {
                let ran = world.run(command).await.expect(Exit::Invalid);
                let line = "aerial.yaml:4:";
                assert!(ran.err.contains(line), "{command} {place}: {}", ran.err);
            }
            world.run("validate").await.expect(Exit::Invalid);
        }
        assert_eq!(world.emulator().seen(), []);
    }
    assert_eq!(elsewhere.asked().len(), 0);
}

#[tokio::test]
async fn okta_s_other_aerial_servers_may_stand_in_a_file() {
    let world = World::new();
    for place in [
        "  environment: production\n",
        "  environment: sandbox\n",
        "  environment: https://aerial.okta.com\n",
        "  environment: https://aerial-emea.okta-emea.com/\n",
        "  environment: https://Aerial-Gov.okta-gov.com\n  aerialOrg: acme.okta.mil\n",
        "  environment: https://aerial-x.oktapreview.com\n  aerialOrg: ACME.okta-gov.com\n",
    ] {
        world.file("aerial.yaml", file(place));
        world.run("validate").await.done();
    }
}

#[tokio::test]
async fn promise_6_an_org_has_a_host_of_okta_s() {
    let world = World::with(account(vec![org("a", &["sso"])])).await;
    for host in [
        "login.acme.example",
        "a.okta.com.evil.com",
        "127.0.0.1",
        "a.b.okta.com",
        "a_b.okta.com",
    ] {
        world.file("aerial.yaml", desired(&[&format!("{{domain: {host}}}")]));
        let ran = world.run("plan").await.expect(Exit::Invalid);
        let said = format!("`{host}` isn't a host of Okta's");
        assert!(ran.err.contains(&said), "{}", ran.err);
    }
    assert_eq!(world.emulator().seen(), []);
}

#[tokio::test]
async fn promise_6_the_environment_pins_the_account() {
    let mut world = World::with(account(vec![org("a", &["sso"])])).await;
    let mine = desired(&["{domain: a.okta.com, products: [sso]}"]);
    let nameless = mine
        .replace(&format!("account:\n  id: {ACCOUNT}\n"), "")
        .replace("  aerialOrg: acme-aerial.okta.com\n", "");
    let pin = "AERIAL_ACCOUNT_ID";
    world.vars.insert(pin.into(), "0227other".into());
    world.file("aerial.yaml", &mine);
    for command in COMMANDS.into_iter().chain(["validate"]) {
        let ran = world.run(command).await.expect(Exit::Refused);
        let said = format!("about the account {ACCOUNT}, and {pin} pins 0227other");
        assert!(ran.err.contains(&said), "{command}: {}", ran.err);
    }
    world
        .run("import --account 0227x")
        .await
        .expect(Exit::Refused);
    assert_eq!(world.emulator().seen(), []);
    // Where no file names one, it is the account; where a file does, they agree.
    world.vars.insert(pin.into(), format!(" {ACCOUNT}\n"));
    for text in [&mine, &nameless] {
        world.file("aerial.yaml", text);
        for command in COMMANDS.into_iter().chain(["validate"]) {
            world.run(command).await.done();
        }
        assert_eq!(
            world.run("plan --format json").await.json()["account"],
            ACCOUNT
        );
    }
    std::fs::remove_file(world.path("aerial.yaml")).unwrap();
    world.run("import").await.done();
    for (value, exit) in [("no id", Exit::Failed), ("", Exit::Invalid)] {
        world.vars.insert(pin.into(), value.into());
        world.file("aerial.yaml", &nameless);
        world.run("validate").await.expect(exit);
    }
}

#[tokio::test]
async fn promise_6_the_emulator_reaches_nothing_else() {
    let elsewhere = Server::start(|_| answer("200 OK", "", "{}")).await;
    let mut world = World::new();
    for (name, value) in [
        ("AERIAL_ENDPOINT", elsewhere.origin.as_str()),
        ("AERIAL_ISSUER", elsewhere.origin.as_str()),
        ("AERIAL_ORG_ENDPOINT", elsewhere.origin.as_str()),
        ("AERIAL_ACCOUNT_ID", "0227other"),
        ("AERIAL_ACCESS_TOKEN", "canary-access-token"),
        ("AERIAL_CLIENT_ID", "0oaclient"),
        ("AERIAL_PRIVATE_KEY_FILE", "nowhere.pem"),
    ] {
        world.vars.insert(name.into(), value.into());
    }
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso]}"]),
    );
    for command in COMMANDS {
        world.run(&format!("{command} --emulator")).await.done();
    }
    world.vars.remove("AERIAL_ACCESS_TOKEN");
    world
        .run("apply --yes --emulator --receipt r.jsonl")
        .await
        .done();
    let receipt = world.read("r.jsonl");
    assert!(!receipt.contains("0oaclient"), "{receipt}");
    assert_eq!(elsewhere.asked().len(), 0);
    let kept = world.read(".aerialctl/emulator.json");
    assert!(!kept.contains("canary"), "{kept}");
    let ran = world.run("plan --emulator --comment").await;
    assert!(ran.expect(Exit::Usage).err.contains("cannot be used with"));
}

#[tokio::test]
async fn a_file_without_an_account_gets_the_emulator_s() {
    let seed = "{account: {id: 0227seed}, products: [{id: P000052, name: SSO}], orgs: [{domain: s.okta.com, aerialOrg: true}]}";
    for (flags, id) in [
        ("", "0227emulated"),
        (" --emulator-seed seed.yaml", "0227seed"),
    ] {
        let world = World::new();
        world.file("seed.yaml", seed);
        world.file("aerial.yaml", "version: 1\norgs: []\n");
        let ran = world
            .run(&format!("plan --format json --emulator{flags}"))
            .await
            .done();
        assert_eq!(ran.json()["account"], id);
        // The kept one, from then on.
        let ran = world.run("plan --format json --emulator").await.done();
        assert_eq!(ran.json()["account"], id);
        world.run("plan").await.expect(Exit::Invalid);
    }
}
