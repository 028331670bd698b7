//! What is written to disk: as a whole, through no link, and where nobody else reads it.
#![cfg(unix)]

use std::os::unix::fs::{PermissionsExt as _, symlink};

use aerialctl::cli::Exit;

use crate::support::{World, account, desired, org};

async fn world() -> World {
    let world = World::with(account(vec![org("a", &["sso"])])).await;
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso, mfa]}"]),
    );
    world.file("elsewhere/kept", "kept");
    world
}

#[tokio::test]
async fn a_plan_replaces_a_link_and_an_import_too() {
    let world = world().await;
    let kept = world.path("elsewhere/kept");
    for command in [
        "plan --out link",
        "report --out link",
        "import --force --out link",
    ] {
        symlink(&kept, world.path("link")).unwrap();
        world.run(command).await.done();
        assert!(!world.path("link").is_symlink(), "{command}");
        assert_eq!(world.read("elsewhere/kept"), "kept", "{command}");
        std::fs::remove_file(world.path("link")).unwrap();
    }
    for target in ["/dev/null", "/proc/self/cwd/x", "elsewhere"] {
        let ran = world.run(&format!("plan --out {target}")).await;
        ran.expect(Exit::Failed);
    }
}

#[tokio::test]
async fn nothing_is_written_over_a_file_of_another_kind() {
    let world = world().await;
    world.run("apply --yes --receipt r.jsonl").await.done();
    world.file("key.pem", "-----BEGIN PRIVATE KEY-----\n");
    let commands = |file: &str| {
        [
            "plan --out",
            "report --out",
            "undo r.jsonl --out",
            "apply --yes --receipt",
        ]
        .map(|command| format!("{command} {file}"))
    };
    for file in ["aerial.yaml", "key.pem"] {
        let before = world.read(file);
        let asked = world.emulator().seen().len();
        for command in commands(file) {
            let ran = world.run(&command).await.expect(Exit::Usage);
            assert_eq!(world.emulator().seen().len(), asked, "{command}");
            assert!(ran.err.contains("a file of another kind"), "{}", ran.err);
            assert_eq!(world.read(file), before, "{command}");
        }
    }
    let receipt = world.read("r.jsonl");
    for command in ["plan --out r.jsonl", "undo r.jsonl --out r.jsonl"] {
        world.run(command).await.expect(Exit::Usage);
        assert_eq!(world.read("r.jsonl"), receipt, "{command}");
    }
    // Over what they wrote themselves, and over nothing.
    world.file("new.json", "");
    for command in [
        "plan --out new.json",
        "undo r.jsonl --out new.json",
        "report --out p.html",
    ] {
        for _ in 0..2 {
            world.run(command).await.done();
        }
    }
    for command in ["apply --yes --receipt", "plan --out", "report --out"] {
        for memory in ["new", "./new", "elsewhere/../new"] {
            let twice = format!("{command} new --incremental {memory}");
            world.run(&twice).await.expect(Exit::Usage);
            assert!(!world.path("new").exists(), "{twice}");
        }
    }
}

#[tokio::test]
async fn a_receipt_is_not_written_through_a_link() {
    let world = world().await;
    symlink(world.path("elsewhere/kept"), world.path("r.jsonl")).unwrap();
    let ran = world.run("apply --yes --receipt r.jsonl").await;
    let ran = ran.expect(Exit::Failed);
    assert!(ran.err.contains("it is a link"), "{}", ran.err);
    assert_eq!(world.read("elsewhere/kept"), "kept");
    assert_eq!(
        world.products("a.okta.com"),
        ["P000052"],
        "nothing was sent"
    );
    std::fs::remove_file(world.path("r.jsonl")).unwrap();
    for _ in 0..2 {
        world.run("apply --yes --receipt r.jsonl").await.done();
    }
    let text = world.read("r.jsonl");
    let starts = text.matches("\"event\":\"start\"").count();
    assert_eq!(starts, 2, "runs are added");
}

#[tokio::test]
async fn the_program_s_own_folder_is_its_own() {
    let world = world().await;
    let folder = world.path(".aerialctl");
    symlink(world.path("elsewhere"), &folder).unwrap();
    let ran = world.run("plan --emulator").await.expect(Exit::Failed);
    assert!(ran.err.contains(".aerialctl is a link"), "{}", ran.err);
    std::fs::remove_file(&folder).unwrap();
    for name in ["emulator.json", "emulator.lock"] {
        std::fs::create_dir_all(&folder).unwrap();
        symlink(world.path("elsewhere/kept"), folder.join(name)).unwrap();
        let ran = world.run("plan --emulator").await.expect(Exit::Failed);
        assert!(ran.err.contains("is a link"), "{name}: {}", ran.err);
        assert!(!ran.err.contains("kept\""), "{}", ran.err);
        std::fs::remove_dir_all(&folder).unwrap();
    }
    let elsewhere: Vec<_> = std::fs::read_dir(world.path("elsewhere"))
        .unwrap()
        .collect();
    assert_eq!(elsewhere.len(), 1);
    assert_eq!(world.read("elsewhere/kept"), "kept");
    world.run("plan --emulator").await.done();
    assert_eq!(world.read(".aerialctl/.gitignore"), "*\n");
    let state = world.path(".aerialctl/emulator.json");
    let mode = state.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // What somebody wrote there stays.
    world.file(".aerialctl/.gitignore", "emulator.*\n");
    world.run("plan --emulator").await.done();
    assert_eq!(world.read(".aerialctl/.gitignore"), "emulator.*\n");
}

#[tokio::test]
async fn a_dash_is_standard_output() {
    let world = world().await;
    let json = world.run("plan --format json").await.done().out;
    for command in ["plan --out -", "plan --out - --format markdown"] {
        assert_eq!(world.run(command).await.done().out, json, "{command}");
    }
    let text = world.run("import").await.done().out;
    assert_eq!(world.run("import --out -").await.done().out, text);
    assert!(!world.path("-").exists());
}
