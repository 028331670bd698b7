//! The run's secrets, known by heart so that no text shows one.
//!
//! It knows what it was told: what the user gave, what was granted, what was signed. A server may send any of it back, in an
//! error or anywhere else, and spelled in another way.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, PoisonError, RwLock};

use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use crate::secret::Secret;

/// A secret shorter than this, in bytes, could be a word, and isn't looked for.
const SHORTEST: usize = START;

/// Bytes at the start of a secret that give it away where a server has cut the rest.
const CUT: usize = 16;

/// Secrets that are sent once (assertions, proofs) and remembered: far more than are ever on their way.
const SPENT: usize = 64;

/// What stands in a secret's place.
const INSTEAD: &str = "***";

/// Bytes at the start of a secret that it is looked up by.
const START: usize = 8;

/// Knows a run's secrets. Clones share what they know.
#[derive(Clone, Default)]
pub struct Redactor(Arc<RwLock<KnownSecret>>);

#[derive(Default)]
struct KnownSecret {
    /// Every spelling of every secret, by its start.
    spellings: BTreeMap<[u8; START], Vec<Secret>>,
    /// Which starts may be among them, so that most of a long text is passed over quickly.
    sieve: Sieve,
    /// The secrets that are sent once, oldest first.
    spent: VecDeque<Secret>,
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Redactor")
    }
}

impl Redactor {
    /// Learns a secret for the rest of the run.
    pub fn learn(&self, secret: &Secret) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.add(secret);
    }

    /// Learns a secret that is sent once, such as a signed proof: it is forgotten when many others have come after it.
    pub fn learn_spent(&self, secret: &Secret) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.has(secret.expose()) {
            return;
        }
        known.add(secret);
        known.spent.push_back(secret.clone());
        if known.spent.len() > SPENT
            && let Some(oldest) = known.spent.pop_front()
        {
            known.remove(&oldest);
        }
    }

    /// The text without any secret that is known.
    #[must_use]
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if known.spellings.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut clean = String::new();
        let mut copied = 0;
        let mut at = 0;
        while let Some(rest) = text.as_bytes().get(at..).filter(|rest| rest.len() >= START) {
            let length = known.secret_at(rest);
            if length == 0 {
                at += 1;
                continue;
            }
            clean.push_str(text.get(copied..at).unwrap_or_default());
            clean.push_str(INSTEAD);
            at += length;
            // A secret that is cut in the middle of a character takes the whole character with it.
            while !text.is_char_boundary(at) {
                at += 1;
            }
            copied = at;
        }
        if copied == 0 {
            return Cow::Borrowed(text);
        }
        clean.push_str(text.get(copied..).unwrap_or_default());
        Cow::Owned(clean)
    }
}

impl KnownSecret {
    fn add(&mut self, secret: &Secret) {
        for spelling in spellings(secret.expose()) {
            let Some(start) = start(spelling.as_bytes()) else {
                continue;
            };
            self.sieve.add(start);
            let same_start = self.spellings.entry(start).or_default();
            if same_start.iter().all(|one| one.expose() != spelling) {
                same_start.push(Secret::new(&spelling));
            }
        }
    }

    fn remove(&mut self, secret: &Secret) {
        for spelling in spellings(secret.expose()) {
            let Some(start) = start(spelling.as_bytes()) else {
                continue;
            };
            if let Some(same_start) = self.spellings.get_mut(&start) {
                same_start.retain(|one| one.expose() != spelling);
            }
        }
    }

    fn has(&self, text: &str) -> bool {
        start(text.as_bytes())
            .and_then(|start| self.spellings.get(&start))
            .is_some_and(|same_start| same_start.iter().any(|one| one.expose() == text))
    }

