//! A secret is never printed, and never sent to another host.

use aerialctl::cli::Exit;
use aerialctl::emulator::EmulatedClient;
use serde_json::Value as Json;

use crate::server::{Server, answer};
use crate::support::{ACCOUNT, World, account, desired, org};

/// Every place where a secret can be, with a text that would be recognised anywhere.
#[tokio::test]
async fn promise_6_no_output_holds_a_secret() {
    let keys: Json = serde_json::from_str(include_str!("../../fixtures/keys.json")).unwrap();
    let key = &keys[2];
    let private: Json = serde_json::from_str(key["private"].as_str().unwrap()).unwrap();
    let mut canaries: Vec<String> = ["d", "p", "q", "dp", "dq", "qi"]
        .iter()
        .map(|part| private[part].as_str().unwrap().to_owned())
        .collect();
    canaries.push("canary-access-token".to_owned());
    canaries.push("eyJ".to_owned()); // the start of every signed token
    canaries.push("emulated.".to_owned()); // the start of every issued one
    let mut outputs = Vec::new();
    for with_token in [true, false] {
        for fault in [
            "[]",
            "[{path: /token, times: 9, do: {status: 503}}]",
            "[{path: /token, times: 9, do: html}]",
            "[{method: GET, path: /products, times: 99, do: {status: 401}}]",
            "[{method: PUT, times: 99, do: {status: 403}}]",
            "[{method: GET, after: 3, times: 99, do: dropBefore}]",
            "[{method: GET, after: 3, do: redirect}]",
            "[{do: expireTokens}]",
        ] {
            let mut state = account(vec![org("a", &["sso"])]);
            state.clients.push(EmulatedClient {
                id: "0oaclient".into(),
                keys: vec![key["public"].clone()],
                scopes: vec!["okta.accounts.read".into(), "okta.accounts.manage".into()],
                dpop: true,
            });
            let mut world = World::with(state).await;
            if with_token {
                world
                    .vars
                    .insert("AERIAL_ACCESS_TOKEN".into(), "canary-access-token".into());
            } else {
                world.vars.remove("AERIAL_ACCESS_TOKEN");
            }
            for (name, value) in [
                ("AERIAL_CLIENT_ID", "0oaclient"),
                ("AERIAL_PRIVATE_KEY", key["private"].as_str().unwrap()),
            ] {
                world.vars.insert(name.into(), value.into());
            }
            world.file(
                "aerial.yaml",
                desired(&["{domain: a.okta.com, products: [mfa]}"]),
            );
            for command in [
                "doctor -vv",
                "plan -vv --out plan.json",
                "status -vv --format json",
                "apply --yes -vv --receipt r.jsonl",
            ] {
                world.faults(fault);
                let ran = world.run(command).await;
                outputs.push(format!("{command} {fault}\n{}", ran.text()));
            }
            for file in ["plan.json", "r.jsonl"] {
                if world.path(file).exists() {
                    outputs.push(world.read(file));
                }
            }
        }
    }
    // A key that is none is not shown either.
    let mut world = World::with(account(vec![])).await;
    world.vars.remove("AERIAL_ACCESS_TOKEN");
    world.file("aerial.yaml", desired(&["{domain: a.okta.com}"]));
    for damaged in [
        "canary-access-token",
        "{\"kty\":\"RSA\",\"d\":\"canary-access-token\"}",
        "-----BEGIN PRIVATE KEY-----\ncanary-access-token\n-----END PRIVATE KEY-----",
    ] {
        world
            .vars
            .insert("AERIAL_CLIENT_ID".into(), "0oaclient".into());
        world
            .vars
            .insert("AERIAL_PRIVATE_KEY".into(), damaged.into());
        outputs.push(world.run("plan -vv").await.expect(Exit::Failed).text());
    }
    assert!(outputs.len() > 60);
    for output in &outputs {
        for canary in &canaries {
            assert!(!output.contains(canary.as_str()), "{canary} in\n{output}");
        }
    }
}

#[tokio::test]
async fn promise_6_no_redirect_and_no_foreign_link_is_followed() {
    // Another host, which must never hear from us.
    let elsewhere = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let foreign = format!("http://{}", elsewhere.local_addr().unwrap());
    let location = format!("Location: {foreign}/orgs\r\n");
    let link = format!("Link: <{foreign}/orgs?after=1>; rel=\"next\"\r\n");
    for (status, headers, refusal) in [
        ("302 Found", &location, "redirects are never followed"),
        (
            "307 Temporary Redirect",
            &location,
            "redirects are never followed",
        ),
        ("200 OK", &link, "at another origin"),
    ] {
        let headers = headers.clone();
        let server = Server::start(move |asked| {
            if asked.line().contains("/orgs?") {
                let org = r#"[{"id":"00oA","domain":"a.okta.com","aerialOrg":true}]"#;
                answer(status, &headers, org)
            } else if asked.line().ends_with("/accounts") {
                answer("200 OK", "", &format!(r#"{{"id":"{ACCOUNT}"}}"#))
            } else {
                answer("200 OK", "", "[]")
            }
        })
        .await;
        let mut world = World::new();
        world.vars.insert("AERIAL_ENDPOINT".into(), server.origin);
        world
            .vars
            .insert("AERIAL_ACCESS_TOKEN".into(), "canary".into());
        world.file("aerial.yaml", desired(&["{domain: a.okta.com}"]));
        let ran = world.run("plan").await.expect(Exit::Failed);
        assert!(ran.err.contains(refusal), "{status}: {}", ran.err);
    }
    let heard = tokio::select! {
        biased;
        _ = elsewhere.accept() => true,
        () = tokio::task::yield_now() => false,
    };
    assert!(!heard, "another host was spoken to");
}
