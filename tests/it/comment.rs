//! The comment on a pull request, against a GitHub that pages, is slow, and refuses.

use std::collections::VecDeque;

use aerialctl::cli::Exit;
use serde_json::json;

use crate::fake_github::{GitHub, world};
use crate::gitops::repository::{branch, commit, init};
use crate::support::{account, desired, org};

/// The first line of the comment.
async fn mark() -> String {
    let github = GitHub::default();
    world(&github).await.run("plan --comment").await.done();
    github.bodies()[0].lines().next().unwrap().to_owned()
}

#[tokio::test]
async fn one_comment_is_created_updated_and_marked_as_outdated() {
    for login in [None, Some("octo-bot")] {
        let github = GitHub::default();
        github.0.lock().unwrap().login = login;
        github.others(7);
        let world = world(&github).await;
        let ran = world.run("plan --comment").await.done();
        assert!(ran.err.contains("commented the plan"), "{}", ran.err);
        let ran = world.run("plan --comment").await.done();
        assert!(ran.err.contains("is up to date"), "{}", ran.err);
        world.file(
            "aerial.yaml",
            desired(&["{domain: a.okta.com, products: [sso, lcm]}"]),
        );
        let ran = world.run("plan --comment").await.done();
        assert!(ran.err.contains("updated the comment"), "{}", ran.err);
        let bodies = github.bodies();
        assert_eq!(bodies.len(), 8, "one comment, whatever happens");
        assert!(
            bodies[7].contains("P000139") && !bodies[7].contains("P000131"),
            "{}",
            bodies[7]
        );
        world.run("apply --yes").await.done();
        world.run("plan --comment").await.done();
        let bodies = github.bodies();
        assert!(
            bodies[7].contains("~~An earlier plan stood here.~~")
                && bodies[7].contains("No changes."),
            "{}",
            bodies[7]
        );
        assert!(
            bodies[..7]
                .iter()
                .enumerate()
                .all(|(n, body)| *body == format!("comment {n}"))
        );
    }
}

#[tokio::test]
async fn nothing_to_say_makes_no_comment() {
    let github = GitHub::default();
    let world = world(&github).await;
    world.run("apply --yes").await.done();
    for (file, exit) in [("aerial.yaml", Exit::Done), ("nowhere.yaml", Exit::Failed)] {
        let plan = format!("plan --comment --comment-key key -f {file}");
        let ran = world.run(&plan).await.expect(exit);
        assert!(github.bodies().is_empty());
        assert!(
            ran.err.contains("has no comment of this plan"),
            "{}",
            ran.err
        );
        assert!(!ran.err.contains("up to date"), "{}", ran.err);
    }
}

/// What takes effect with the next plan, or would be refused now, is told although nothing is to be done.
#[tokio::test]
async fn a_plan_without_steps_is_commented_where_there_is_something_to_say() {
    let github = GitHub::default();
    let world = world(&github).await;
    world.run("apply --yes").await.done();
    let repository = init(&world);
    commit(&repository, "base");
    branch(&repository, "feature");
    let base = world.read("aerial.yaml");
    world.file(
        "aerial.yaml",
        base.replace("maxDisabled: 100", "maxDisabled: 5000"),
    );
    let plan = "plan --comment --comment-key rule --base main";
    world.run(plan).await.done();
    let body = github.bodies().pop().unwrap();
    for part in ["[!CAUTION]", "maxDisabled", "5000", "No changes."] {
        assert!(body.contains(part), "{part}: {body}");
    }
    assert!(!body.contains("An earlier plan"), "{body}");

    let alone = base.replace(
        "{domain: a.okta.com, products: [sso, mfa]}",
        "{domain: acme-aerial.okta.com}",
    );
    world.file("aerial.yaml", alone.replace("ignore", "fail"));
    world.run("plan --comment --comment-key fail").await.done();
    let body = github.bodies().pop().unwrap();
    for part in ["[!CAUTION]", "unmanagedOrgs", "a&#46;okta&#46;com"] {
        assert!(body.contains(part), "{part}: {body}");
    }

    // A warning alone makes no comment, and is in the one that there is.
    world.file("aerial.yaml", alone.replace("ignore", "warn"));
    for key in ["warn", "rule"] {
        let plan = format!("plan --comment --comment-key {key}");
        world.run(&plan).await.done();
    }
    let bodies = github.bodies();
    assert_eq!(bodies.len(), 2);
    for part in [
        "[!WARNING]",
        "a&#46;okta&#46;com",
        "~~An earlier plan stood here.~~",
    ] {
        assert!(bodies[0].contains(part), "{part}: {}", bodies[0]);
    }
}

