//! The action's own steps, run the way a runner runs them.
#![cfg(unix)]

use crate::runner::Runner;
use crate::support::desired;

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
        "Plan: 1 product to enable in 1 org, 0 orgs unchanged."
    );
    assert!(
        done.outputs["plan"].ends_with("reviewed.json"),
        "{:?}",
        done.outputs
    );
    assert!(done.summary.contains("<details>"), "{}", done.summary);
    assert!(done.outputs["markdown"].ends_with("aerialctl-plan.md"));
    let page = std::fs::read_to_string(&done.outputs["page"]).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>"), "{page}");
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
            &[("command", "status"), ("receipt-dir", "receipts")],
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
        "waves",
        "require-tip",
        "receipt",
        "receipt-dir",
        "version",
        "client-id",
        "private-key",
        "key-id",
        "access-token",
        "detailed-exitcode",
        "fail-on-refusal",
        "who",
        "incremental",
        "full-every",
        "comment-key",
        "pull-request",
        "account-id",
        "endpoint",
        "issuer",
        "sha256",
        "releases-url",
        "attestation",
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
async fn the_environment_says_where_and_which_account() {
    let runner = Runner::new().await;
    runner.fake_cargo();
    let origin = runner.world.emulator().origin().to_owned();
    for (name, value, code, says) in [
        (
            "account-id",
            "0227other",
            4,
            "AERIAL_ACCOUNT_ID pins 0227other",
        ),
        (
            "endpoint",
            "http://aerial.example.com",
            1,
            "(AERIAL_ENDPOINT) is plain http",
        ),
        (
            "issuer",
            "http://aerial.example.com",
            1,
            "(AERIAL_ISSUER) is plain http",
        ),
        ("endpoint", origin.as_str(), 0, ""),
        ("account-id", crate::support::ACCOUNT, 0, ""),
    ] {
        let inputs = [("command", "plan"), TOKEN, (name, value)];
        let done = runner.run(&inputs, &[], &[]).await;
        assert_eq!(done.code, code, "{name}: {}", done.text);
        assert!(done.text.contains(says), "{name}: {}", done.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_apply_would_refuse_fails_the_check() {
    let runner = Runner::new().await;
    runner.fake_cargo();
    let text = desired(&["{domain: a.okta.com, products: []}"]);
    let text = text.replace("maxDisabled: 100", "maxDisabled: 0");
    runner.world.file("aerial.yaml", text);
    for (allow, code) in [("", 4), ("links", 4), ("links,disables=1", 0)] {
        let inputs = [
            ("command", "plan"),
            TOKEN,
            ("fail-on-refusal", "true"),
            ("allow", allow),
        ];
        let done = runner.run(&inputs, &[], &[]).await;
        assert_eq!(done.code, code, "{allow}: {}", done.text);
        // Whoever reads it sees the plan all the same.
        assert_eq!(done.outputs["changed"], "true");
        let markdown = std::fs::read_to_string(&done.outputs["markdown"]).unwrap();
        assert!(markdown.contains("P000052"), "{markdown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drift_issue_says_who_made_the_difference() {
    let runner = Runner::new().await;
    runner.fake_cargo();
    let text = desired(&["{domain: a.okta.com, products: []}"]);
    runner.world.file("aerial.yaml", text);
    for (who, said) in [("", false), ("false", false), ("true", true)] {
        let inputs = [("command", "plan"), TOKEN, ("who", who)];
        let done = runner.run(&inputs, &[], &[]).await;
        assert_eq!(done.code, 0, "{who}: {}", done.text);
        let markdown = std::fs::read_to_string(&done.outputs["markdown"]).unwrap();
        assert_eq!(
            markdown.contains("Who made these differences"),
            said,
            "{markdown}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn waves_are_taken_one_after_another_where_it_is_asked_for() {
    let runner = Runner::new().await;
    runner.fake_cargo();
    let text = desired(&["{domain: a.okta.com, products: [workforce]}"]);
    for (list, waves, code) in [
        ("", "", 0),
        ("", "true", 4),
        ("waves: [pilot, rest]\n", "true", 0),
    ] {
        runner.world.file("aerial.yaml", format!("{text}{list}"));
        let inputs = [("command", "apply"), TOKEN, ("waves", waves)];
        let done = runner.run(&inputs, &[], &[]).await;
        assert_eq!(done.code, code, "{list}{waves}: {}", done.text);
    }
}

/// bash 3.2 takes an empty array for an unset variable.
#[test]
fn an_empty_array_is_never_expanded_bare() {
    let text = include_str!("../../action.yml");
    let guarded = text.replace("${args[@]+\"${args[@]}\"}", "");
    assert_ne!(text, guarded);
    assert!(!guarded.contains("[@]"), "{guarded}");
}
