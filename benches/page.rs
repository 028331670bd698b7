//! How long the page of 5,000 orgs × 30 products takes to open and to filter in Chromium: `cargo bench --bench page`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    dead_code,
    reason = "a benchmark may fail and has figures to print, and shares a browser that can do more"
)]

#[path = "../tests/it/browser.rs"]
mod browser;
#[path = "../tests/it/large_page.rs"]
mod large_page;

use serde_json::json;

use browser::Browser;
use large_page::large;

/// What the page's own thread has computed so far, in milliseconds: other programs don't count.
async fn computed(browser: &mut Browser) -> f64 {
    let metrics = browser.call("Performance.getMetrics", json!({})).await;
    let metrics = metrics["metrics"].as_array().unwrap();
    let tasks = metrics.iter().find(|one| one["name"] == "TaskDuration");
    tasks.unwrap()["value"].as_f64().unwrap() * 1_000.0
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().canonicalize().unwrap().join("large.html");
    let page = large();
    std::fs::write(&file, &page).unwrap();
    let Some(mut browser) = Browser::open(&file).await else {
        return;
    };
    let domain = json!({"timeDomain": "threadTicks"});
    browser.call("Performance.enable", domain).await;
    let before = computed(&mut browser).await;
    browser.load(&file).await;
    // From the start of the navigation until the first frame after the script has run.
    let shown = "new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))";
    let opened = browser.value(shown).await.as_f64().unwrap();
    let opening = computed(&mut browser).await - before;
    println!(
        "{} bytes; opened: computed {opening:.0} ms, took {opened:.0} ms",
        page.len()
    );
    for what in [
        "document.getElementById('text').value = '1'",
        "document.getElementById('text').value = '12'",
        "document.getElementById('text').value = ''",
        "document.getElementById('drifted').checked = true",
        "document.getElementById('drifted').checked = false",
        "document.getElementById('product').value = '7'",
        "document.getElementById('is').value = 'mo'",
    ] {
        // From the event until the frame that shows what came of it.
        let filter = format!(
            "new Promise((done) => requestAnimationFrame(() => {{
                const start = performance.now();
                {what};
                document.getElementById('filter').dispatchEvent(new Event('input'));
                requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
            }}))"
        );
        let mut took = Vec::new();
        let before = computed(&mut browser).await;
        for _ in 0..5 {
            took.push(browser.value(&filter).await.as_f64().unwrap());
        }
        let computed = (computed(&mut browser).await - before) / 5.0;
        took.sort_by(f64::total_cmp);
        println!("{computed:.0} ms computed, {:.0} ms taken: {what}", took[2]);
    }
    browser.close().await;
}
