//! What the page says of one org, and how it finds and orders orgs of which something isn't known.

use crate::browser::Browser;
use crate::support::{World, account, desired, org, unlinked};

/// The page of an account with an org of each standing, the first listed one with products of a bundle, and some without a
/// cell.
async fn opened() -> Option<(World, Browser)> {
    let placed = |name: &str, cell: &str| {
        let mut org = org(name, &["sso", "mfa"]);
        org.cell = cell.to_owned();
        org
    };
    let state = account(vec![
        placed("a", "op3"),
        placed("b", ""),
        placed("c", "ok1"),
        placed("d", "op3"),
        placed("e", ""),
        placed("old", "ok14"),
        placed("wrong", "ok1"),
        unlinked("new", &[]),
    ]);
    let world = World::with(state).await;
    let mut orgs: Vec<String> = ["a", "b", "c", "d", "e", "new"]
        .map(|name| format!("{{domain: {name}.okta.com, products: [workforce]}}"))
        .into();
    // Nobody has the id, and somebody has the domain: the file contradicts the account.
    orgs.push("{id: 00o16fjDHCgFqob8n0g4, domain: wrong.okta.com, products: [workforce]}".into());
    let orgs: Vec<&str> = orgs.iter().map(String::as_str).collect();
    world.file("aerial.yaml", desired(&orgs));
    let page = Box::pin(world.run("status --format html")).await.done().out;
    world.file("page.html", page);
    let file = world.path("page.html").canonicalize().unwrap();
    Some((world, Browser::open(&file).await?))
}

/// The orgs that are shown, by the first labels of their domains.
const ORGS: &str = "[...document.querySelectorAll('#matrix tbody th')].map((cell) => cell.textContent.split('.')[0]).join(' ')";

async fn details(browser: &mut Browser, org: &str) -> String {
    let open = format!(
        "(() => {{ document.querySelector('dialog').close(); [...document.querySelectorAll('#matrix tbody button')].find((one) => one.textContent === '{org}.okta.com').click(); return document.querySelector('dialog').innerText; }})()"
    );
    browser.text(&open).await
}

#[tokio::test]
async fn nothing_is_said_to_be_asked_for_that_no_entry_asks_for() {
    let Some((_world, mut browser)) = opened().await else {
        return;
    };
    let said = details(&mut browser, "a").await;
    assert!(
        said.contains("via bundle workforce") && said.contains("Entry"),
        "{said}"
    );
    for org in ["old", "acme-aerial", "wrong"] {
        let said = details(&mut browser, org).await;
        assert!(said.contains(org), "{said}");
        for made_up in ["via ", "listed (", "aerial.yaml", "Entry"] {
            assert!(!said.contains(made_up), "{made_up}, in\n{said}");
        }
    }
    browser.close().await;
}

#[tokio::test]
async fn what_is_not_known_of_an_org_is_left_out_and_found_by_no_search() {
    let Some((_world, mut browser)) = opened().await else {
        return;
    };
    let said = details(&mut browser, "new").await;
    assert!(!said.contains("Id\n") && said.contains("Cell\n"), "{said}");
    let said = details(&mut browser, "b").await;
    assert!(said.contains("Id\n") && !said.contains("Cell\n"), "{said}");
    let search = "document.getElementById('text').value = 'null'; document.getElementById('filter').dispatchEvent(new Event('input'))";
    browser.value(search).await;
    assert_eq!(browser.text(ORGS).await, "");
    browser.close().await;
}

#[tokio::test]
async fn orgs_without_a_cell_stand_together() {
    let Some((_world, mut browser)) = opened().await else {
        return;
    };
    let by_cell = "[...document.querySelectorAll('#matrix thead button')].find((one) => one.textContent === 'Cell').click()";
    for sorted in [
        "b e acme-aerial c new wrong old a d",
        "a d old acme-aerial c new wrong b e",
    ] {
        browser.value(by_cell).await;
        assert_eq!(browser.text(ORGS).await, sorted);
    }
    browser.close().await;
}
