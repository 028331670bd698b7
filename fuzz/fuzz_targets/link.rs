//! Any text as a `Link` header.
#![no_main]

use aerialctl::http::paging;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for link in paging::links(text) {
        assert!(text.contains(link.uri.as_str()));
    }
});
