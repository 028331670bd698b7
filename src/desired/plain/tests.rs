//! Two readers, one tree.

use proptest::prelude::*;

use super::*;
use crate::desired::budget::MAX_PARTS;

fn both(text: &str, parts: usize) -> (Option<Node<'_>>, Option<Node<'_>>) {
    let budget = TextBudget::of(text.len(), parts);
    let slow = reading::read(text, budget.options());
    (read(text, budget), slow.ok())
}

/// The texts that only the reader has, and those that are read alike; anything else fails.
fn is_plain(text: &str) -> bool {
    let (plain, slow) = both(text, MAX_PARTS);
    assert!(
        plain.is_none() || plain == slow,
        "{text:?}: {plain:#?} {slow:#?}"
    );
    plain.is_some()
}

#[test]
fn words_mean_what_the_reader_takes_them_for() {
    let numbers = [
        "0",
        "-0",
        "+0",
        "00",
        "007",
        "1",
        "-1",
        "+1",
        "12345678901234567",
        "123456789012345678",
        "999999999999999999",
        "1234567890123456789",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "-9223372036854775809",
        "18446744073709551615",
        "18446744073709551616",
        "1_000",
        "1__000",
        "_1",
        "1_",
        "0x1F",
        "0X1F",
        "-0x1f",
        "0x",
        "0o17",
        "0O17",
        "0o8",
        "0b11",
        "0B1",
        "0b2",
        "1.",
        ".5",
        "-.5",
        "+.5",
        ".",
        "..",
        "1.5",
        "1.5.5",
        "1e3",
        "1E3",
        "1e+3",
        "1e-3",
        "1e",
        "e1",
        "1e999x",
        "-1e5",
        "0.1e-7",
        "1e-",
        "5%",
        "+",
        "-",
        "+-1",
        "1-1",
        "1+1",
        "2026-12-31",
        "-e",
        "1e5-3",
        "12:30",
        "1,5",
        "3com.okta.com",
        "0abc",
        "1.2.3.4",
        "0n",
        "1n",
        "-n",
        "+i",
        "+inf",
        "-inf",
        "inf",
        "nan",
        "-.NaN",
        "+.nan",
        "1__0",
        "0_1",
        "0x_1",
        "0.0",
        "-0.0",
        "1_0.5",
        "1f",
        "1d5",
        "0xG",
        "00o00",
        "123e",
        ".e1",
    ];
    let words = [
        "", "~", "null", "Null", "NULL", "nULL", "true", "True", "TRUE", "tRUE", "false", "False",
        "FALSE", "yes", "no", "on", "off", "y", "n", "a b", "ä", "a#b", "a:b", "=", "<<x", "x<<",
    ];
    for word in numbers.iter().chain(&words) {
        for text in [
            format!("a: {word}\n"),
            format!("[{word}]"),
            format!("- {word}\n- 'x'\n"),
            format!("k: [x, {word} , y]"),
        ] {
            assert!(
                is_plain(&text)
                    || word.contains([',', ':', '#', '-'])
                    || *word == ".."
                    || word.is_empty(),
                "{text:?}"
            );
        }
    }
    // Those that are no finite numbers are refused, in the reader's words.
    for word in [".inf", "-.inf", ".nan", "1e999"] {
        assert!(!is_plain(&format!("a: {word}\n")));
    }
}

#[test]
fn most_texts_are_plain_and_those_with_more_to_them_are_the_readers() {
    let plain = [
        "version: 1\norgs:\n  - domain: a.okta.com\n    products: [a, b]\n",
        "# about\n---\na: # b\n  - 'it''s'\n  - \"\\u00e9\"\n  - |\n    text\n\n    more\n  - >-\n    a\n    b\n...\n# end\n",
        "\u{feff}a: b\r\nc:\r\n  - d\r\n",
        "a: {b: [c, {d: e}], 'f': \"g\", \"h\":i}\n? j\n: k\n",
        "a:\nb:\n  c:\nd: []\ne: {}\n",
        "a: b\n  c\n  d\n",
        "true: 1\n1: 2\n",
        "a: 1\na: 2\n",
        "- - - a\n  - b\n",
        "just text",
        "%YAML 1.2\n---\na: b\n",
    ];
    for text in plain {
        assert!(is_plain(text), "{text:?}");
    }
    let others = [
        "a: &x b\n",
        "a: &x [b]\nc: *x\n",
        "a: !!str 1\n",
        "a: !x {}\n",
        "<<: {a: b}\n",
        "? [a]\n: b\n",
        "~: a\n",
        ": a\n",
        "a: b\n---\nc: d\n",
        "a: [\n",
        "a: b: c\n",
        "a:\n\tb: c\n",
        "",
        "# nothing\n",
        "'<<': 1\n",
    ];
    for text in others {
        assert!(!is_plain(text), "{text:?}");
    }
}

