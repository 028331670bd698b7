//! What a small input may cost: little time, little output, whatever it says.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use aerialctl::desired::load;
use aerialctl::diagnostic::{Diagnostics, Severity, Source, Sources};
use aerialctl::render::{diagnostics, github, json, sarif};

use aerialctl::cli::Exit;

use crate::server::{Server, answer};
use crate::support::{ACCOUNT, HEAD, World, desired};

/// A debug build on a busy machine needs this much; what used to be quadratic took minutes.
const PATIENCE: Duration = Duration::from_secs(60);

/// Loads a text and prints its findings in every format.
fn cost(text: String) -> Diagnostics {
    let started = Instant::now();
    let bytes = text.len();
    let sources = Sources::new(vec![Source::new("aerial.yaml", text)]);
    let found = load(&sources).diagnostics;
    for (format, output) in [
        (
            "human",
            diagnostics::human(&found, &sources, false, 120).len(),
        ),
        (
            "github",
            github::diagnostics(&found, &sources).concat().len(),
        ),
        (
            "json",
            json::diagnostics(&found, &sources).to_string().len(),
        ),
        ("sarif", sarif::log(&found, &sources).to_string().len()),
    ] {
        assert!(output < 1_000_000, "{output} bytes of {format}");
    }
    let took = started.elapsed();
    assert!(took < PATIENCE, "{took:?} for {bytes} bytes");
    found
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut all, n| {
        writeln!(all, "{}", line(n)).unwrap();
        all
    })
}

#[test]
fn suggestions_take_no_time_to_speak_of() {
    let long = |prefix: &str, n: usize| format!("{prefix}{n:050}");
    let products = lines(2_000, |n| format!("  {}: P{n}", long("known-", n)));
    let words = (0..2_000).map(|n| long("unknown-", n)).collect::<Vec<_>>();
    let text = format!(
        "version: 1\naccount: {{id: x}}\nproducts:\n{products}orgs:\n  - domain: a.okta.com\n    products: [{}]\n",
        words.join(", ")
    );
    let found = cost(text);
    assert_eq!(found.count(Severity::Error), 2_000);
    let protected = (0..3_000).map(|n| format!("o{n:040}.okta.com"));
    let protected = protected.collect::<Vec<_>>().join(", ");
    let orgs = lines(3_000, |n| format!("  - domain: p{n:040}.okta.com"));
    let head = HEAD.replace("maxDisabled: 100", &format!("protectedOrgs: [{protected}]"));
    let found = cost(format!("{head}orgs:\n{orgs}"));
    assert_eq!(found.count(Severity::Warning), 3_000);
}

#[test]
fn one_long_line_with_a_finding_at_each_word_is_shown_in_parts() {
    let text = format!(
        "version: 1\naccount: {{id: x}}\norgs: [{}]\n",
        "{},".repeat(100_000)
    );
    let found = cost(text);
    assert_eq!(found.count(Severity::Error), 100_000);
    assert_eq!(found.rest().unwrap(), "99800 more errors not shown");
    let second = found.iter().nth(1).unwrap();
    assert_eq!(second.span().unwrap().column, 11, "each at its own place");
}

#[test]
fn many_unknown_keys_are_counted() {
    let text = format!("{HEAD}orgs: []\n") + &lines(50_000, |n| format!("unknown{n}: 1"));
    assert_eq!(cost(text).count(Severity::Error), 50_000);
    let text = desired(&["{domain: a.okta.com}"]);
    let duplicates = lines(20_000, |_| "version: 1".to_owned());
    assert_eq!(cost(text + &duplicates).count(Severity::Error), 20_000);
}

#[test]
fn bundles_of_bundles_expand_within_a_budget() {
    let circle = vec!["a"; 100_000].join(", ");
    cost(format!(
        "{}orgs: []\n",
        HEAD.replace("workforce: [sso, mfa]", &format!("a: [{circle}]"))
    ));
    // Ten bundles of thousands of products, each in each of a thousand more.
    let ids = (0..5_000)
        .map(|n| format!("P{n}"))
        .collect::<Vec<_>>()
        .join(", ");
    let inner = lines(10, |n| format!("  in{n}: [{ids}]"));
    let all = (0..10)
        .map(|n| format!("in{n}"))
        .collect::<Vec<_>>()
        .join(", ");
    let outer = lines(1_000, |n| format!("  out{n}: [{all}]"));
    let text = format!("version: 1\naccount: {{id: x}}\nbundles:\n{inner}{outer}orgs: []\n");
    assert_eq!(cost(text).count(Severity::Error), 1);
}

