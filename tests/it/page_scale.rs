//! The page of a large account: what it weighs, and how much of it is drawn. How fast it is says `benches/page.rs`.

use crate::browser::Browser;
use crate::large_page::{ORGS, large};

#[test]
fn a_large_page_stays_under_6_mb() {
    let page = large();
    assert!(page.len() < 6_000_000, "{} bytes", page.len());
}

#[tokio::test]
async fn of_a_large_page_a_screenful_is_drawn_and_all_of_it_printed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().canonicalize().unwrap().join("large.html");
    std::fs::write(&file, large()).unwrap();
    let Some(mut browser) = Browser::open(&file).await else {
        return;
    };
    browser.load(&file).await;
    let rows = "new Promise((done) => setTimeout(() => done(document.querySelectorAll('#matrix tbody tr').length)))";
    assert_eq!(browser.value(rows).await, 60);
    browser
        .value("dispatchEvent(new Event('beforeprint'))")
        .await;
    assert_eq!(browser.value(rows).await, ORGS, "all of them are printed");
    browser
        .value("dispatchEvent(new Event('afterprint'))")
        .await;
    assert_eq!(browser.value(rows).await, 60);
    browser.close().await;
}
