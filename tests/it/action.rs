//! The action's own steps, run the way a runner runs them: inputs to the environment, files for outputs and summary.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output};

use serde_json::Value as Json;

use crate::support::{World, account, desired, org};

/// A runner with a folder of its own.
struct Runner {
    world: World,
    action: Json,
}

struct Done {
    code: i32,
    text: String,
    outputs: BTreeMap<String, String>,
    summary: String,
}

impl Runner {
    async fn new() -> Self {
        let world = World::with(account(vec![org("a", &["sso"])])).await;
        world.file(
            "aerial.yaml",
            desired(&["{domain: a.okta.com, products: [sso, mfa]}"]),
        );
        for folder in ["temp", "tools"] {
            std::fs::create_dir_all(world.path(folder)).unwrap();
        }
        let action = serde_yaml::from_str(include_str!("../../action.yml")).unwrap();
        Self { world, action }
    }

    /// A program that stands in for a real one.
    fn tool(&self, name: &str, script: &str) {
        let path = self.world.path("tools").join(name);
        std::fs::write(&path, format!("#!/usr/bin/env bash\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// `cargo install --root R` puts the program of this test run there.
    fn fake_cargo(&self) {
        let binary = env!("CARGO_BIN_EXE_aerialctl");
        self.tool(
            "cargo",
            &format!("while [ $# -gt 1 ]; do if [ \"$1\" = --root ]; then root=\"$2\"; fi; shift; done\nmkdir -p \"$root/bin\" && cp '{binary}' \"$root/bin/aerialctl\""),
        );
    }

    /// The value of an expression: an input or a fact about the run.
    fn value(&self, text: &str, inputs: &[(&str, &str)], facts: &[(&str, &str)]) -> String {
        let Some(name) = text
            .strip_prefix("${{ ")
            .and_then(|text| text.strip_suffix(" }}"))
        else {
            assert!(
                !text.contains("${{"),
                "an expression in the middle of a text: {text}"
            );
            return text.to_owned();
        };
        if let Some(input) = name.strip_prefix("inputs.") {
            let declared = &self.action["inputs"][input];
            assert!(declared.is_object(), "the input {input} isn't declared");
            let given = inputs
                .iter()
                .find(|(name, _)| *name == input)
                .map(|(_, value)| *value);
            return given
                .or(declared["default"].as_str())
                .unwrap_or_default()
                .to_owned();
        }
        let fact = facts.iter().find(|(fact, _)| *fact == name);
        fact.unwrap_or_else(|| panic!("the runner doesn't know {name}"))
            .1
            .to_owned()
    }

    fn step(
        &self,
        step: &Json,
        inputs: &[(&str, &str)],
        facts: &[(&str, &str)],
        vars: &[(&str, &str)],
    ) -> Output {
        assert_eq!(step["shell"], "bash");
        let script = step["run"].as_str().unwrap();
        assert!(
            !script.contains("${{"),
            "an expression in a script could inject shell"
        );
        let folder = step["working-directory"]
            .as_str()
            .map_or_else(|| ".".to_owned(), |text| self.value(text, inputs, facts));
        let file = self.world.path("temp/step.sh");
        std::fs::write(&file, script).unwrap();
        let mut command = Command::new("bash");
        command
            .args(["--noprofile", "--norc", "-eo", "pipefail"])
            .arg(&file);
        command
            .current_dir(self.world.path(".").join(folder))
            .env_clear();
        for (name, value) in step["env"].as_object().unwrap() {
            command.env(name, self.value(value.as_str().unwrap(), inputs, facts));
        }
        let path = std::env::var("PATH").unwrap();
        command
            .env(
                "PATH",
                format!("{}:{path}", self.world.path("tools").display()),
            )
            .env("HOME", self.world.path("temp"))
            .env("GITHUB_ACTIONS", "true")
            .env("RUNNER_OS", "Linux")
            .env("RUNNER_ARCH", "X64")
            .env("RUNNER_TEMP", self.world.path("temp"))
            .env("GITHUB_OUTPUT", self.world.path("temp/output"))
            .env("GITHUB_STEP_SUMMARY", self.world.path("temp/summary"))
            .env("GITHUB_EVENT_PATH", self.world.path("temp/event.json"))
            .env("AERIAL_ENDPOINT", self.world.emulator().origin())
            .env("AERIAL_ISSUER", self.world.emulator().origin())
            .envs(vars.iter().copied());
        command.output().unwrap()
    }

    /// Runs all steps until one fails.
    async fn run(
        &self,
        inputs: &[(&str, &str)],
        facts: &[(&str, &str)],
        vars: &[(&str, &str)],
    ) -> Done {
        let mut all_facts = vec![
            ("github.action_ref", ""),
            ("github.action_repository", ""),
            ("github.action_path", env!("CARGO_MANIFEST_DIR")),
            ("github.server_url", "https://github.com"),
        ];
        all_facts.retain(|(name, _)| !facts.iter().any(|(other, _)| other == name));
        all_facts.extend(facts);
        for file in ["output", "summary"] {
            std::fs::remove_file(self.world.path("temp").join(file)).ok();
        }
        let mut code = 0;
        let mut text = String::new();
        for step in self.action["runs"]["steps"].as_array().unwrap() {
            let output = tokio::task::block_in_place(|| self.step(step, inputs, &all_facts, vars));
            text.push_str(&String::from_utf8_lossy(&output.stdout));
            text.push_str(&String::from_utf8_lossy(&output.stderr));
            code = output.status.code().unwrap();
            if code != 0 {
                break;
            }
        }
        let read = |name: &str| {
            std::fs::read_to_string(self.world.path("temp").join(name)).unwrap_or_default()
        };
        Done {
            code,
            text,
            outputs: outputs(&read("output")),
            summary: read("summary"),
        }
    }
}

/// The runner's reading of `GITHUB_OUTPUT`: `name<<end`, lines, `end`.
fn outputs(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let (name, end) = line.split_once("<<").unwrap();
        let value: Vec<&str> = lines.by_ref().take_while(|line| *line != end).collect();
        found.insert(name.to_owned(), value.join("\n"));
    }
    found
}

const TOKEN: (&str, &str) = ("access-token", "test-token");

#[tokio::test(flavor = "multi_thread")]
async fn validate_plan_and_apply_work_from_inputs_to_outputs() {
    let runner = Runner::new().await;
    runner.fake_cargo();
    let done = runner.run(&[("command", "validate")], &[], &[]).await;
    assert_eq!(done.code, 0, "{}", done.text);
    let done = runner
        .run(
            &[("command", "plan"), TOKEN, ("out", "reviewed.json")],
            &[],
            &[],
        )
        .await;
    assert_eq!(done.code, 0, "{}", done.text);
    assert_eq!(done.outputs["changed"], "true");
    assert_eq!(done.outputs["steps"], "1");
    assert_eq!(
        done.outputs["summary"],
        "Plan: 1 product to enable, 0 orgs unchanged."
    );
    assert!(
        done.outputs["plan"].ends_with("reviewed.json"),
        "{:?}",
        done.outputs
    );
    assert!(done.summary.contains("<details>"), "{}", done.summary);
    let done = runner
        .run(
            &[("command", "plan"), TOKEN, ("detailed-exitcode", "true")],
            &[],
            &[],
        )
        .await;
    assert_eq!(done.code, 2, "{}", done.text);
    assert!(
        done.outputs["plan"].ends_with("aerialctl-plan.json"),
        "{:?}",
        done.outputs
    );
    let done = runner
        .run(
            &[
                ("command", "apply"),
                TOKEN,
                ("plan", "reviewed.json"),
                ("receipt", "r.jsonl"),
                ("allow", "disables,links"),
            ],
            &[],
            &[],
        )
        .await;
    assert_eq!(done.code, 0, "{}", done.text);
    assert!(
        done.summary.contains("**Applied 1 of 1 step.**"),
        "{}",
        done.summary
    );
    assert!(runner.world.read("r.jsonl").contains("\"applied\""));
    assert_eq!(runner.world.products("a.okta.com"), ["P000052", "P000131"]);
    let done = runner.run(&[("command", "plan"), TOKEN], &[], &[]).await;
    assert_eq!(done.outputs["changed"], "false");
    // Credentials may also come from the job's environment.
    let done = runner
        .run(
            &[("command", "status")],
            &[],
            &[("AERIAL_ACCESS_TOKEN", "test-token")],
        )
        .await;
    assert_eq!(done.code, 0, "{}", done.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn inputs_are_text_and_nothing_else() {
    let runner = Runner::new().await;
    runner.fake_cargo();
    let nasty = "it's \"a\" $(touch pwned) `touch pwned` ; touch pwned\n--yes\n$HOME {a,b} *";
    for name in [
        "command",
        "file",
        "base",
        "since",
        "comment",
        "out",
        "plan",
        "allow",
        "require-tip",
        "receipt",
        "version",
        "client-id",
        "private-key",
        "key-id",
        "access-token",
        "detailed-exitcode",
    ] {
        for command in ["validate", "preview", "plan", "apply"] {
            let mut inputs = vec![("command", command)];
            inputs.retain(|(other, _)| *other != name);
            inputs.push((name, nasty));
            let done = runner.run(&inputs, &[], &[]).await;
            assert!(!done.text.contains("pwned:"), "{name}: {}", done.text);
            for folder in [".", "temp"] {
                assert!(
                    !runner.world.path(folder).join("pwned").exists(),
                    "the input {name} ran a command"
                );
            }
        }
    }
    let written = runner
        .world
        .writes()
        .into_iter()
        .filter(|write| write.contains("/orgs"));
    assert_eq!(written.count(), 0);
    // A path with all of that in its name is just a path; lines are several.
    let folder = "it's \"a\" $(touch pwned) *";
    runner.world.file(
        &format!("{folder}/x.yaml"),
        desired(&["{domain: a.okta.com}"]),
    );
    runner
        .world
        .file("more.yaml", "orgs: [{domain: b.okta.com}]\n");
    let files = format!("{folder}\nmore.yaml\n");
    let done = runner
        .run(&[("command", "validate"), ("file", &files)], &[], &[])
        .await;
    assert_eq!(done.code, 0, "{}", done.text);
    assert!(done.text.contains("valid, 2 orgs"), "{}", done.text);
    let done = runner
        .run(
            &[
                ("command", "validate"),
                ("working-directory", folder),
                ("file", "x.yaml"),
            ],
            &[],
            &[],
        )
        .await;
    assert_eq!(done.code, 0, "{}", done.text);
    let done = runner
        .run(
            &[("command", "validate"), ("file", "-vv\n--help")],
            &[],
            &[],
        )
        .await;
    assert_eq!(
        done.code, 1,
        "a file that looks like a flag is a file: {}",
        done.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_is_installed_only_with_the_right_checksum() {
    let runner = Runner::new().await;
    let facts = [
        ("github.action_repository", "acme/aerialctl"),
        ("github.action_ref", "v1.2.3"),
    ];
    let binary = env!("CARGO_BIN_EXE_aerialctl");
    let site = runner.world.path("site");
    std::fs::create_dir_all(&site).unwrap();
    let archive = "aerialctl-1.2.3-x86_64-unknown-linux-musl.tar.gz";
    let made = Command::new("bash")
        .args(["-c", &format!("cd {} && tar -czf {archive} -C $(dirname '{binary}') aerialctl && sha256sum {archive} > {archive}.sha256", site.display())])
        .status();
    assert!(made.unwrap().success());
    runner.tool(
        "curl",
        &format!("for last; do :; done\nwhile [ $# -gt 1 ]; do if [ \"$1\" = --output ]; then out=\"$2\"; fi; shift; done\necho \"$last\" >> '{0}/asked'\ncp '{0}/'\"$(basename \"$last\")\" \"$out\"", site.display()),
    );
    let done = runner.run(&[("command", "validate")], &facts, &[]).await;
    assert_eq!(done.code, 0, "{}", done.text);
    let asked = std::fs::read_to_string(site.join("asked")).unwrap();
    assert_eq!(
        asked.lines().next().unwrap(),
        format!("https://github.com/acme/aerialctl/releases/download/v1.2.3/{archive}")
    );
    std::fs::remove_dir_all(runner.world.path("temp/aerialctl")).unwrap();
    std::fs::write(
        site.join(format!("{archive}.sha256")),
        format!("{}  {archive}\n", "0".repeat(64)),
    )
    .unwrap();
    let done = runner.run(&[("command", "validate")], &facts, &[]).await;
    assert_eq!(done.code, 1, "{}", done.text);
    assert!(
        done.text.contains("::error::the checksum of"),
        "{}",
        done.text
    );
    assert!(!runner.world.path("temp/aerialctl/bin/aerialctl").exists());
    for reference in ["main", "0123456789abcdef", "../../evil", "1.2.3; touch x"] {
        let facts = [
            ("github.action_repository", "acme/aerialctl"),
            ("github.action_ref", reference),
        ];
        let done = runner.run(&[("command", "validate")], &facts, &[]).await;
        assert_eq!(done.code, 64, "{reference}: {}", done.text);
    }
}