#[test]
fn what_is_at_a_budget_is_read_and_what_is_over_isnt() {
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert!(is_plain(&format!("a:\n{}- b\n", "# c\n".repeat(10_000))));
    assert!(is_plain(&nested(MAX_DEPTH)));
    assert!(!is_plain(&nested(MAX_DEPTH + 1)));
    let block = |levels: usize| format!("{}a\n", "- ".repeat(levels));
    assert!(is_plain(&block(MAX_DEPTH)));
    assert!(!is_plain(&block(MAX_DEPTH + 1)));
    let odd = |numbers: usize| format!("[{}]", "0x1,".repeat(numbers));
    assert!(is_plain(&odd(MAX_ODD_NUMBERS)));
    assert!(!is_plain(&odd(MAX_ODD_NUMBERS + 1)));
    let text = "version: 1\norgs: [a, b, c]\n";
    assert!(both(text, 8).0.is_some());
    assert_eq!(both(text, 7), (None, None));
}

/// Pieces of texts that are valid now and then.
fn texts() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "\n",
        "\n",
        "\n",
        "\n  ",
        "\n  ",
        "\n    ",
        " ",
        "- ",
        "- ",
        "a: ",
        "b: ",
        "a:\n  ",
        "c",
        "d e",
        "[",
        "]",
        ", ",
        "{",
        "}",
        "'f'",
        "'g': ",
        "\"h\\n\"",
        "\"\\L\"",
        "# i\n",
        " # j\n",
        "~",
        "null",
        "true",
        "1",
        "-2",
        "0x1F",
        "1.5",
        "2026-01-01",
        "007",
        "|\n    k\n",
        ">-\n    l\n",
        "? ",
        ": ",
        ":",
        "&m ",
        "*m",
        "!!str ",
        "!n ",
        "<<: ",
        "<<",
        "---\n",
        "...\n",
        "\u{feff}",
        "\r\n",
        "\t",
        "\u{e9}",
        "\u{85}",
        "%TAG ! x\n",
        "",
    ]);
    prop::collection::vec(pieces, 0..16).prop_map(|pieces| pieces.concat())
}

/// Values in one of the styles in which they may stand.
fn values() -> impl Strategy<Value = String> {
    let word = "(null|true|-?[0-9]{1,3}|[a-z0-9]{1,3}\\.[a-z]{2}|'[a-z ,]{0,3}'|\"[a-zé: ]{0,3}\"|[a-z]{1,2} # c|[0-9]e[0-9]|0x[0-9a-f])";
    let flow = "([a-z]{1,2}|'[a-z, ]{0,3}'|[0-9]{1,2}|)".prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|all| format!("[{}]", all.join(", "))),
            prop::collection::vec(inner, 1..4).prop_map(|all| {
                let entries: Vec<_> = all
                    .iter()
                    .enumerate()
                    .map(|(n, one)| format!("k{n}: {one}"))
                    .collect();
                format!("{{{}}}", entries.join(","))
            }),
        ]
    });
    prop_oneof![
        word.prop_map(|text| format!(" {text}")),
        flow.prop_map(|text| format!(" {text}"))
    ]
    .prop_recursive(3, 24, 4, |inner| {
        let lines = |mark: fn(usize) -> String| {
            move |all: Vec<String>| -> String {
                let entries = all.iter().enumerate();
                entries
                    .map(|(n, one)| format!("\n{}:{}", mark(n), one.replace('\n', "\n  ")))
                    .collect()
            }
        };
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(lines(|n| format!("k{n}"))),
            prop::collection::vec(inner, 1..4).prop_map(|all| -> String {
                all.iter()
                    .map(|one| format!("\n-{}", one.replace('\n', "\n  ")))
                    .collect()
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_text_is_read_alike_or_by_the_reader(text in texts(), parts in prop_oneof![Just(MAX_PARTS), 0..12_usize]) {
        let (plain, slow) = both(&text, parts);
        prop_assert!(plain.is_none() || plain == slow, "{text:?}: {plain:#?} {slow:#?}");
    }

    #[test]
    fn any_value_is_read_alike(value in values()) {
        let text = format!("x:{}\n", value.replace('\n', "\n  "));
        let (plain, slow) = both(&text, MAX_PARTS);
        prop_assert_eq!(plain, slow, "{:?}", text);
    }
}
