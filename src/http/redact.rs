//! The run's secrets, known by heart so that no text shows one.
//!
//! It knows what it was told: what the user gave, what was granted, what was signed. A server may send any of it back, in an
//! error or anywhere else, and spelled in another way: encoded, in letters of another case, or with characters in between that
//! nobody sees.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::collections::btree_map::{BTreeMap, Entry};
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::Value as Json;
use spelling::{Visible, spellings};

use crate::secret::Secret;

mod spelling;

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
    /// Every spelling of every secret, by its start in small letters.
    spellings: BTreeMap<[u8; START], Vec<Spelling>>,
    /// Which starts may be among them, so that most of a long text is passed over quickly.
    sieve: Sieve,
    /// Of each secret that is sent once the starts of its spellings, oldest first.
    spent: VecDeque<Vec<[u8; START]>>,
    /// How many of those are forgotten: the number of the oldest that is known.
    forgotten: usize,
}

struct Spelling {
    text: Secret,
    /// How many of its bytes, from the start, are no secret: the header of a JWT.
    public: usize,
    /// The number of the secret that is sent once; `None` where it is known for the rest of the run.
    spent: Option<usize>,
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Redactor")
    }
}

impl Redactor {
    /// Learns a secret for the rest of the run.
    pub fn learn(&self, secret: &Secret) {
        let spellings = starting(secret);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.add(spellings, None);
    }

    /// Learns a secret that is sent once, such as a signed proof: it is forgotten when many others have come after it.
    pub fn learn_spent(&self, secret: &Secret) {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if known.has(secret.expose()) {
            return;
        }
        drop(known);
        // There is one for each request, and all of them wait for each other below.
        let spellings = starting(secret);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let number = known.forgotten + known.spent.len();
        let starts = spellings.iter().map(|(start, ..)| *start).collect();
        known.add(spellings, Some(number));
        known.spent.push_back(starts);
        if known.spent.len() > SPENT {
            known.forget();
        }
    }

    /// The text without any secret that is known.
    #[must_use]
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if known.spellings.is_empty() {
            return Cow::Borrowed(text);
        }
        let visible = Visible::of(text);
        let mut clean = String::new();
        let mut copied = 0;
        let mut at = 0;
        while let Some(rest) = visible.bytes().get(at..).filter(|rest| rest.len() >= START) {
            let length = known.secret_at(rest);
            if length == 0 {
                at += 1;
                continue;
            }
            clean.push_str(text.get(copied..visible.place(at)).unwrap_or_default());
            clean.push_str(INSTEAD);
            at += length;
            // A secret that is cut in the middle of a character takes the whole character with it.
            while !visible.is_char_boundary(at) {
                at += 1;
            }
            copied = visible.place(at - 1) + 1;
        }
        if copied == 0 {
            return Cow::Borrowed(text);
        }
        clean.push_str(text.get(copied..).unwrap_or_default());
        Cow::Owned(clean)
    }
}

impl Redactor {
    /// The same value without any secret in its texts and keys; `None` where it has none.
    #[must_use]
    pub fn redact_json(&self, json: &Json) -> Option<Json> {
        match json {
            Json::String(text) => match self.redact(text) {
                Cow::Borrowed(_) => None,
                Cow::Owned(clean) => Some(Json::String(clean)),
            },
            Json::Array(items) => {
                let clean: Vec<Option<Json>> =
                    items.iter().map(|item| self.redact_json(item)).collect();
                let any = clean.iter().any(Option::is_some);
                let items = items.iter().zip(clean);
                any.then(|| {
                    items
                        .map(|(item, clean)| clean.unwrap_or_else(|| item.clone()))
                        .collect()
                })
            }
            Json::Object(fields) => {
                let clean: Vec<(Cow<'_, str>, Option<Json>)> = fields
                    .iter()
                    .map(|(key, value)| (self.redact(key), self.redact_json(value)))
                    .collect();
                let any = clean
                    .iter()
                    .any(|(key, value)| matches!(key, Cow::Owned(_)) || value.is_some());
                let fields = fields.values().zip(clean);
                any.then(|| {
                    let fields = fields.map(|(value, (key, clean))| {
                        (key.into_owned(), clean.unwrap_or_else(|| value.clone()))
                    });
                    Json::Object(fields.collect())
                })
            }
            Json::Null | Json::Bool(_) | Json::Number(_) => None,
        }
    }
}

impl KnownSecret {
    fn add(&mut self, spellings: Vec<([u8; START], Secret, usize)>, spent: Option<usize>) {
        for (start, text, public) in spellings {
            self.sieve.add(start);
            let same_start = self.spellings.entry(start).or_default();
            // One that is forgotten some day doesn't stand for one that isn't.
            let mut lasting = same_start.iter().filter(|one| one.spent.is_none());
            if lasting.all(|one| one.text.expose() != text.expose()) {
                same_start.push(Spelling {
                    text,
                    public,
                    spent,
                });
            }
        }
    }

    /// Forgets the oldest secret that was sent once.
    fn forget(&mut self) {
        let Some(starts) = self.spent.pop_front() else {
            return;
        };
        for start in starts {
            if let Entry::Occupied(mut same_start) = self.spellings.entry(start) {
                same_start
                    .get_mut()
                    .retain(|one| one.spent != Some(self.forgotten));
                if same_start.get().is_empty() {
                    same_start.remove();
                }
            }
        }
        self.forgotten += 1;
    }

    fn has(&self, text: &str) -> bool {
        let text = Visible::of(text);
        start(text.bytes())
            .and_then(|start| self.spellings.get(&start))
            .is_some_and(|same_start| {
                let mut secrets = same_start.iter().map(|one| one.text.expose().as_bytes());
                secrets.any(|secret| secret.eq_ignore_ascii_case(text.bytes()))
            })
    }

    /// How many bytes of a secret the text begins with; 0 where it begins with none.
    fn secret_at(&self, text: &[u8]) -> usize {
        let Some(start) = start(text).filter(|start| self.sieve.may_have(*start)) else {
            return 0;
        };
        let same_start = self.spellings.get(&start).into_iter().flatten();
        same_start
            .filter_map(|known| {
                let secret = known.text.expose().as_bytes();
                let same = secret.iter().zip(text);
                let same = same.take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count();
                (same == secret.len() || same >= known.public + CUT).then_some(same)
            })
            .max()
            .unwrap_or(0)
    }
}

/// The spellings of a secret, each with its start, and with how much of that is public.
fn starting(secret: &Secret) -> Vec<([u8; START], Secret, usize)> {
    let header = spellings(header(secret.expose()));
    let spellings = spellings(secret.expose()).into_iter();
    spellings
        .filter_map(|spelling| {
            let same = |header: &String| {
                let both = header.bytes().zip(spelling.bytes());
                both.take_while(|(a, b)| a == b).count()
            };
            let public = header.iter().map(same).max().unwrap_or_default();
            Some((start(spelling.as_bytes())?, Secret::new(&spelling), public))
        })
        .collect()
}

/// What a JWT begins with, up to its first dot: it says how it is signed, in the same words as everybody's.
fn header(secret: &str) -> &str {
    match secret.split_once('.') {
        // `{"` as base64.
        Some((header, _)) if header.starts_with("eyJ") => header,
        _ => "",
    }
}

fn start(bytes: &[u8]) -> Option<[u8; START]> {
    let start: &[u8; START] = bytes.first_chunk()?;
    Some(start.map(|byte| byte.to_ascii_lowercase()))
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
mod tests;
