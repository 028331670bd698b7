//! Ids in the shape of Okta's.

use sha2::{Digest as _, Sha256};

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Twenty characters that begin with a prefix of three, always the same for the same text.
pub(super) fn okta_id(prefix: &str, from: &str) -> String {
    format!("{prefix}{}g4", scrambled(from, 15))
}

/// Letters and digits that are always the same for the same text, up to 32 of them.
pub(super) fn scrambled(from: &str, length: usize) -> String {
    let hash = Sha256::digest(from.as_bytes());
    hash.iter()
        .take(length)
        .filter_map(|byte| ALPHABET.get(usize::from(*byte) % ALPHABET.len()))
        .map(|byte| char::from(*byte))
        .collect()
}
