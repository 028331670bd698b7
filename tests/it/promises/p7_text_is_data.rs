//! Text from the server or the file is data.

use aerialctl::cli::Exit;

use crate::server::{Server, answer};
use crate::support::{ACCOUNT, World, account, desired, org};

const NASTY: &str = "\u{1b}[2J\u{1b}]0;owned\u{7}::error::x\r\n\u{202e}evil ##[add-mask]a";

fn acts(text: &str) -> bool {
    text.chars()
        .any(|c| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c))
}

#[tokio::test]
async fn promise_7_names_from_the_server_have_no_power() {
    let mut state = account(vec![org("a", &["sso"])]);
    for product in &mut state.products {
        product.name = NASTY.to_owned();
    }
    state.account.name = NASTY.to_owned();
    state.orgs[1].name = NASTY.to_owned();
    let mut world = World::with(state).await;
    world
        .emulator()
        .change(|state| state.orgs[1].products.push("P000131".to_owned()));
    world.emulator().change(|state| {
        state.orgs[1].products.pop();
        let event = state.log.events.back_mut().unwrap();
        event.actor.display_name = NASTY.to_owned();
        event.actor.alternate_id = NASTY.to_owned();
        event.user_agent = NASTY.to_owned();
        event.address = NASTY.to_owned();
    });
    // The newest, and by the same.
    world.emulator().change(|state| {
        let mut event = state.log.events.back().unwrap().clone();
        let nasty = state.log.events.front().unwrap().clone();
        event.actor = nasty.actor;
        *state.log.events.back_mut().unwrap() = event;
    });
    world.vars.insert("GITHUB_ACTIONS".into(), "true".into());
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [mfa]}"]),
    );
    for command in [
        "plan -vv",
        "status",
        "apply --yes -vv",
        "plan --format json",
        "plan --who",
        "plan --who --format json",
        "plan --who --format markdown",
        "plan --format markdown",
        "history",
        "history --format json",
        "history --format csv",
        "history --format markdown",
        "explain a.okta.com",
        "explain a.okta.com --format json",
        "plan --format github",
        "import",
        "status --format json",
        "status --format csv",
        "status --format html",
        "report --out -",
    ] {
        let mut ran = world.run(command).await.done();
        if command.ends_with("csv") {
            // The ends of its lines are the format's own.
            ran.out = ran.out.replace("\r\n", "\n");
        }
        assert!(
            !acts(&ran.out) && !acts(&ran.err),
            "{command}:\n{}",
            ran.text()
        );
        for line in ran.out.lines().chain(ran.err.lines()) {
            assert!(!line.starts_with("::error::x"), "{command}: {line}");
            assert!(!line.contains("##["), "{command}: {line}");
        }
    }
}

#[tokio::test]
async fn promise_7_errors_from_the_server_have_no_power() {
    let world = World::with(account(vec![org("a", &["sso"])])).await;
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso, mfa]}"]),
    );
    world.emulator().change(|state| {
        state
            .dependencies
            .insert("P000131".into(), vec![NASTY.into()]);
    });
    let ran = world
        .run("apply --yes -vv --receipt r.jsonl")
        .await
        .expect(Exit::Partial);
    assert!(ran.err.contains("requires \\u{1b}[2J"), "{}", ran.err);
    assert!(!acts(&ran.err), "{}", ran.err);
    assert!(!acts(&world.read("r.jsonl")));
}

#[tokio::test]
async fn promise_7_the_file_has_no_power() {
    let mut world = World::new();
    world.vars.insert("GITHUB_ACTIONS".into(), "true".into());
    let nasty = r"\e[2J\a\r\n::error::x\u202e##[error]";
    world.file(
        "aerial.yaml",
        format!("version: 1\naccount: {{id: x}}\n\"{nasty}\": 1\norgs:\n  - domain: \"{nasty}\"\n    products: [\"{nasty}\"]\n"),
    );
    for format in ["human", "github"] {
        let ran = world
            .run(&format!("validate --format {format}"))
            .await
            .expect(Exit::Invalid);
        assert!(!acts(&ran.out) && !acts(&ran.err), "{}", ran.text());
        assert!(!ran.text().contains("##["), "{}", ran.text());
        for line in ran.out.lines().chain(ran.err.lines()) {
            assert!(!line.starts_with("::error::x"), "{line}");
        }
    }
}

/// What the log says of an answer that is retried, and of one that quotes itself.
#[tokio::test]
async fn promise_7_the_log_has_no_power() {
    let server = Server::start(|_| {
        let body = serde_json::json!({"errorCode": NASTY, "errorSummary": NASTY, "errorCauses": [{"errorSummary": NASTY}]});
        answer("500 X", "", &body.to_string())
    })
    .await;
    let mut world = World::new();
    world.vars.insert("AERIAL_ENDPOINT".into(), server.origin);
    world.vars.insert("AERIAL_ACCESS_TOKEN".into(), "t".into());
    world.file("aerial.yaml", desired(&["{domain: a.okta.com}"]));
    let ran = world.run("plan -vv").await.expect(Exit::Failed);
    assert!(ran.err.contains("trying again"), "{}", ran.err);
    assert!(!acts(&ran.err), "{}", ran.err);
    assert!(!ran.err.lines().any(|line| line.starts_with("::error::x")));
}

