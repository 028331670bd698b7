//! Values of a file in a sentence: short, whatever the file has.

/// A quoted value has no more characters than this.
const MAX_QUOTED: usize = 80;

/// A text in backticks; of a long one the beginning, and how long it is.
#[must_use]
pub fn quote(text: &str) -> String {
    match text.char_indices().nth(MAX_QUOTED) {
        None => format!("`{text}`"),
        Some((end, _)) => format!(
            "`{}…` ({} bytes)",
            text.get(..end).unwrap_or_default(),
            text.len()
        ),
    }
}

/// The first so many characters of a text.
#[must_use]
pub fn clipped(text: &str, characters: usize) -> &str {
    match text.char_indices().nth(characters) {
        None => text,
        Some((end, _)) => text.get(..end).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_long_is_quoted_in_part() {
        assert_eq!(quote("sso"), "`sso`");
        assert_eq!(quote(&"ö".repeat(80)), format!("`{}`", "ö".repeat(80)));
        assert_eq!(
            quote(&"ö".repeat(81)),
            format!("`{}…` (162 bytes)", "ö".repeat(80))
        );
        assert_eq!(clipped("abc", 2), "ab");
        assert_eq!(clipped("abc", 3), "abc");
    }
}
