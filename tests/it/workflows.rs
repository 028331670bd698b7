//! The example workflows, and this repository's own, as a platform engineer would review them.

use std::path::Path;

use serde_json::Value as Json;

/// Name and content of each workflow.
fn workflows() -> Vec<(String, Json)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in ["examples/workflows", ".github/workflows"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let name = format!("{folder}/{}", path.file_name().unwrap().to_string_lossy());
            found.push((name, serde_yaml::from_str(&text).unwrap()));
        }
    }
    assert!(found.len() >= 6, "{}", found.len());
    found
}

fn jobs(workflow: &Json) -> impl Iterator<Item = (&String, &Json)> {
    workflow["jobs"].as_object().unwrap().iter()
}

fn steps(job: &Json) -> &[Json] {
    job["steps"].as_array().unwrap()
}

#[test]
fn every_job_has_an_end_and_no_more_permissions_than_it_names() {
    for (name, workflow) in workflows() {
        assert_eq!(workflow["permissions"], serde_json::json!({}), "{name}");
        assert!(workflow["concurrency"]["group"].is_string(), "{name}");
        for (id, job) in jobs(&workflow) {
            assert!(job["timeout-minutes"].is_u64(), "{name}: {id}");
            assert!(job["permissions"].is_object(), "{name}: {id}");
            let runner = job["runs-on"].as_str().unwrap();
            assert!(!runner.ends_with("-latest"), "{name}: {id}: {runner}");
        }
    }
}

#[test]
fn what_is_used_is_pinned_by_its_commit() {
    for (name, workflow) in workflows() {
        for (id, job) in jobs(&workflow) {
            for uses in steps(job).iter().filter_map(|step| step["uses"].as_str()) {
                let (_, commit) = uses.rsplit_once('@').unwrap();
                let hex = commit.bytes().all(|b| b.is_ascii_hexdigit());
                assert!(hex && commit.len() == 40, "{name}: {id}: {uses}");
            }
        }
    }
}

#[test]
fn a_check_that_is_required_always_runs() {
    for (name, workflow) in workflows() {
        let on = &workflow["on"];
        for event in ["pull_request", "merge_group"] {
            let filters = on[event].as_object();
            let filtered =
                filters.is_some_and(|one| one.keys().any(|key| key.starts_with("paths")));
            assert!(!filtered, "{name}: {event}");
        }
        assert!(on.get("pull_request_target").is_none(), "{name}");
    }
}

#[test]
fn the_examples_give_the_action_what_it_takes() {
    let action: Json = serde_yaml::from_str(include_str!("../../action.yml")).unwrap();
    let mut uses = 0;
    for (name, workflow) in workflows() {
        for (id, job) in jobs(&workflow) {
            let ours = steps(job).iter().filter(|step| {
                let uses = step["uses"].as_str().unwrap_or_default();
                uses.starts_with("aerialctl/aerialctl@")
            });
            for step in ours {
                uses += 1;
                let inputs = step["with"].as_object().unwrap();
                for input in inputs.keys() {
                    let known = action["inputs"].get(input).is_some();
                    assert!(known, "{name}: {id}: {input}");
                }
                let secret = inputs.contains_key("private-key");
                // Whoever writes the file doesn't say where the credentials go: their environment does.
                for pin in ["account-id", "endpoint", "issuer"] {
                    assert_eq!(inputs.contains_key(pin), secret, "{name}: {id}: {pin}");
                }
                assert_eq!(job["environment"].is_string(), secret, "{name}: {id}");
                let writes = inputs["command"] == "apply";
                assert_eq!(inputs.contains_key("require-tip"), writes, "{name}: {id}");
                assert_eq!(inputs.contains_key("plan"), writes, "{name}: {id}");
                let plans = writes || inputs["command"] == "plan";
                assert_eq!(receipts_last(job, writes), plans, "{name}: {id}");
            }
        }
    }
    assert!(uses >= 8, "{uses}");
}

/// The example of several accounts: the workflow's matrix has each, and each is valid beside what they share.
#[tokio::test]
async fn the_matrix_has_every_account_of_the_example() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/two-accounts");
    let files = std::fs::read_dir(root.join("accounts")).unwrap();
    let files = files.map(|file| file.unwrap().path());
    let mut accounts: Vec<String> = files
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    accounts.sort();
    let workflow: Json =
        serde_yaml::from_str(include_str!("../../examples/workflows/accounts.yml")).unwrap();
    for job in ["review", "plan"] {
        let matrix = &workflow["jobs"][job]["strategy"]["matrix"]["account"];
        assert_eq!(*matrix, serde_json::json!(accounts), "{job}");
    }
    let shared = root.join("shared.yaml").display().to_string();
    for account in accounts {
        let world = crate::support::World::new();
        let file = root.join(format!("accounts/{account}.yaml"));
        let file = file.display().to_string();
        let ran = world
            .run_args(&["validate", "-f", &shared, "-f", &file])
            .await
            .done();
        assert_eq!(ran.err, "", "{account}");
    }
}

/// Whether a job takes the receipts of earlier runs before it plans, and leaves its own to later ones where it writes.
fn receipts_last(job: &Json, writes: bool) -> bool {
    let steps = steps(job);
    let of = |action: &str| {
        let mut found = steps.iter();
        found.position(|step| {
            let uses = step["uses"].as_str().unwrap_or_default();
            uses.starts_with(action)
        })
    };
    let Some(restore) = of("actions/cache/restore@") else {
        return false;
    };
    let taken = &steps[restore]["with"];
    let dirs = steps.iter().map(|step| &step["with"]["receipt-dir"]);
    let mut dirs = dirs.filter(|dir| dir.is_string());
    let named = dirs.all(|dir| *dir == taken["path"]);
    // A key that is another's beginning would take the other's receipts.
    let key = taken["key"].as_str().unwrap();
    let run = "${{ github.run_id }}-${{ github.run_attempt }}";
    assert_eq!(key.strip_suffix(run), taken["restore-keys"].as_str());
    if !writes {
        return named;
    }
    let save = &steps[of("actions/cache/save@").unwrap()];
    assert_eq!(save["if"], "always()");
    assert_eq!(save["with"]["key"], taken["key"]);
    assert_eq!(save["with"]["path"], taken["path"]);
    named
}
