//! The page in a real browser. Where no Chromium is installed, a note says that these are skipped, or they fail (`.ci/run`).

use std::path::PathBuf;

use serde_json::{Value as Json, json};

use aerialctl::cli::Exit;

use crate::browser::{Browser, installed, skipped};
use crate::support::{World, account, desired, org, unlinked};

const HOSTILE: &str = "</script><script>window.owned=1</script><img src=x onerror=window.owned=1> \u{1b}[2J \u{202e}evil &amp; <!--";

/// An account with something of everything, and its page.
async fn world() -> (World, PathBuf) {
    let mut off = org("off", &["sso", "mfa"]);
    off.status = "INACTIVE".to_owned();
    let mut state = account(vec![
        org("a", &["sso", "mfa", "wfl"]),
        org("b", &["sso", "lcm"]),
        org("more", &["itp"]),
        org("old", &["sso"]),
        off,
        unlinked("new", &[]),
    ]);
    state.account.name = HOSTILE.to_owned();
    state.products[1].name = HOSTILE.to_owned();
    state.orgs[1].name = HOSTILE.to_owned();
    let world = World::with(state).await;
    let file = desired(&[
        "{domain: a.okta.com, products: [workforce]}",
        "{domain: b.okta.com, products: [workforce]}",
        "{domain: more.okta.com, products: [], enforce: additive}",
        "{domain: new.okta.com, products: [workforce]}",
        "{domain: off.okta.com, status: active}",
    ]);
    let file = file.replace("maxLinked: 100", "maxLinked: 0");
    world.file("aerial.yaml", format!("{file}ignoreProducts: [P000200]\n"));
    Box::pin(world.run("report --out page.html")).await.done();
    let page = world.path("page.html").canonicalize().unwrap();
    (world, page)
}

const DOMAINS: &str = "[...document.querySelectorAll('#matrix tbody th')].map((cell) => cell.textContent.split('.')[0]).join(' ')";

/// Waits until the page is laid out after what was done last.
const SETTLED: &str = "new Promise((done) => requestAnimationFrame(() => setTimeout(done)))";

#[tokio::test]
async fn the_page_asks_for_nothing_and_names_stay_text() {
    let (_world, page) = world().await;
    let Some(mut browser) = Browser::open(&page).await else {
        return;
    };
    browser.value(SETTLED).await;
    let said = [
        "Runtime.consoleAPICalled",
        "Runtime.exceptionThrown",
        "Log.entryAdded",
    ];
    for event in &browser.events {
        let method = event["method"].as_str().unwrap_or_default();
        assert!(!said.contains(&method), "{event}");
        if method == "Network.requestWillBeSent" {
            let url = event["params"]["request"]["url"].as_str().unwrap();
            assert_eq!(url, format!("file://{}", page.display()));
        }
    }
    assert_eq!(browser.value("window.owned ?? null").await, Json::Null);
    let heading = browser
        .text("document.querySelector('h1').textContent")
        .await;
    assert_eq!(
        heading,
        HOSTILE
            .replace('\u{1b}', "\\u{1b}")
            .replace('\u{202e}', "\\u{202e}")
    );
    // The details of an org, which the script makes.
    browser
        .value("document.querySelector('#matrix tbody button').click()")
        .await;
    let details = browser
        .text("document.querySelector('dialog').innerText")
        .await;
    for part in [
        "</script><script>",
        "\\u{1b}[2J",
        "via bundle workforce (aerial.yaml:6), listed (aerial.yaml:10)",
    ] {
        assert!(details.contains(part), "{part} in\n{details}");
    }
    assert_eq!(
        browser
            .value("document.querySelectorAll('img').length")
            .await,
        0
    );
    // The policy would stop a script that came through after all.
    let stopped = "new Promise((done) => { document.addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective)); const one = document.createElement('script'); one.textContent = '0'; document.body.append(one); })";
    assert_eq!(browser.text(stopped).await, "script-src-elem");
    browser.close().await;
}