    /// How many bytes of a secret the text begins with; 0 where it begins with none.
    fn secret_at(&self, text: &[u8]) -> usize {
        let Some(start) = start(text).filter(|start| self.sieve.may_have(*start)) else {
            return 0;
        };
        let same_start = self.spellings.get(&start).into_iter().flatten();
        same_start
            .filter_map(|secret| {
                let secret = secret.expose().as_bytes();
                let same = secret.iter().zip(text).take_while(|(a, b)| a == b).count();
                (same == secret.len() || same >= CUT).then_some(same)
            })
            .max()
            .unwrap_or(0)
    }
}

fn start(bytes: &[u8]) -> Option<[u8; START]> {
    bytes.first_chunk().copied()
}

/// The ways in which a secret may stand in a text: as it is, in a JSON string, in a URL or form, in Markdown, and as a part
/// of something that was encoded as base64.
fn spellings(secret: &str) -> BTreeSet<String> {
    if secret.len() < SHORTEST {
        return BTreeSet::new();
    }
    let json = serde_json::Value::from(secret).to_string();
    let json = json.trim_matches('"').to_owned();
    let percent = percent_encoded(secret);
    let form = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect::<String>();
    let mut all = BTreeSet::from([
        secret.to_owned(),
        json.replace('/', "\\/"),
        json,
        lowercase_escapes(&percent),
        lowercase_escapes(&form),
        percent,
        form,
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
            text = format!("{text}%{byte:02X}");
        }
    }
    text
}

/// As our own Markdown has it: letters and digits as they are, everything else as `&#45;`.
fn entities(secret: &str) -> String {
    let spelled = secret.chars().map(|c| match c {
        c if c.is_alphanumeric() || c == ' ' => c.to_string(),
        c => format!("&#{};", u32::from(c)),
    });
    spelled.collect()
}

