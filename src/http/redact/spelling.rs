//! The ways in which a secret may be written, and a text without what nobody sees.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use crate::secret::is_invisible;

/// A secret shorter than this, in bytes, could be a word, and isn't looked for.
const SHORTEST: usize = 8;

/// A text without its invisible characters, and where each of the others stands in it.
pub(super) struct Visible<'t> {
    text: Cow<'t, str>,
    /// After this many visible bytes, this many invisible ones have been left out in all.
    gaps: Vec<(usize, usize)>,
}

impl<'t> Visible<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let mut gaps: Vec<(usize, usize)> = Vec::new();
        if !text.chars().any(is_invisible) {
            return Self {
                text: Cow::Borrowed(text),
                gaps,
            };
        }
        let mut visible = String::with_capacity(text.len());
        let mut left_out = 0;
        for c in text.chars() {
            if is_invisible(c) {
                left_out += c.len_utf8();
                match gaps.last_mut() {
                    Some((before, in_all)) if *before == visible.len() => *in_all = left_out,
                    _ => gaps.push((visible.len(), left_out)),
                }
            } else {
                visible.push(c);
            }
        }
        Self {
            text: Cow::Owned(visible),
            gaps,
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    pub(super) fn is_char_boundary(&self, at: usize) -> bool {
        self.text.is_char_boundary(at)
    }

    /// Where the visible byte of this number stands in the whole text.
    pub(super) fn place(&self, at: usize) -> usize {
        let before = self.gaps.partition_point(|(visible, _)| *visible <= at);
        let gap = before.checked_sub(1).and_then(|last| self.gaps.get(last));
        at + gap.map_or(0, |(_, left_out)| *left_out)
    }
}

/// The ways in which a secret may stand in a text, without what is invisible in them: as it is, in a JSON string, in a URL or
/// form, in hexadecimal digits, and as a part of something that was encoded as base64. The case of letters is the reader's to
/// pass over. None for a secret that could be a word.
pub(super) fn spellings(secret: &str) -> BTreeSet<String> {
    if secret.len() < SHORTEST {
        return BTreeSet::new();
    }
    let json = serde_json::Value::from(secret).to_string();
    let json = json.trim_matches('"').to_owned();
    let form = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect::<String>();
    let mut hex = String::new();
    for byte in secret.bytes() {
        let digits = [byte >> 4, byte & 15];
        hex.extend(digits.map(|digit| char::from_digit(digit.into(), 16).unwrap_or_default()));
    }
    let mut all = BTreeSet::from([
        Visible::of(secret).text.into_owned(),
        json.replace('/', "\\/"),
        json,
        percent_encoded(secret),
        form,
        hex,
        entities(secret),
    ]);
    for before in 0..3 {
        all.insert(within_base64(&STANDARD_NO_PAD, secret, before));
        all.insert(within_base64(&URL_SAFE_NO_PAD, secret, before));
    }
    all
}

/// Percent-encoded but for the characters that never need it (RFC 3986, section 2.3).
fn percent_encoded(secret: &str) -> String {
    let mut text = String::new();
    for byte in secret.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a string can't fail.
            _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

/// As our own Markdown has it: letters and digits as they are, everything else as `&#45;`.
fn entities(secret: &str) -> String {
    let mut text = String::new();
    for c in secret.chars() {
        if c.is_alphanumeric() || c == ' ' {
            text.push(c);
        } else {
            // Writing to a string can't fail.
            _ = write!(text, "&#{};", u32::from(c));
        }
    }
    text
}

/// The characters of base64 that are the secret's alone when `before` bytes (modulo 3) stand before it.
fn within_base64(engine: &impl base64::Engine, secret: &str, before: usize) -> String {
    let mut bytes = vec![0; before];
    bytes.extend_from_slice(secret.as_bytes());
    let text = engine.encode(&bytes);
    // Each character holds six bits; those at the ends hold a neighbour's as well.
    let first = (before * 8).div_ceil(6);
    let end = bytes.len() * 8 / 6;
    text.get(first..end).unwrap_or_default().to_owned()
}
