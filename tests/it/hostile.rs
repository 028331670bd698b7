//! Hostile files get a clear error, quickly, in bounded memory.

use aerialctl::desired::{document, load};
use aerialctl::diagnostic::{Code, Source, SourceId, Sources};

use crate::support::desired;

fn codes(bytes: impl Into<Vec<u8>>) -> Vec<&'static str> {
    let sources = Sources::new(vec![Source::new("aerial.yaml", bytes)]);
    load(&sources)
        .diagnostics
        .iter()
        .map(|one| one.code.as_str())
        .collect()
}

#[test]
fn every_kind_of_hostile_file_gets_its_own_error() {
    let good = desired(&["{domain: a.okta.com}"]);
    assert_eq!(codes(good.as_bytes()), [""; 0]);
    assert_eq!(codes(format!("\u{feff}{good}")), [""; 0], "a BOM");
    assert_eq!(codes(good.replace('\n', "\r\n")), [""; 0], "CRLF");
    for empty in ["", "\n\n", "# only\n# comments\n", "---\n", "\u{feff}"] {
        assert_eq!(codes(empty), ["empty-file"], "{empty:?}");
    }
    let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(
        codes([vec![0xff, 0xfe], utf16.clone()].concat()),
        ["not-utf-8"]
    );
    assert_eq!(codes(utf16), ["not-text"]);
    assert_eq!(
        codes([good.as_bytes(), b"# \xc3\x28"].concat()),
        ["not-utf-8"]
    );
    assert_eq!(codes(b"\x7fELF\x00\x00\x01".to_vec()), ["not-text"]);
    assert_eq!(codes("orgs:\n\t- domain: a.okta.com\n"), ["yaml-tab"]);
    assert_eq!(codes("a: 1\n---\nb: 2\n"), ["yaml-documents"]);
    assert_eq!(codes(format!("{good}version: 1\n")), ["duplicate-key"]);
    assert_eq!(codes("[".repeat(10_000)), ["yaml-budget"]);
    assert_eq!(codes("{a: ".repeat(10_000)), ["yaml-budget"]);
    let stairs: String = (0..400).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
    assert_eq!(codes(stairs), ["yaml-budget"]);
    let mut bomb = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
    for n in 1..12 {
        let aliases = vec![format!("*a{}", n - 1); 9].join(",");
        bomb = format!("{bomb}a{n}: &a{n} [{aliases}]\n");
    }
    assert_eq!(codes(bomb), ["yaml-budget"]);
    assert_eq!(
        codes(vec![b'a'; document::MAX_FILE_BYTES + 1]),
        ["too-large"]
    );
    for scalar in ["just text", "- a\n- b\n", "42", "null"] {
        assert!(!codes(scalar).is_empty(), "{scalar}");
    }
}

#[test]
fn what_there_is_too_much_of_is_said() {
    let words = |text: String| {
        let found = load(&Sources::new(vec![Source::new("aerial.yaml", text)])).diagnostics;
        found.iter().map(|one| one.message.clone()).next()
    };
    let anchors: String = (0..=1_000).map(|n| format!("a{n}: &a{n} x\n")).collect();
    let aliases = format!("a: &a x\nb: [{}]\n", "*a,".repeat(20_001));
    let comments = format!("orgs:\n{}  - x\n", "# x\n".repeat(100_001));
    let texts = format!(
        "a: \"{}\"\n",
        "\\L".repeat(document::MAX_FILE_BYTES / 3 + 1)
    );
    for (text, what) in [
        ("[".repeat(100), "it is nested too deeply"),
        (anchors, "it has too many anchors"),
        (aliases, "its aliases expand to too much"),
        (comments, "it has too many lines of comment"),
        (texts, "its texts are too long"),
    ] {
        let said = words(text).unwrap();
        assert_eq!(said, format!("the file is not read further: {what}"));
    }
}

#[test]
fn deep_chains_of_bundles_are_refused_rather_than_followed() {
    let chain: String = (0..5000)
        .map(|n| format!("  b{n}: [b{}]\n", n + 1))
        .collect();
    let text = desired(&["{domain: a.okta.com}"]).replace(
        "bundles: {workforce: [sso, mfa]}\n",
        &format!("bundles:\n{chain}  b5000: [sso]\n"),
    );
    assert!(codes(text).contains(&"bundle-depth"));
}

#[test]
fn lists_that_expand_to_too_much_are_refused() {
    let products: String = (0..3000).map(|n| format!("P{n},")).collect();
    let orgs: Vec<String> = (0..3000)
        .map(|n| format!("{{domain: o{n}.okta.com, products: [big]}}"))
        .collect();
    let orgs: Vec<&str> = orgs.iter().map(String::as_str).collect();
    let text = desired(&orgs).replace("bundles: {", &format!("bundles: {{big: [{products}], "));
    assert_eq!(codes(text), ["too-many-products"]);
}

#[test]
fn anchors_and_merge_keys_work_within_the_budget() {
    let text = desired(&[
        "&a {domain: a.okta.com, cell: ok7}",
        "{<<: *a, domain: b.okta.com}",
    ]);
    assert_eq!(codes(text), [""; 0]);
}

#[test]
fn places_are_counted_in_characters() {
    let sources = Sources::new(vec![Source::new(
        "aerial.yaml",
        "orgs: [{domain: \"ä\", products: [ö]}]\n",
    )]);
    let loaded = load(&sources);
    let found = loaded
        .diagnostics
        .iter()
        .find(|one| one.code == Code::UnknownProduct)
        .unwrap();
    assert_eq!(found.span().unwrap().column, 33);
    assert_eq!(found.span().unwrap().source, SourceId(0));
}

/// Orgs are checked a thousand at a time: those of later thousands have their own places as well.
#[test]
fn an_error_in_a_late_org_is_told_at_its_place() {
    let orgs: Vec<String> = (0..2_500)
        .map(|n| {
            format!(
                "{{domain: o{n}.okta.com, products: {}}}",
                if n == 2_345 { "none" } else { "[]" }
            )
        })
        .collect();
    let orgs: Vec<&str> = orgs.iter().map(String::as_str).collect();
    let sources = Sources::new(vec![Source::new("aerial.yaml", desired(&orgs))]);
    let loaded = load(&sources);
    let found: Vec<_> = loaded.diagnostics.iter().collect();
    assert_eq!(found.len(), 1);
    let line = sources.line(found[0].span().unwrap()).unwrap();
    assert!(line.contains("o2345.okta.com"), "{line}");
}