/// `%2B` as `%2b`.
fn lowercase_escapes(percent: &str) -> String {
    let mut escaped: u8 = 0;
    percent
        .chars()
        .map(|c| {
            let hex = escaped > 0;
            escaped = if c == '%' {
                2
            } else {
                escaped.saturating_sub(1)
            };
            if hex { c.to_ascii_lowercase() } else { c }
        })
        .collect()
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

/// A set that never says no wrongly: one bit for each of 4,096 hashes.
struct Sieve([u64; 64]);

impl Default for Sieve {
    fn default() -> Self {
        Self([0; 64])
    }
}

impl Sieve {
    fn add(&mut self, start: [u8; START]) {
        let (word, bit) = Self::place(start);
        if let Some(word) = self.0.get_mut(word) {
            *word |= bit;
        }
    }

    fn may_have(&self, start: [u8; START]) -> bool {
        let (word, bit) = Self::place(start);
        self.0.get(word).is_none_or(|word| word & bit != 0)
    }

    fn place(start: [u8; START]) -> (usize, u64) {
        let hash = u64::from_le_bytes(start).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 52;
        let word = usize::try_from(hash >> 6).unwrap_or_default();
        (word, 1 << (hash & 63))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;

    fn knowing(secrets: &[&str]) -> Redactor {
        let redactor = Redactor::default();
        for secret in secrets {
            redactor.learn(&Secret::new(secret));
        }
        redactor
    }

    #[test]
    fn promise_6_a_secret_is_found_wherever_it_stands() {
        let redactor = knowing(&["canary-7f3a", "another/secret+"]);
        for (text, clean) in [
            ("canary-7f3a", "***"),
            ("a canary-7f3acanary-7f3a b", "a ****** b"),
            ("ä canary-7f3a ö", "ä *** ö"),
            ("canary-7f3", "canary-7f3"),
            ("xcanary-7f3a and another/secret+.", "x*** and ***."),
            ("", ""),
        ] {
            assert_eq!(redactor.redact(text), clean, "{text}");
        }
        assert_eq!(format!("{redactor:?}"), "Redactor");
    }

    #[test]
    fn what_holds_no_secret_is_left_as_it_is() {
        for redactor in [Redactor::default(), knowing(&["canary-7f3a"])] {
            let text = "nothing of the kind is in here, canary";
            assert!(matches!(redactor.redact(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn promise_6_a_secret_is_found_in_every_usual_spelling() {
        let secret = "s3cr=t/wi+th \"all\" of it\n&more: ~ end";
        let redactor = knowing(&[secret]);
        let json = serde_json::Value::from(secret).to_string();
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("k", secret)
            .finish();
        let url = url::Url::parse_with_params("https://x", [("k", secret)]).unwrap();
        let percent = percent_encoded(secret);
        let mut texts = vec![
            secret.to_owned(),
            json.replace('/', "\\/"),
            json,
            form,
            url.to_string(),
            percent
                .replace("%3D", "%3d")
                .replace("%2F", "%2f")
                .replace("%2B", "%2b")
                .replace("%0A", "%0a")
                .replace("%3A", "%3a"),
            percent,
        ];
        for before in ["", "B", "Be", "Bearer "] {
            for after in ["", "!", "!!", "!!!"] {
                let whole = format!("{before}{secret}{after}");
                texts.push(STANDARD_NO_PAD.encode(&whole));
                texts.push(URL_SAFE_NO_PAD.encode(&whole));
            }
        }
        for text in texts {
            let clean = redactor.redact(&text);
            assert!(clean.contains("***"), "{text}: {clean}");
            assert!(clean.len() <= 20, "{text}: {clean}");
        }
    }

    #[test]
    fn only_the_escapes_are_written_in_lower_case() {
        assert_eq!(lowercase_escapes("A%2BC%3DEFG"), "A%2bC%3dEFG");
    }

    #[test]
    fn promise_6_the_beginning_of_a_long_secret_gives_it_away() {
        let redactor = knowing(&["0123456789abcdefghij", "ääääääääää"]);
        assert_eq!(redactor.redact("0123456789abcdef…"), "***…");
        assert_eq!(redactor.redact("0123456789abcdefgh"), "***");
        assert_eq!(redactor.redact("0123456789abcde…"), "0123456789abcde…");
        assert_eq!(redactor.redact("ääääääääx"), "***x");
        // The two share the first byte of the ninth character, and only that.
        assert_eq!(redactor.redact("ääääääääöx"), "***x");
    }

    #[test]
    fn a_short_word_is_no_secret() {
        let redactor = knowing(&["1234567", "", "12345678"]);
        assert_eq!(redactor.redact("1234567"), "1234567");
        assert_eq!(redactor.redact("12345678"), "***");
    }

    #[test]
    fn what_was_sent_once_is_forgotten_when_many_came_after_it() {
        let redactor = knowing(&["the-token-stays"]);
        let proof = |n: usize| format!("proof-{n:04}-{:x}", n * 7919);
        redactor.learn_spent(&Secret::new("the-token-stays"));
        for n in 0..SPENT {
            redactor.learn_spent(&Secret::new(&proof(n)));
            redactor.learn_spent(&Secret::new(&proof(n)));
        }
        for n in 0..SPENT {
            assert_eq!(redactor.redact(&proof(n)), "***");
        }
        redactor.learn_spent(&Secret::new(&proof(SPENT)));
        assert_eq!(redactor.redact(&proof(0)), proof(0));
        assert_eq!(redactor.redact(&proof(1)), "***");
        assert_eq!(redactor.redact(&proof(SPENT)), "***");
        for n in 0..SPENT * 2 {
            redactor.learn_spent(&Secret::new(&proof(1_000 + n)));
        }
        assert_eq!(redactor.redact("the-token-stays"), "***");
    }

    #[test]
    fn clones_share_what_they_know() {
        let redactor = Redactor::default();
        let clone = redactor.clone();
        redactor.learn(&Secret::new("canary-7f3a"));
        assert_eq!(clone.redact("canary-7f3a"), "***");
    }

    #[test]
    fn the_sieve_lets_most_starts_through_unsearched() {
        let mut sieve = Sieve::default();
        sieve.add(*b"canary-7");
        assert!(sieve.may_have(*b"canary-7"));
        let others = (0..1_000_u64).filter(|n| sieve.may_have(n.to_le_bytes()));
        assert!(others.count() < 10);
    }
}