#[tokio::test]
async fn a_long_key_and_a_long_reason_leave_room_for_the_rest() {
    let github = GitHub::default();
    let world = world(&github).await;
    let key = format!("--comment-key={}", "@".repeat(20_000));
    let args = ["plan", "--comment", &key];
    world.run_args(&args).await.done();
    let body = github.bodies().pop().unwrap();
    assert!(body.chars().count() <= 65_536 && body.contains("P000131"));
    let nowhere = "@/".repeat(20_000);
    let args = ["plan", "--comment", &key, "-f", &nowhere];
    world.run_args(&args).await.expect(Exit::Failed);
    let body = github.bodies().pop().unwrap();
    assert!(body.chars().count() <= 65_536 && body.contains("No aerialctl plan"));
}

#[tokio::test]
async fn other_people_s_comments_are_never_touched_whatever_they_say() {
    let github = GitHub::default();
    let mark = Box::pin(mark()).await;
    let other = mark.replace(" -->", "X -->");
    for (id, login, body) in [
        (1, "somebody", format!("{mark}\nspoofed")),
        (2, "github-actions[bot]", format!("quoting {mark}\n")),
        (
            3,
            "github-actions[bot]",
            format!("{other}\nanother account"),
        ),
    ] {
        let comment = json!({"id": id, "body": body, "user": {"login": login}});
        github.0.lock().unwrap().comments.push(comment);
    }
    github
        .0
        .lock()
        .unwrap()
        .comments
        .push(json!({"id": 4, "body": null, "user": null}));
    let before = github.0.lock().unwrap().comments.clone();
    let world = world(&github).await;
    world.run("plan --comment").await.done();
    let after = github.0.lock().unwrap().comments.clone();
    assert_eq!(after[..4], before[..]);
    assert_eq!(after.len(), 5);
}

#[tokio::test]
async fn a_failure_to_comment_is_a_warning_and_no_more() {
    for (trouble, says) in [
        (
            vec![("GET", 200), ("GET", 403)],
            "permissions: pull-requests: write",
        ),
        (vec![("GET", 404), ("GET", 404)], "can't see the repository"),
        (vec![("POST", 403)], "permissions: pull-requests: write"),
        (vec![("POST", 422)], "422 trouble"),
        (vec![("POST", 502); 9], "502 trouble"),
    ] {
        let github = GitHub::default();
        {
            let mut state = github.0.lock().unwrap();
            state.trouble = trouble
                .iter()
                .copied()
                .filter(|(_, status)| *status != 200)
                .collect();
            if trouble[0].1 == 404 || trouble[0].1 == 200 {
                // The first question, who the token is, is answered with 403 anyway.
                state.trouble = VecDeque::from([("GET", 403), *trouble.last().unwrap()]);
            }
        }
        let world = world(&github).await;
        let ran = world.run("plan --comment").await.done();
        assert!(ran.err.contains("the plan isn't commented"), "{}", ran.err);
        assert!(ran.err.contains(says), "{says}: {}", ran.err);
        assert!(ran.out.contains("Plan: 1 product to enable"), "{}", ran.out);
        assert!(
            !ran.err.contains('\u{1b}') && !ran.err.lines().any(|line| line.starts_with("::")),
            "{}",
            ran.err
        );
    }
}

