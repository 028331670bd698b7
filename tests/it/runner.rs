//! A runner of GitHub Actions, as far as the action needs one: inputs to the environment, files for outputs and summary.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output};

use serde_json::Value as Json;

use crate::support::{World, account, desired, org};

/// A runner with a folder of its own.
pub(crate) struct Runner {
    pub(crate) world: World,
    action: Json,
}

/// What a run of the action came to.
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) text: String,
    pub(crate) outputs: BTreeMap<String, String>,
    pub(crate) summary: String,
}

impl Runner {
    pub(crate) async fn new() -> Self {
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
    pub(crate) fn tool(&self, name: &str, script: &str) {
        let path = self.world.path("tools").join(name);
        std::fs::write(&path, format!("#!/usr/bin/env bash\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// `cargo install --root R` puts the program of this test run there.
    pub(crate) fn fake_cargo(&self) {
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
    pub(crate) async fn run(
        &self,
        inputs: &[(&str, &str)],
        facts: &[(&str, &str)],
        vars: &[(&str, &str)],
    ) -> Done {
        let mut all_facts = vec![
            ("github.action_repository", ""),
            ("github.action_path", env!("CARGO_MANIFEST_DIR")),
            ("github.server_url", "https://github.com"),
            ("github.token", "gh-token"),
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