#[tokio::test]
async fn filter_sort_and_details_work_by_keyboard() {
    let (_world, page) = world().await;
    let Some(mut browser) = Browser::open(&page).await else {
        return;
    };
    assert_eq!(
        browser.text(DOMAINS).await,
        "a acme-aerial b more new off old"
    );
    let focused = "document.activeElement.id || document.activeElement.textContent";
    // The filter's text, product, state, two boxes and a button; then the matrix; then its headings.
    for id in [
        "text",
        "product",
        "is",
        "drifted",
        "unmanaged",
        "Clear",
        "matrix",
        "Org",
        "Status",
        "Cell",
        "File",
        "sso",
    ] {
        browser.press(&["Tab"]).await;
        assert_eq!(browser.text(focused).await, id);
    }
    browser.press(&["Enter"]).await;
    let enabled_first = "a b off old new acme-aerial more";
    assert_eq!(browser.text(DOMAINS).await, enabled_first);
    let sorted = "document.querySelector('[aria-sort=ascending]').textContent";
    assert_eq!(browser.text(sorted).await, "sso");
    browser.press(&["Space"]).await;
    let down = browser
        .text("document.querySelector('[aria-sort=descending]').textContent")
        .await;
    assert_eq!(down, "sso");
    let enabled_last = "acme-aerial more new off old a b";
    assert_eq!(browser.text(DOMAINS).await, enabled_last);

    browser
        .value("document.getElementById('drifted').focus()")
        .await;
    browser.press(&["Space"]).await;
    browser
        .value("document.querySelector('thead button').click()")
        .await;
    assert_eq!(browser.text(DOMAINS).await, "b new off");
    assert_eq!(
        browser
            .text("document.getElementById('count').textContent")
            .await,
        "3 of 7 orgs"
    );
    browser
        .value("document.getElementById('text').focus()")
        .await;
    browser.write("OFF.").await;
    assert_eq!(browser.text(DOMAINS).await, "off");
    browser
        .value("document.querySelector('[type=reset]').focus()")
        .await;
    browser.press(&["Enter"]).await;
    browser.value(SETTLED).await;
    assert_eq!(
        browser.text(DOMAINS).await,
        "a acme-aerial b more new off old"
    );

    let pick = |product: &str, is: &str| {
        format!(
            "document.getElementById('product').selectedIndex = [...document.getElementById('product').options].findIndex((one) => one.text.startsWith('{product}')); document.getElementById('is').value = '{is}'; document.getElementById('filter').dispatchEvent(new Event('input'))"
        )
    };
    for (product, is, orgs) in [
        ("mfa", "ekiu", "a off"),
        ("mfa", "mo", "acme-aerial b more new old"),
        ("mfa", "m", "b new"),
        ("lcm", "u", "b"),
    ] {
        browser.value(&pick(product, is)).await;
        assert_eq!(browser.text(DOMAINS).await, orgs, "{product} {is}");
    }

    browser
        .value("document.querySelector('#matrix tbody button').focus()")
        .await;
    browser.press(&["Enter"]).await;
    assert_eq!(
        browser.value("document.querySelector('dialog').open").await,
        true
    );
    assert_eq!(
        browser
            .text("document.getElementById('org-name').textContent")
            .await,
        "b.okta.com"
    );
    browser.press(&["Escape"]).await;
    browser.value(SETTLED).await;
    assert_eq!(
        browser.value("document.querySelector('dialog').open").await,
        false
    );
    assert_eq!(
        browser.text(focused).await,
        "b.okta.com",
        "the focus is where it was"
    );
    browser.close().await;
}

/// The names of the nodes of a role, children's texts where they have none of their own.
async fn accessible(browser: &mut Browser, role: &str) -> Vec<String> {
    let tree = browser.call("Accessibility.getFullAXTree", json!({})).await;
    let nodes = tree["nodes"].as_array().unwrap();
    let of = |id: &Json| nodes.iter().find(|node| node["nodeId"] == *id);
    fn words<'a>(node: &'a Json, of: &dyn Fn(&Json) -> Option<&'a Json>, all: &mut Vec<&'a str>) {
        if node["role"]["value"] == "StaticText" {
            all.push(node["name"]["value"].as_str().unwrap_or_default());
        }
        for child in node["childIds"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(of)
        {
            words(child, of, all);
        }
    }
    nodes
        .iter()
        .filter(|node| node["role"]["value"] == role && node["ignored"] == false)
        .map(|node| {
            let mut all = Vec::new();
            words(node, &of, &mut all);
            all.join(" ")
        })
        .collect()
}