#[tokio::test]
async fn trouble_that_passes_is_waited_out_and_a_lost_answer_makes_no_second_comment() {
    for trouble in [
        vec![("GET", 502), ("GET", 502)],
        vec![("POST", 502)],
        vec![("POST", 0)],
        vec![("POST", 0), ("GET", 503)],
    ] {
        let github = GitHub::default();
        github.0.lock().unwrap().trouble = trouble.iter().copied().collect();
        let world = world(&github).await;
        let ran = world.run("plan --comment").await.done();
        assert!(
            !ran.err.contains("isn't commented"),
            "{trouble:?}: {}",
            ran.err
        );
        assert_eq!(github.bodies().len(), 1, "{trouble:?}");
    }
}

#[tokio::test]
async fn without_a_pull_request_it_says_what_is_missing() {
    let github = GitHub::default();
    for (name, value, says) in [
        ("GITHUB_TOKEN", "", "GITHUB_TOKEN isn't set"),
        ("GITHUB_EVENT_PATH", "nowhere.json", "can't be read"),
        (
            "GITHUB_REPOSITORY",
            "acme/orgs/../../x",
            "isn't `owner/name`",
        ),
        ("GITHUB_API_URL", "http://github.example.com", "plain http"),
    ] {
        let mut world = world(&github).await;
        world.vars.insert(name.into(), value.into());
        let ran = world.run("plan --comment").await.done();
        assert!(ran.err.contains(says), "{}", ran.err);
    }
    let world = world(&github).await;
    world.file("event.json", r#"{"ref": "refs/heads/main"}"#);
    let ran = world.run("plan --comment").await.done();
    assert!(ran.err.contains("about no pull request"), "{}", ran.err);
    assert!(github.bodies().is_empty());
}

/// What is least dangerous is told in fewer words first.
#[tokio::test]
async fn a_comment_is_never_longer_than_github_takes() {
    const LINKED: usize = 1_500;
    const NEW: usize = 400;
    let github = GitHub::default();
    let name = |n: usize| format!("org-with-a-rather-long-name-{n}");
    let orgs: Vec<_> = (0..LINKED).map(|n| org(&name(n), &["sso"])).collect();
    let mut world = world(&github).await;
    world.serve(account(orgs)).await;
    let orgs: Vec<String> = (0..LINKED + NEW)
        .map(|n| format!("{{domain: {}.okta.com, products: [sso, mfa]}}", name(n)))
        .collect();
    let orgs: Vec<&str> = orgs.iter().map(String::as_str).collect();
    world.file("aerial.yaml", desired(&orgs));
    world.run("plan --comment").await.done();
    let body = github.bodies().remove(0);
    assert!(body.chars().count() <= 65_536, "{}", body.chars().count());
    for n in LINKED..LINKED + NEW {
        let label = name(n).replace('-', "&#45;");
        assert!(body.contains(&label), "{label} gets linked");
    }
    let added = "+ P000131 IT Products - MFA   1500 orgs\n";
    assert!(body.contains(added), "{body}");
    assert!(body.contains("    and 1440 more\n"), "{body}");
    assert!(
        body.contains("**Not all of it is shown"),
        "{}",
        body.lines().last().unwrap()
    );
    for (opens, closes) in [("<details>", "</details>"), ("```diff", "\n```\n")] {
        assert_eq!(body.matches(opens).count(), body.matches(closes).count());
    }
}

#[tokio::test]
async fn a_github_that_is_silent_is_given_up() {
    let github = GitHub::default();
    github.0.lock().unwrap().trouble = VecDeque::from([("GET", 1); 9]);
    let world = world(&github).await;
    let ran = world.run("plan --comment --timeout 300ms").await.done();
    assert!(ran.err.contains("no answer in time"), "{}", ran.err);
    assert!(ran.out.contains("Plan: 1 product to enable"), "{}", ran.out);
}
