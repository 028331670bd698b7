//! How the action installs a release: the one whose digests its own commit has, or one whose digest was given.
#![cfg(unix)]

use std::process::Command;

use crate::runner::{Done, Runner};

const ARCHIVE: &str = "aerialctl-1.2.3-x86_64-unknown-linux-musl.tar.gz";

/// A release of the program of this test run, a place that has it, and an action that knows its digest.
struct Release {
    runner: Runner,
    digest: String,
    action: String,
}

impl Release {
    async fn new() -> Self {
        let runner = Runner::new().await;
        let binary = env!("CARGO_BIN_EXE_aerialctl");
        for folder in ["site", "action"] {
            std::fs::create_dir_all(runner.world.path(folder)).unwrap();
        }
        let site = runner.world.path("site");
        let script = format!(
            "cd '{}' && tar -czf {ARCHIVE} -C \"$(dirname '{binary}')\" aerialctl && sha256sum {ARCHIVE} | cut -d ' ' -f 1",
            site.display()
        );
        let made = Command::new("bash").args(["-c", &script]).output().unwrap();
        assert!(made.status.success());
        let digest = String::from_utf8(made.stdout).unwrap().trim().to_owned();
        runner.tool(
            "curl",
            &format!(
                "for last; do :; done\nwhile [ $# -gt 1 ]; do if [ \"$1\" = --output ]; then out=\"$2\"; fi; shift; done\necho \"$last\" >> '{0}/asked'\ncp '{0}/'\"$(basename \"$last\")\" \"$out\"",
                site.display()
            ),
        );
        let action = runner.world.path("action").display().to_string();
        let release = Self {
            runner,
            digest,
            action,
        };
        release.gh("exit 1");
        release
    }

    /// `gh`, which says what it was asked.
    fn gh(&self, verdict: &str) {
        let said = self.runner.world.path("site/gh");
        let script = format!(
            "if [ \"$2\" = --help ]; then exit; fi\necho \"$GH_TOKEN $*\" >> '{}'\n{verdict}",
            said.display()
        );
        self.runner.tool("gh", &script);
    }

    fn digests(&self, digest: &str) {
        let lines = format!(
            "{}  aerialctl-1.2.3-aarch64-apple-darwin.tar.gz\n{digest}  {ARCHIVE}\n",
            "1".repeat(64)
        );
        self.runner.world.file("action/release.sha256", lines);
    }

    async fn run(&self, inputs: &[(&str, &str)], server: &str) -> Done {
        let facts = [
            ("github.action_repository", "acme/aerialctl"),
            ("github.action_path", self.action.as_str()),
            ("github.server_url", server),
        ];
        let inputs = [&[("command", "validate")], inputs].concat();
        std::fs::remove_dir_all(self.runner.world.path("temp/aerialctl")).ok();
        self.runner.run(&inputs, &facts, &[]).await
    }

    fn asked(&self) -> String {
        let path = self.runner.world.path("site/asked");
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        std::fs::remove_file(path).ok();
        text.trim().to_owned()
    }
}

const GITHUB: &str = "https://github.com";

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_of_a_release_installs_that_release() {
    let release = Release::new().await;
    release.gh("exit 0");
    release.digests(&release.digest);
    let done = release.run(&[], GITHUB).await;
    assert_eq!(done.code, 0, "{}", done.text);
    assert_eq!(
        release.asked(),
        format!("https://github.com/acme/aerialctl/releases/download/v1.2.3/{ARCHIVE}")
    );
    let gh = release.runner.world.read("site/gh");
    assert_eq!(
        gh,
        format!("gh-token attestation verify {ARCHIVE} --repo acme/aerialctl\n")
    );
    // A second step of the same job has it already.
    let facts = [
        ("github.action_repository", "acme/aerialctl"),
        ("github.action_path", release.action.as_str()),
    ];
    let inputs = [("command", "validate")];
    let done = release.runner.run(&inputs, &facts, &[]).await;
    assert_eq!(done.code, 0, "{}", done.text);
    assert_eq!(release.asked(), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_archive_than_the_one_that_was_meant_is_not_installed() {
    let release = Release::new().await;
    release.gh("exit 0");
    let wrong = "0".repeat(64);
    release.digests(&wrong);
    let version = ("version", "v1.2.3");
    for (inputs, code, says) in [
        (vec![], 1, "nothing was installed"),
        (
            vec![version, ("sha256", wrong.as_str())],
            1,
            "nothing was installed",
        ),
        (vec![version, ("sha256", &release.digest)], 0, ""),
        // The digests are of this action's own release.
        (
            vec![("version", "1.2.4")],
            64,
            "give the SHA-256 digest of aerialctl-1.2.4-",
        ),
        (
            vec![("version", "1.2.3"), ("sha256", "abc")],
            64,
            "give the SHA-256 digest",
        ),
        (vec![("version", "main")], 64, "must be a release such as"),
        (
            vec![("version", "../../evil")],
            64,
            "must be a release such as",
        ),
        (
            vec![("version", "1.2.3; touch x")],
            64,
            "must be a release such as",
        ),
    ] {
        let done = release.run(&inputs, GITHUB).await;
        assert_eq!(done.code, code, "{inputs:?}: {}", done.text);
        assert!(done.text.contains(says), "{inputs:?}: {}", done.text);
        let there = release.runner.world.path("temp/aerialctl/bin/aerialctl");
        assert_eq!(there.exists(), code == 0, "{inputs:?}");
    }
    std::fs::remove_file(release.runner.world.path("action/release.sha256")).unwrap();
    let done = release.run(&[], GITHUB).await;
    assert_eq!(done.code, 64, "{}", done.text);
    assert!(done.text.contains("isn't used at the commit of a release"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_without_an_attestation_is_not_installed_where_it_can_be_told() {
    let release = Release::new().await;
    release.digests(&release.digest);
    let mirror = ("releases-url", "https://mirror.example.com/aerialctl/");
    for (inputs, server, code, verified) in [
        (vec![], GITHUB, 1, true),
        (vec![("attestation", "false")], GITHUB, 0, false),
        // Enterprise Server has other attestations, and the action may be there from github.com.
        (vec![], "https://ghe.example.com", 0, false),
        (vec![mirror], "https://ghe.example.com", 0, false),
    ] {
        let done = release.run(&inputs, server).await;
        assert_eq!(done.code, code, "{inputs:?}: {}", done.text);
        let there = release.runner.world.path("temp/aerialctl/bin/aerialctl");
        assert_eq!(there.exists(), code == 0, "{inputs:?}");
        let said = release.runner.world.path("site/gh");
        assert_eq!(said.exists(), verified, "{inputs:?}");
        std::fs::remove_file(said).ok();
        let host = if inputs.contains(&mirror) {
            "https://mirror.example.com/aerialctl/v1.2.3/"
        } else {
            "https://github.com/acme/aerialctl/"
        };
        let asked = release.asked();
        assert!(asked.starts_with(host), "{asked}");
    }
}
