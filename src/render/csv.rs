//! CSV (RFC 4180), safe to open in a spreadsheet.

use super::escape::line;

/// A record. What a spreadsheet would take for a formula (`=`, `+`, `-` or `@` at the beginning of a value, or of what it would
/// take for a cell of its own after `;`, `|` or a tab) gets an apostrophe in front.
pub(super) fn record<'a>(values: impl Iterator<Item = &'a str>) -> String {
    let values: Vec<String> = values.map(value).collect();
    format!("{}\r\n", values.join(","))
}

/// What spreadsheets take for the beginning of a formula, in both widths.
const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// What they take for the end of a cell, each where it is the custom.
const SEPARATORS: [char; 4] = [',', ';', '|', '\t'];

fn value(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut begins = true;
    for c in line(text).chars() {
        if begins && SIGNS.contains(&c) {
            safe.push('\'');
        }
        begins = SEPARATORS.contains(&c) || (begins && c.is_whitespace());
        safe.push(c);
    }
    if safe.contains('"') || safe.contains(SEPARATORS) {
        safe = format!("\"{}\"", safe.replace('"', "\"\""));
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_quoted_and_is_no_formula() {
        for (text, written) in [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@x", "'@x"),
            (
                "=HYPERLINK(\"http://x\",\"y\")",
                "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"",
            ),
            ("\t=1", "\\u{9}=1"),
            ("a\r\nb", "a\\u{d}\\u{a}b"),
            ("a-b", "a-b"),
            (" =1", " '=1"),
            ("a;=cmd", "\"a;'=cmd\""),
            ("a; -1|+1", "\"a; '-1|'+1\""),
            ("＝1+1", "'＝1+1"),
        ] {
            assert_eq!(value(text), written);
        }
    }
}
