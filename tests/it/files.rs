//! What is read of a folder and of a revision, and what never is: links that lead out, pipes, what isn't a desired state.
#![cfg(unix)]

use std::os::unix::fs::symlink;
use std::process::Command;

use aerialctl::cli::Exit;

use crate::gitops::repository::{commit, init};
use crate::support::{HEAD, Ran, World, desired};

const CANARY: &str = "canary-5f1d";

const FORMATS: [&str; 4] = ["human", "json", "github", "sarif"];

fn no_canary(ran: &Ran, what: &str) {
    for text in [&ran.out, &ran.err] {
        assert!(!text.contains(CANARY), "{what}: {text}");
    }
}

/// Files in which secrets stand.
fn secrets() -> [(&'static str, String); 8] {
    [
        (
            "netrc",
            format!("machine okta.com login me password {CANARY}\n"),
        ),
        ("dotenv", format!("AERIAL_ACCESS_TOKEN={CANARY}\nOTHER=1\n")),
        (
            "json",
            format!(
                "{{\n  \"client_id\": \"x\",\n  \"client_secret\": \"{CANARY}\",\n  \"nested\": {{\"{CANARY}\": 1}}\n}}\n"
            ),
        ),
        (
            "yaml",
            format!(
                "password: {CANARY}\norgs: {CANARY}\nproducts: {{sso: {CANARY}, {CANARY}: P1}}\n"
            ),
        ),
        ("broken", format!("a: &{CANARY} [\n'{CANARY}\n")),
        ("alias", format!("x: *{CANARY}\n")),
        (
            "meaning",
            format!("ignoreProducts: [{CANARY}]\nbundles: {{}}\ntoken: 1\n"),
        ),
        ("shape", format!("ignoreProducts: [{CANARY}]\n")),
    ]
}

/// A4: no message shows what stands in a file that isn't a desired state, whoever names it.
#[tokio::test]
async fn what_is_no_desired_state_is_not_shown() {
    for (name, text) in secrets() {
        let elsewhere = World::new();
        elsewhere.file("secret.yaml", text);
        let secret = elsewhere.path("secret.yaml");
        for in_repository in [false, true] {
            let world = World::new();
            if in_repository {
                init(&world);
            }
            for format in FORMATS {
                let own = world
                    .run(&format!(
                        "validate --format {format} -f {}",
                        secret.display()
                    ))
                    .await;
                no_canary(&own.expect(Exit::Invalid), name);
            }
            // A link that leads out is refused, be it the file, the folder, or in the folder.
            symlink(&secret, world.path("aerial.yaml")).unwrap();
            let ran = world.run("validate").await.expect(Exit::Failed);
            assert!(
                ran.err
                    .contains("aerial.yaml isn't read: the link aerial.yaml leads out of the "),
                "{}",
                ran.err
            );
            no_canary(&ran, name);
            std::fs::remove_file(world.path("aerial.yaml")).unwrap();
            symlink(elsewhere.path("."), world.path("aerial")).unwrap();
            let ran = world.run("validate").await.expect(Exit::Failed);
            assert!(
                ran.err.contains("the link aerial leads out of the "),
                "{}",
                ran.err
            );
            std::fs::remove_file(world.path("aerial")).unwrap();
            world.file("aerial/account.yaml", HEAD);
            symlink("../../../../../../../../etc", world.path("aerial/more")).unwrap();
            let ran = world.run("validate").await.expect(Exit::Failed);
            assert!(
                ran.err.contains("aerial/more isn't read: the link "),
                "{}",
                ran.err
            );
        }
    }
}

#[tokio::test]
async fn the_environment_is_not_a_desired_state() {
    let world = World::new();
    init(&world);
    symlink("/proc/self/environ", world.path("aerial.yaml")).unwrap();
    let ran = world.run("validate").await.expect(Exit::Failed);
    assert!(
        ran.err.contains("leads out of the repository"),
        "{}",
        ran.err
    );
    let ran = world
        .run("validate -f /proc/self/environ")
        .await
        .expect(Exit::Invalid);
    assert!(ran.err.contains("binary"), "{}", ran.err);
    assert!(!ran.err.contains("PATH="), "{}", ran.err);
}

/// The revision of a worktree gives the same files: links that stay inside are followed in both (C7), each folder once (B1).
#[tokio::test]
async fn a_worktree_and_its_revision_give_the_same_files() {
    let world = World::new();
    let repository = init(&world);
    world.file("cfg/prod.yaml", HEAD);
    world.file(
        "cfg/orgs/A.YAML",
        "orgs: [{domain: a.okta.com, products: [sso]}]\n",
    );
    world.file("cfg/orgs/old.yaml.bak", "nonsense");
    world.file("cfg/orgs/.hidden.yml", "nonsense");
    world.file("cfg/orgs/.old/x.yaml", "nonsense");
    world.file("cfg/orgs/readme.md", "nonsense");
    std::fs::create_dir(world.path("aerial")).unwrap();
    symlink("../cfg/prod.yaml", world.path("aerial/account.yaml")).unwrap();
    symlink("../cfg/orgs", world.path("aerial/orgs")).unwrap();
    symlink("nowhere", world.path("aerial/nowhere.yaml")).unwrap();
    for n in 1..9 {
        symlink(".", world.path(&format!("aerial/l{n}"))).unwrap();
        symlink(
            world.path("cfg/orgs").canonicalize().unwrap(),
            world.path(&format!("cfg/orgs/m{n}")),
        )
        .unwrap();
    }
    symlink("aerial/account.yaml", world.path("one.yaml")).unwrap();
    commit(&repository, "all");
    let here = world.run("validate").await.done();
    assert_eq!(here.out, "2 files: valid, 1 org.\n");
    let there = world.run("validate --at HEAD").await.done();
    assert_eq!((here.out, here.err), (there.out, there.err.clone()));
    insta::assert_snapshot!(there.err, @r"
    warning: not read: aerial/nowhere.yaml, aerial/orgs/.hidden.yml, aerial/orgs/.old/, aerial/orgs/old.yaml.bak
     |
     = help: a desired state is in regular files that end in `.yaml` or `.yml`, outside of hidden folders
    ");
    for at in ["", " --at HEAD"] {
        let ran = world
            .run(&format!("validate -f one.yaml -f cfg/orgs{at}"))
            .await
            .done();
        assert_eq!(ran.out, "2 files: valid, 1 org.\n");
    }
    // C7: the base too.
    let ran = world.run("preview --base HEAD").await.done();
    assert_eq!(
        ran.out,
        "This branch changes nothing in the desired state.\n"
    );
    // Links in a circle, git's own folder, and a link out of the repository, in both alike.
    symlink("b.yaml", world.path("a.yaml")).unwrap();
    symlink("a.yaml", world.path("b.yaml")).unwrap();
    symlink(".git/config", world.path("config.yaml")).unwrap();
    symlink("../../../etc/passwd", world.path("cfg/out.yaml")).unwrap();
    commit(&repository, "bad");
    let mut texts = Vec::new();
    for at in ["", " --at HEAD"] {
        let mut text = String::new();
        for file in [
            "a.yaml",
            "config.yaml",
            "cfg/out.yaml",
            "cfg",
            "cfg/../.git/config",
        ] {
            text += &world
                .run(&format!("validate -f {file}{at}"))
                .await
                .expect(Exit::Failed)
                .err
                .replace(" (at HEAD)", "");
        }
        texts.push(text);
    }
    assert_eq!(texts[0], texts[1]);
    insta::assert_snapshot!(texts[0], @r"
    error: a.yaml isn't read: its links lead in a circle
     |
     = help: take one of the links out

    error: config.yaml isn't read: it lies in git's own folder
     |
     = help: name a file or a folder of the desired state

    error: cfg/out.yaml isn't read: the link cfg/out.yaml leads out of the repository
     |
     = help: put the file itself there, or name with --file the path that the link leads to: what a repository links to outside of it is anybody's file

    error: cfg/out.yaml isn't read: the link cfg/out.yaml leads out of the repository
     |
     = help: put the file itself there, or name with --file the path that the link leads to: what a repository links to outside of it is anybody's file

    error: cfg/../.git/config isn't read: it lies in git's own folder
     |
     = help: name a file or a folder of the desired state
    ");
}

/// B3: nothing that could make the reader wait is opened.
#[tokio::test]
async fn a_pipe_in_the_folder_is_not_opened() {
    let world = World::new();
    world.file("aerial/account.yaml", format!("{HEAD}orgs: []\n"));
    for name in ["pipe.yaml", "pipe"] {
        let made = Command::new("mkfifo")
            .arg(world.path("aerial").join(name))
            .status();
        assert!(made.unwrap().success());
    }
    let _socket = std::os::unix::net::UnixListener::bind(world.path("aerial/socket.yaml")).unwrap();
    symlink("pipe", world.path("aerial/link.yaml")).unwrap();
    let ran = world.run("validate").await.done();
    assert_eq!(ran.out, "aerial/account.yaml: valid, 0 orgs.\n");
    assert!(
        ran.err
            .contains("not read: aerial/link.yaml, aerial/pipe.yaml, aerial/socket.yaml\n"),
        "{}",
        ran.err
    );
    let ran = world
        .run("validate -f aerial/pipe.yaml")
        .await
        .expect(Exit::Failed);
    assert!(
        ran.err
            .contains("aerial/pipe.yaml isn't read: it is neither a regular file nor a folder"),
        "{}",
        ran.err
    );
}

/// What the user names by where it is may be a pipe; whoever ends the run needn't wait for it.
#[tokio::test]
async fn a_pipe_that_the_user_names_is_read_and_the_run_can_be_ended() {
    let elsewhere = World::new();
    let pipe = |name: &str| {
        let pipe = elsewhere.path(name);
        assert!(
            Command::new("mkfifo")
                .arg(&pipe)
                .status()
                .unwrap()
                .success()
        );
        pipe
    };
    let silent = pipe("silent");
    let mut world = World::new();
    let words = format!("validate -f {}", silent.display());
    let (ran, ()) = tokio::join!(world.run(&words), async {
        tokio::task::yield_now().await;
        world.stop.cancel();
    });
    ran.expect(Exit::Interrupted);
    // The reader that was left behind gets its answer at the end, whenever it comes to open the pipe: opened for both, a pipe
    // waits for nobody.
    let both = std::fs::File::options()
        .read(true)
        .write(true)
        .open(&silent);
    let _until_the_end = both.unwrap();

    world.stop = tokio_util::sync::CancellationToken::new();
    world.stdin = desired(&["{domain: a.okta.com}"]);
    let ran = world.run("validate -f -").await.done();
    assert_eq!(ran.out, "-: valid, 1 org.\n");
    let (content, full) = (world.stdin.clone(), pipe("full"));
    let words = format!("validate -f {}", full.display());
    let writer = tokio::task::spawn_blocking(move || std::fs::write(full, content));
    let ran = world.run(&words).await.done();
    writer.await.unwrap().unwrap();
    assert!(ran.out.ends_with("full: valid, 1 org.\n"), "{}", ran.out);
}

/// B7, B10: what is large is refused before it is read.
#[tokio::test]
async fn what_is_too_much_is_refused_in_words() {
    let world = World::new();
    let repository = init(&world);
    let zeros = std::fs::File::create(world.path("aerial.yaml")).unwrap();
    zeros.set_len(65 * 1024 * 1024).unwrap();
    commit(&repository, "zeros");
    let mut texts = world
        .run("validate --at HEAD")
        .await
        .expect(Exit::Invalid)
        .err;
    // One large blob under many names is read no further than the bound on all of them.
    std::fs::remove_file(world.path("aerial.yaml")).unwrap();
    world.file("aerial/0.yaml", vec![b'#'; 50 * 1024 * 1024]);
    for n in 1..3 {
        std::fs::hard_link(
            world.path("aerial/0.yaml"),
            world.path(&format!("aerial/{n}.yaml")),
        )
        .unwrap();
    }
    commit(&repository, "many");
    for at in ["", " --at HEAD"] {
        texts += &world
            .run(&format!("validate{at}"))
            .await
            .expect(Exit::Failed)
            .err;
    }
    std::fs::remove_dir_all(world.path("aerial")).unwrap();
    world.file("aerial/1/2/3/4/5/6/7/8/9/x.yaml", "");
    texts += &world.run("validate").await.expect(Exit::Failed).err;
    world.file("aerial.yaml", format!("{HEAD}orgs: []\n"));
    for command in [
        "apply --plan /dev/zero",
        "plan --emulator --emulator-seed /dev/zero",
        "plan --emulator --emulator-faults /dev/zero",
    ] {
        texts += &world.run(command).await.expect(Exit::Failed).err;
    }
    insta::assert_snapshot!(texts, @r"
    error: aerial.yaml:1:1: the file has 68157440 bytes; a desired state may have 67108864, room for about 100,000 orgs (at HEAD)
     |
     = help: split it into several files in a folder

    error: the files of the desired state have more than 134217728 bytes in all
     |
     = help: name products and bundles once, and use them in every file

    error: the files of the desired state have more than 134217728 bytes in all (at HEAD)
     |
     = help: name products and bundles once, and use them in every file

    error: the folder aerial/1/2/3/4/5/6/7/8/9 isn't read: it is more than 8 folders deep
     |
     = help: name with --file the folder that has nothing but the desired state

    error: the reviewed plan /dev/zero can't be read: it has more than 67108864 bytes
     |
     = help: give the file that `plan --out FILE` wrote

    error: the seed /dev/zero can't be read: it has more than 16777216 bytes

    error: the list of faults /dev/zero can't be read: it has more than 16777216 bytes
    ");
}