#[test]
fn a_long_text_is_not_repeated() {
    let long = "x".repeat(1_000_000);
    for text in [
        format!("version: 1\naccount: {{id: \"{long} {long}\"}}\norgs: []\n"),
        desired(&[&format!("{{id: \"{long} \"}}")]),
        desired(&[&format!("{{domain: \"https://{long}\"}}")]),
        desired(&[&format!("{{domain: \"{long} {long}\"}}")]),
        desired(&[&format!("{{domain: a.okta.com, products: [\"{long}\"]}}")]),
        desired(&[&format!("{{domain: a.okta.com, {long}: 1}}")]),
        desired(&[&format!("{{domain: a.okta.com, status: {long}}}")]),
        desired(&[&format!(
            "{{domain: a.okta.com, ? {long} : 1, ? {long} : 2}}"
        )]),
        desired(&["{domain: a.okta.com}"]).replace(
            "sso: P000052",
            &format!("\"{long}\": P1, \"b {long}\": [1, 2, 3]"),
        ),
        desired(&["{domain: a.okta.com}"])
            .replace("maxDisabled: 100", &format!("protectedOrgs: [\"{long}\"]")),
        format!("version: 1\n{long}: *{long}\n"),
        format!("version: 1\n{long}\n"),
    ] {
        let found = cost(text);
        assert!(found.has_errors());
        for one in found.iter() {
            let longest = one
                .message
                .len()
                .max(one.help.as_ref().map_or(0, String::len));
            assert!(longest < 1_100, "{longest} bytes");
        }
    }
}

/// A word of the format, or something else.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "version", "account", "id", "environment", "aerialOrg", "partner", "products", "bundles", "defaults", "cell",
            "enforce", "orgs", "domain", "status", "ignoreProducts", "guardrails", "maxDisabled", "protectedOrgs",
            "unmanagedOrgs", "exact", "inactive", "P000052", "a.okta.com", "1", "null", "true", "<<", "x-anchor",
        ])
        .prop_map(str::to_owned),
        1 => "[a-z]{1,12}",
        1 => (1_usize..20_000).prop_map(|length| "w".repeat(length)),
    ]
}

/// A value: a word, or many of them, wide or deep.
fn value() -> impl Strategy<Value = String> {
    let leaf = word();
    leaf.prop_recursive(6, 64, 8, |inner| {
        prop_oneof![
            (prop::collection::vec(inner.clone(), 0..8), 1_usize..400).prop_map(
                |(items, times)| {
                    let items = items.join(", ");
                    let all = vec![items.as_str(); times.min(1 + 20_000 / (1 + items.len()))];
                    format!("[{}]", all.join(", "))
                }
            ),
            prop::collection::vec((word(), inner.clone()), 0..8).prop_map(|entries| {
                let entries: Vec<String> = entries
                    .iter()
                    .map(|(key, value)| format!("? {key} : {value}"))
                    .collect();
                format!("{{{}}}", entries.join(", "))
            }),
            (inner, 1_usize..40).prop_map(|(inner, depth)| format!(
                "{}{inner}{}",
                "[".repeat(depth),
                "]".repeat(depth)
            )),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Whatever a small file says, it costs little.
    #[test]
    fn no_small_file_costs_much(entries in prop::collection::vec((word(), value()), 0..8), valid in any::<bool>()) {
        let mut text = if valid { format!("{HEAD}orgs: []\n") } else { String::new() };
        for (key, value) in entries {
            // Longer keys aren't plain ones.
            writeln!(text, "? {key}\n: {value}").unwrap();
        }
        prop_assume!(text.len() < 400_000);
        cost(text);
    }
}

/// B8: a server may name one more page for ever.
#[tokio::test]
async fn pages_without_end_are_given_up() {
    let server = Server::start(|asked| {
        let body = match asked.line() {
            line if line.ends_with("/accounts") => format!(r#"{{"id": "{ACCOUNT}"}}"#),
            _ => "[]".to_owned(),
        };
        let next = format!(
            "Link: <{}/{ACCOUNT}/api/v1/orgs?after={}>; rel=\"next\"\r\n",
            asked.origin,
            fastrand::u64(..)
        );
        answer("200 OK", &next, &body)
    })
    .await;
    let mut world = World::new();
    for (name, value) in [
        ("AERIAL_ENDPOINT", server.origin.as_str()),
        ("AERIAL_ACCESS_TOKEN", "given-token"),
    ] {
        world.vars.insert(name.into(), value.into());
    }
    world.file("aerial.yaml", desired(&["{domain: a.okta.com}"]));
    let ran = world.run("status").await.expect(Exit::Failed);
    let says = "the list has more than 2000 pages, which no account has";
    assert!(ran.err.contains(says), "{}", ran.err);
    let asked = server.asked().len();
    assert!(asked < 5_000, "{asked} requests");
}
