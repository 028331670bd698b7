//! Any bytes as a desired state: an error or a state, never a panic, and findings that can be shown.
#![no_main]

use aerialctl::desired;
use aerialctl::diagnostic::{Source, Sources};
use aerialctl::render::diagnostics;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let sources = Sources::new(vec![Source::new("aerial.yaml", data)]);
    let loaded = desired::load(&sources);
    assert_eq!(loaded.desired.is_none(), loaded.diagnostics.has_errors());
    let shown = diagnostics::human(&loaded.diagnostics, &sources, false, 100);
    assert!(!shown.chars().any(|c| c.is_control() && c != '\n'));
});
