//! Which comment is meant, what it says of a plan that failed, and what GitHub's refusals mean.

use std::collections::VecDeque;
use std::time::Duration;

use aerialctl::cli::Exit;
use serde_json::json;

use crate::fake_github::{GitHub, world};
use crate::support::{ACCOUNT, desired};

#[tokio::test]
async fn a_plan_that_fails_makes_the_earlier_one_void() {
    let github = GitHub::default();
    github.others(2);
    let mut world = world(&github).await;
    let plan = world.read("aerial.yaml");
    // Without a comment there is nothing to take back.
    world.file("aerial.yaml", "version: 1\n");
    world.run("plan --comment").await.expect(Exit::Invalid);
    assert_eq!(github.bodies().len(), 2);
    world.file("aerial.yaml", &plan);
    world.run("plan --comment").await.done();
    let made = github.bodies()[2].clone();
    assert!(
        made.contains("Commit <code>0123456789ab</code>: "),
        "{made}"
    );
    let origin = world.emulator().origin();
    let port = origin.rsplit(':').next().unwrap();
    assert!(made.contains(port), "endpoint and issuer: {made}");
    for (name, value) in [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_SERVER_URL", "https://github.com"),
        ("GITHUB_RUN_ID", "9"),
    ] {
        world.vars.insert(name.into(), value.into());
    }
    for (text, faults, exit, why) in [
        (
            "version: 1\n",
            "[]",
            Exit::Invalid,
            "the desired state is invalid",
        ),
        (
            &plan.replace("[sso, mfa]", "[P777]"),
            "[]",
            Exit::Invalid,
            "or doesn&#39;t fit the account",
        ),
        (
            plan.as_str(),
            "[{method: GET, path: /accounts, times: 99, do: {status: 403}}]",
            Exit::Failed,
            "GET &#47;accounts&#58; 403",
        ),
    ] {
        world.faults("[]");
        world.file("aerial.yaml", &plan);
        world.run("plan --comment").await.done();
        assert!(github.bodies()[2].contains("P000131"));
        world.file("aerial.yaml", text);
        world.faults(faults);
        let event = json!({"pull_request": {"number": 7, "head": {"sha": "fedcba9876543210"}}});
        world.file("event.json", event.to_string());
        world.run("plan --comment").await.expect(exit);
        let said = github.bodies()[2].clone();
        for part in [
            "### No aerialctl plan",
            "Commit <code>fedcba987654</code>: ",
            why,
            "[run](https://github.com/acme/orgs/actions/runs/9)",
            "and void",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert!(!said.contains("P000131"), "{said}");
        assert_eq!(said.lines().next(), made.lines().next(), "the same comment");
    }
    assert_eq!(github.bodies().len(), 3);
}

#[tokio::test]
async fn a_failed_plan_of_one_account_leaves_the_other_s_comment_alone() {
    let github = GitHub::default();
    let world = world(&github).await;
    let plan = world.read("aerial.yaml");
    for file in ["a.yaml", "b.yaml"] {
        world.file(file, &plan);
        world.run(&format!("plan --comment -f {file}")).await.done();
    }
    assert_eq!(github.bodies().len(), 2, "a comment for each file");
    world.file("b.yaml", "nonsense");
    world
        .run("plan --comment -f ./b.yaml")
        .await
        .expect(Exit::Invalid);
    let bodies = github.bodies();
    assert!(bodies[0].contains("P000131") && bodies[1].contains("No aerialctl plan"));
    // A key goes before the files, and whatever is in it stays within the mark.
    let key = "--><b>@all";
    for file in ["a.yaml", "aerial.yaml"] {
        let key = format!("--comment-key={key}");
        let args = ["plan", "--comment", &key, "-f", file];
        world.run_args(&args).await.done();
    }
    let bodies = github.bodies();
    assert_eq!(bodies.len(), 3);
    assert!(
        !bodies[2].contains("<b>") && !bodies[2].contains("@all"),
        "{}",
        bodies[2]
    );
}

#[tokio::test]
async fn two_folders_of_a_repository_have_comments_of_their_own() {
    let github = GitHub::default();
    let mut world = world(&github).await;
    let root = world.path(".").canonicalize().unwrap();
    world
        .vars
        .insert("GITHUB_WORKSPACE".into(), root.display().to_string());
    let event = root.join("event.json").display().to_string();
    world.vars.insert("GITHUB_EVENT_PATH".into(), event);
    let plan = world.read("aerial.yaml");
    for folder in ["one", "two"] {
        world.file(&format!("{folder}/aerial.yaml"), &plan);
    }
    for folder in ["one", "two", "one"] {
        world.folder = folder;
        world.run("plan --comment").await.done();
    }
    assert_eq!(github.bodies().len(), 2);
}

#[tokio::test]
async fn the_token_of_an_app_knows_its_own_comment() {
    for (viewer, login, author) in [
        (Some("acme-app[bot]"), None, "acme-app[bot]"),
        (Some("github-actions[bot]"), None, "github-actions[bot]"),
        (None, Some("ana"), "ana"),
        (None, None, "github-actions[bot]"),
    ] {
        let github = GitHub::default();
        {
            let mut state = github.0.lock().unwrap();
            (state.viewer, state.login) = (viewer, login);
        }
        let world = world(&github).await;
        world.run("plan --comment").await.done();
        world.file(
            "aerial.yaml",
            desired(&["{domain: a.okta.com, products: [lcm]}"]),
        );
        world.run("plan --comment").await.done();
        let state = github.0.lock().unwrap();
        assert_eq!(state.comments.len(), 1, "{author}");
        assert_eq!(state.comments[0]["user"]["login"], author);
    }
}

#[tokio::test]
async fn a_rate_limit_is_waited_out_and_a_locked_conversation_is_named() {
    let secondary = "You have exceeded a secondary rate limit. Please wait a few minutes.";
    let locked = "Unable to create comment because issue is locked.";
    for (words, headers, status, times, waits, warns) in [
        (secondary, "Retry-After: 7\r\n", 403, 1, Some(7), None),
        (secondary, "", 403, 2, Some(60), None),
        (secondary, "", 429, 1, Some(60), None),
        (
            "API rate limit exceeded",
            "x-ratelimit-remaining: 0\r\nx-ratelimit-reset: 1767225630\r\n",
            403,
            1,
            Some(30),
            None,
        ),
        (
            secondary,
            "",
            403,
            3,
            Some(60),
            Some("rate limit is used up"),
        ),
        (
            secondary,
            "Retry-After: 3600\r\n",
            403,
            1,
            None,
            Some("rate limit is used up"),
        ),
        (locked, "", 403, 1, None, Some("the conversation is locked")),
        (
            "Resource not accessible by integration",
            "",
            403,
            1,
            None,
            Some("pull-requests: write"),
        ),
    ] {
        let github = GitHub::default();
        {
            let mut state = github.0.lock().unwrap();
            state.refusal = (words, headers.to_owned());
            state.trouble = VecDeque::from(vec![("POST", status); times]);
        }
        let world = world(&github).await;
        let before = world.clock.now();
        let ran = world.run("plan --comment").await.done();
        let waited = world.clock.now().duration_since(before).unwrap();
        let posts = github.0.lock().unwrap().asked.clone();
        let posts = posts.iter().filter(|line| line.starts_with("POST /repos"));
        match warns {
            None => assert_eq!(github.bodies().len(), 1, "{words}: {}", ran.err),
            Some(warns) => assert!(ran.err.contains(warns), "{words}: {}", ran.err),
        }
        let tries = if waits.is_some() { times.min(2) + 1 } else { 1 };
        assert_eq!(posts.count(), tries, "{words} {headers}");
        let least = Duration::from_secs(waits.unwrap_or(0));
        assert!(waited >= least, "{words}: {waited:?}");
        assert!(
            waits.is_some() || waited < Duration::from_secs(5),
            "{waited:?}"
        );
    }
}

#[tokio::test]
async fn the_event_or_the_flag_says_which_pull_request() {
    for (event, flags, says) in [
        (
            json!({"merge_group": {"head_ref": "refs/heads/gh-readonly-queue/main/pr-7-abc"}}),
            "",
            "commented",
        ),
        (
            json!({"issue": {"number": 7, "pull_request": {}}}),
            "",
            "commented",
        ),
        (
            json!({"workflow_run": {"pull_requests": [{"number": 7}]}}),
            "",
            "commented",
        ),
        (json!({"inputs": {}}), " --pull-request 7", "commented"),
        (
            json!({"workflow_run": {"pull_requests": []}}),
            " --pull-request 7",
            "commented",
        ),
        (
            json!({"pull_request": {"number": 8, "head": {"sha": "888888888888"}}}),
            " --pull-request 7",
            "commented",
        ),
        (json!({"issue": {"number": 7}}), "", "about an issue"),
        (json!({"inputs": {}}), "", "--pull-request NUMBER"),
        (
            json!({"workflow_run": {"pull_requests": []}}),
            "",
            "--pull-request NUMBER",
        ),
    ] {
        let github = GitHub::default();
        let world = world(&github).await;
        world.file("event.json", event.to_string());
        let ran = world.run(&format!("plan --comment{flags}")).await.done();
        assert!(ran.err.contains(says), "{event}: {}", ran.err);
        let made = usize::from(says == "commented");
        assert_eq!(github.bodies().len(), made, "{event}");
        assert!(github.bodies().iter().all(|body| !body.contains("8888888")));
    }
    let github = GitHub::default();
    let mut world = world(&github).await;
    world.vars.remove("GITHUB_EVENT_PATH");
    world.run("plan --comment --pull-request 7").await.done();
    assert_eq!(github.bodies().len(), 1);
    world.run("plan --pull-request 7").await.expect(Exit::Usage);
}

#[tokio::test]
async fn a_check_can_fail_for_a_plan_that_apply_would_refuse() {
    let github = GitHub::default();
    let world = world(&github).await;
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: []}"])
            .replace("maxDisabled: 100", "maxDisabled: 0"),
    );
    for (flags, exit) in [
        ("", Exit::Done),
        (" --detailed-exitcode", Exit::Pending),
        (" --fail-on-refusal", Exit::Refused),
        (" --fail-on-refusal --detailed-exitcode", Exit::Refused),
        (" --fail-on-refusal --allow disables=1", Exit::Done),
        (
            " --fail-on-refusal --detailed-exitcode --allow disables",
            Exit::Pending,
        ),
        (" --fail-on-refusal --allow links", Exit::Refused),
        (" --fail-on-refusal --allow disables=0", Exit::Refused),
    ] {
        let ran = world
            .run(&format!("plan --comment{flags}"))
            .await
            .expect(exit);
        let refused = ran
            .out
            .contains("apply will refuse: maxDisabled 1 > 0; --allow disables=1 lifts it once");
        let body = github.bodies().remove(0);
        let lifted = exit != Exit::Refused && flags.contains("--allow");
        assert_eq!(refused, !lifted, "{flags}: {}", ran.out);
        assert_eq!(
            body.contains("apply will refuse&#58; maxDisabled 1 &#62; 0&#59;"),
            !lifted,
            "{body}"
        );
        assert_eq!(
            body.contains("It is allowed for this run"),
            lifted,
            "{body}"
        );
        assert!(body.contains(ACCOUNT));
    }
}