/// What would be a mention, a tag, a link, a table cell, a command or an entity, if it came through.
const MARKUP: &str = "``` ~~~ <img src=x onerror=alert(1)> @octocat [x](https://evil.example) www.evil.example | **b** `c` ~~d~~ # e ::error::f %0A::error::g --> &lt;h #1 acme/orgs#2";

/// The text without its blocks of code, in which nothing works; only a fence of ours may begin or end one.
fn outside_of_code(text: &str) -> String {
    let mut outside = String::new();
    let mut inside = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~") {
            assert!(["```diff", "```text", "```"].contains(&line), "{line}");
            inside = !inside;
        } else if !inside {
            outside.push_str(line);
            outside.push('\n');
        }
    }
    assert!(!inside);
    outside
}

#[tokio::test]
async fn promise_7_nothing_of_a_name_works_in_markdown() {
    let mut state = account(vec![org("a", &["sso"])]);
    for product in &mut state.products {
        product.name = MARKUP.to_owned();
    }
    let mut world = World::with(state).await;
    world.vars.insert("GITHUB_ACTIONS".into(), "true".into());
    world.vars.insert(
        "GITHUB_STEP_SUMMARY".into(),
        world.path("summary").display().to_string(),
    );
    world.vars.insert(
        "GITHUB_OUTPUT".into(),
        world.path("output").display().to_string(),
    );
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [mfa]}"]),
    );
    let markdown = world.run("plan --format markdown").await.done().out;
    assert!(markdown.contains("\n- P000052 ``` ~~~ <img"), "{markdown}");
    for text in [markdown, world.read("summary")] {
        let text = outside_of_code(&text);
        for part in [
            "<img", "@octocat", "](", "https://", "www.", "**b**", "`c`", "~~", "::error", "-->",
            "&lt;", " #1", "orgs#2",
        ] {
            assert!(!text.contains(part), "{part} in\n{text}");
        }
    }
    let github = world.run("plan --format github").await.done().out;
    assert!(
        github
            .lines()
            .all(|line| line.starts_with("::notice file=aerial.yaml,line=10,")),
        "{github}"
    );
}

/// A foreign text that is longer than a line goes on in the next one, and so may a command in it.
#[tokio::test]
async fn promise_7_no_line_is_a_command_wherever_it_is_broken() {
    let mut state = account(vec![org("a", &["sso"])]);
    let long = format!("{} ::stop-commands::k9 ::error::x", "A".repeat(90));
    for product in &mut state.products {
        product.name.clone_from(&long);
    }
    state.account.name.clone_from(&long);
    state.orgs[1].name = "::warning::name".to_owned();
    let mut world = World::with(state).await;
    world.vars.insert("GITHUB_ACTIONS".into(), "true".into());
    world.vars.insert("COLUMNS".into(), "100".into());
    let file = format!("aerial/{} ::stop-commands::k9::.yaml", "t".repeat(70));
    world.file(&file, desired(&["{domain: a.okta.com, products: [mfa]}"]));
    std::fs::create_dir_all(world.path("receipts")).unwrap();
    world.file(
        "receipts/r.jsonl",
        format!(
            "{{\"event\":\"start\",\"account\":\"{ACCOUNT}\",\"endpoint\":\"{}\"}}\n{{\"event\":\"step\",\"id\":1,\"kind\":\"link\",\"org\":{{\"id\":null,\"domain\":\"a.okta.com\"}},\"outcome\":\"applied\",\"startedAt\":\"::debug::now\"}}\n",
            world.emulator().origin()
        ),
    );
    for command in [
        "plan -v --calls",
        "plan --format markdown",
        "status",
        "status --format csv",
        "explain a.okta.com --receipt-dir receipts",
        "import",
        "doctor",
        "validate",
    ] {
        let ran = world.run(command).await.done();
        for line in ran.out.lines().chain(ran.err.lines()) {
            let first = line.trim_start();
            assert!(
                !first.starts_with("::") || first.starts_with("::warning file="),
                "{command}: {line}"
            );
        }
    }
}

/// What hides a secret from a reader is written out, so that it hides nothing.
#[test]
fn promise_7_whatever_a_redactor_looks_through_is_shown() {
    let redactor = aerialctl::http::Redactor::default();
    redactor.learn(&aerialctl::secret::Secret::new("a-secret-of-some-length"));
    for c in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
        let text = format!("a-secret-of{c}-some-length");
        if redactor.redact(&text) != text {
            let shown = aerialctl::render::escape::line(&text);
            assert!(!shown.contains(c), "{:x}", u32::from(c));
        }
    }
}