#[tokio::test]
async fn every_cell_says_what_it_means() {
    let (_world, page) = world().await;
    let Some(mut browser) = Browser::open(&page).await else {
        return;
    };
    let cells = accessible(&mut browser, "cell").await;
    let fields: Vec<&str> = cells.iter().map(String::as_str).collect();
    let off = "off off off off off";
    let rows = [
        "ACTIVE ok1 same enabled enabled off ignored off",
        &format!("ACTIVE ok1 Aerial org {off}"),
        "ACTIVE ok1 differs enabled missing unwanted off off",
        "ACTIVE ok1 same off off off off left alone",
        "not linked ok1 not linked missing missing unknown unknown unknown",
        "INACTIVE, to be active ok1 differs left alone left alone off off off",
        "ACTIVE ok1 not listed left alone off off off off",
    ];
    assert!(fields.join(" ").starts_with(&rows.join(" ")), "{fields:?}");
    let headings = accessible(&mut browser, "columnheader").await;
    assert_eq!(
        headings.join(" "),
        "Org Status Cell File sso mfa lcm P000200 itp"
    );
    let rows = accessible(&mut browser, "rowheader").await;
    assert_eq!(rows.len(), 7 + 3, "the orgs, and the totals");
    browser.close().await;
}

/// What the script shows is what the plain table has.
#[tokio::test]
async fn the_plain_table_and_the_script_say_the_same() {
    let (_world, page) = world().await;
    let Some(mut browser) = Browser::open(&page).await else {
        return;
    };
    let texts = "(table) => JSON.stringify([...table.querySelectorAll('thead tr, tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent.trim())))";
    let shown = browser
        .text(&format!(
            "({texts})(document.querySelector('#matrix table'))"
        ))
        .await;
    browser
        .call(
            "Emulation.setScriptExecutionDisabled",
            json!({"value": true}),
        )
        .await;
    browser.load(&page).await;
    browser
        .call(
            "Emulation.setScriptExecutionDisabled",
            json!({"value": false}),
        )
        .await;
    let plain = browser
        .text(&format!("({texts})(document.querySelector('table'))"))
        .await;
    assert_eq!(shown, plain);
    assert!(plain.contains("unwanted"));
    browser.close().await;
}

#[tokio::test]
async fn dark_light_and_print() {
    let (_world, page) = world().await;
    let Some(mut browser) = Browser::open(&page).await else {
        return;
    };
    let ground = "getComputedStyle(document.body).backgroundColor";
    let mut seen = Vec::new();
    for scheme in ["light", "dark"] {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        browser
            .call("Emulation.setEmulatedMedia", json!({"features": features}))
            .await;
        seen.push(browser.text(ground).await);
    }
    assert_eq!(seen, ["rgb(255, 255, 255)", "rgb(20, 23, 27)"]);
    let printed = browser.call("Page.printToPDF", json!({})).await;
    let pdf = printed["data"].as_str().unwrap();
    assert!(pdf.starts_with("JVBERi0"), "a PDF");
    browser
        .call(
            "Emulation.setEmulatedMedia",
            json!({"media": "print", "features": []}),
        )
        .await;
    let form = "getComputedStyle(document.getElementById('filter')).display";
    assert_eq!(browser.text(form).await, "none");
    browser.close().await;
}

/// Made by `.ci/run`: npm's axe-core, for this check alone.
const AXE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/target/axe/node_modules/axe-core/axe.min.js"
);

#[tokio::test]
async fn axe_finds_nothing_serious() {
    let Ok(axe) = std::fs::read_to_string(AXE) else {
        return skipped("axe-core isn't there (.ci/run fetches it)");
    };
    let (_world, page) = world().await;
    let Some(mut browser) = Browser::open(&page).await else {
        return;
    };
    for scheme in ["light", "dark"] {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        browser
            .call("Emulation.setEmulatedMedia", json!({"features": features}))
            .await;
        for open in [false, true] {
            browser.load(&page).await;
            browser.value(&axe).await;
            if open {
                browser
                    .value("document.querySelector('#matrix tbody button').click()")
                    .await;
            }
            let found = browser.value("axe.run().then((found) => found.violations.map((one) => `${one.impact} ${one.id}: ${one.nodes.map((node) => node.html).slice(0, 3).join(' | ')}`))").await;
            assert_eq!(found, json!([]), "{scheme}, {open}");
        }
    }
    browser.close().await;
}

#[tokio::test]
async fn a_plan_that_can_t_be_made_is_on_the_page_all_the_same() {
    let (world, _) = world().await;
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [P000999]}"]),
    );
    let ran = world
        .run("report --out why.html")
        .await
        .expect(Exit::Invalid);
    assert!(ran.err.contains("P000999"), "{}", ran.err);
    let page = world.read("why.html");
    assert!(page.contains("Why there is no plan"));
    if installed().is_some() {
        let mut browser = Browser::open(&world.path("why.html")).await.unwrap();
        assert!(browser.text(DOMAINS).await.starts_with("a "));
        browser.close().await;
    }
}
