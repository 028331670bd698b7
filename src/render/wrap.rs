//! Lines that end between words, for a terminal of any width.

use unicode_width::UnicodeWidthStr as _;

/// Breaks a text at blanks so that no line is wider than `width` columns, as far as its words allow: before a part that stands
/// apart by several blanks, if that part fits on a line of its own, else between words. The first line begins with `first`,
/// all others with `rest`. Blanks inside a line stay as they are.
#[must_use]
pub(super) fn wrap(text: &str, first: &str, rest: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = first.to_owned();
    let mut used = first.width();
    let mut fresh = true;

    let mut gap = 0;
    let mut at = 0;
    for word in text.split(' ') {
        let begins = at;
        at += word.len() + 1;
        if word.is_empty() {
            gap += 1;
            continue;
        }
        let space = if fresh { 0 } else { gap };
        let part = if gap > 1 {
            let part = text.get(begins..).unwrap_or_default();
            part.split("  ").next().unwrap_or_default().width()
        } else {
            word.width()
        };
        let whole = if rest.width() + part > width {
            word.width()
        } else {
            part
        };
        if !fresh && used + space + whole > width {
            lines.push(std::mem::replace(&mut line, rest.to_owned()));
            used = rest.width();
        } else {
            line.extend(std::iter::repeat_n(' ', space));
            used += space;
        }
        line.push_str(word);
        used += word.width();
        fresh = false;
        gap = 1;
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_end_between_words() {
        assert_eq!(
            wrap(
                "+ P000310 Okta Identity Governance   31 orgs",
                "  ",
                "    ",
                24
            ),
            ["  + P000310 Okta", "    Identity Governance", "    31 orgs"]
        );
        assert_eq!(
            wrap("+ P000310 Governance   via bundle a b", "  ", "    ", 30),
            ["  + P000310 Governance", "    via bundle a b"]
        );
        assert_eq!(wrap("a   b", "", "", 80), ["a   b"]);
        assert_eq!(wrap("", "  ", "", 80), ["  "]);
    }

    proptest! {
        #[test]
        fn no_word_is_lost_or_cut(text in "[a-zé株 ]{0,200}", width in 10_usize..100) {
            let lines = wrap(&text, "  ", "    ", width);
            let words: Vec<&str> = text.split_whitespace().collect();
            let told: Vec<&str> = lines.iter().flat_map(|line| line.split_whitespace()).collect();
            prop_assert_eq!(words, told);
            for line in lines {
                prop_assert!(line.width() <= width || line.split_whitespace().count() == 1);
            }
        }
    }
}
