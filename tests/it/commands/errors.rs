//! Every error that a user can cause says what happened, where, and what to do.

use aerialctl::cli::Exit;

use crate::support::{World, account, desired, org, plain, unlinked};

async fn world() -> World {
    let world = World::with(account(vec![org("a", &["sso"])])).await;
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso, mfa]}"]),
    );
    world
}

#[tokio::test]
async fn errors_read_like_this() {
    let mut texts = Vec::new();
    let mut note = |what: &str, ran: crate::support::Ran| {
        assert_eq!(ran.out, "", "{what}");
        // Which of the reads that go together is told first is chance.
        let reads = ["/accounts", "/orgs", "/products"].into_iter();
        let told = reads.fold(ran.text(), |text, path| {
            text.replace(&format!("GET {path}:"), "GET /…:")
        });
        texts.push(format!("# {what}\n{told}\n"));
    };

    note(
        "no file",
        World::new().run("plan").await.expect(Exit::Failed),
    );
    note(
        "a file that isn't there",
        World::new()
            .run("plan -f prod.yaml")
            .await
            .expect(Exit::Failed),
    );
    let w = World::new();
    w.file("empty/readme.txt", "");
    note(
        "a folder without files",
        w.run("plan -f empty").await.expect(Exit::Failed),
    );

    let mut w = world().await;
    w.vars.remove("AERIAL_ACCESS_TOKEN");
    note("no token", w.run("plan").await.expect(Exit::Failed));
    w.vars.insert("AERIAL_ACCESS_TOKEN".into(), "wrong".into());
    note("a wrong token", w.run("plan").await.expect(Exit::Failed));
    w.vars
        .insert("AERIAL_ACCESS_TOKEN".into(), "two\nlines".into());
    note(
        "a token with a line break",
        w.run("plan").await.expect(Exit::Failed),
    );

    let w = world().await;
    w.file(
        "aerial.yaml",
        w.read("aerial.yaml")
            .replace("0227mkkf8ulgt48bkidcd8ekqft", "0227other"),
    );
    note("a wrong account", w.run("plan").await.expect(Exit::Failed));

    let mut w = world().await;
    w.vars
        .insert("AERIAL_ENDPOINT".into(), "http://127.0.0.1:1".into());
    note(
        "the server is gone",
        w.run("plan").await.expect(Exit::Failed),
    );
    w.vars
        .insert("AERIAL_ENDPOINT".into(), "http://aerial.example.com".into());
    note("plain http", w.run("plan").await.expect(Exit::Failed));
    w.vars
        .insert("AERIAL_ENDPOINT".into(), "aerial.example.com".into());
    note("no URL", w.run("plan").await.expect(Exit::Failed));

    for (what, fault) in [
        ("the server answers HTML", "html"),
        ("the answer is cut in half", "cut"),
        ("the server is broken", "{status: 500}"),
        ("maintenance", "{status: 503}"),
        ("a redirect", "redirect"),
        ("the connection breaks", "dropBefore"),
    ] {
        let w = world().await;
        w.faults(&format!("[{{path: /products, times: 99, do: {fault}}}]"));
        note(what, w.run("plan").await.expect(Exit::Failed));
    }
    let w = world().await;
    w.faults("[{path: /products, times: 99, do: {windowUsedUp: 3600}}]");
    note("a long wait", w.run("plan").await.expect(Exit::Failed));

    let text = texts.join("\n");
    // The kernel's words for a broken connection differ between systems, and which request comes when is chance.
    let text = text.replace("connection closed before message completed", "CLOSED");
    let mut parts = text.split("reqEmulated");
    let first = parts.next().unwrap_or_default().to_owned();
    let text = parts.fold(first, |text, part| {
        text + "req…" + part.trim_start_matches(|c: char| c.is_ascii_digit())
    });
    // Of requests on their way together, the one that is refused first is told.
    let text = ["products", "orgs"].into_iter().fold(text, |text, other| {
        let text = text.replace(&format!("GET /{other}: 401"), "GET /accounts: 401");
        text.replace(&format!("GET /{other}: 404"), "GET /accounts: 404")
    });
    insta::assert_snapshot!(text);
}

#[tokio::test]
async fn refused_links_read_like_this() {
    let mut texts = Vec::new();
    for (what, change) in [
        ("not associated", "associated"),
        ("no consent", "consent"),
        ("linked elsewhere", "elsewhere"),
        ("another cell", "cell"),
    ] {
        let mut new = unlinked("new", &[]);
        match change {
            "associated" => new.associated = false,
            "consent" => new.consent = false,
            "elsewhere" => new.other_account = true,
            _ => new.cell = "ok7".into(),
        }
        let w = World::with(account(vec![new])).await;
        w.file(
            "aerial.yaml",
            desired(&["{domain: new.okta.com, products: [sso]}"]),
        );
        let ran = w.run("apply --yes").await.expect(Exit::Partial);
        texts.push(format!("# {what}\n{}\n", plain(&ran.err, &w)));
    }
    insta::assert_snapshot!(texts.join("\n"));
}

#[tokio::test]
async fn no_sentence_stands_twice_in_an_error() {
    let w = world().await;
    w.faults("[{path: /products, times: 99, do: {status: 500}}]");
    let ran = w.run("plan").await.expect(Exit::Failed);
    assert_eq!(
        ran.err.matches("Internal Server Error").count(),
        1,
        "{}",
        ran.err
    );
}

#[tokio::test]
async fn wrong_usage_is_64_and_help_is_0() {
    let world = World::new();
    for words in [
        "",
        "plam",
        "plan --no-such-flag",
        "plan --timeout 0",
        "plan --timeout 25h",
        "apply --allow everything",
        "emulator",
    ] {
        world.run(words).await.expect(Exit::Usage);
    }
    for words in ["--help", "--version", "plan --help", "help apply"] {
        let ran = world.run(words).await.done();
        assert!(ran.out.contains("aerialctl"), "{words}");
        assert_eq!(ran.err, "");
    }
}
