//! Did you mean: the candidate that a word was probably meant to be.

use std::cell::Cell;

/// A longer word is no slip of the fingers.
const MAX_WORD: usize = 64;

/// What one file's suggestions may cost, in comparisons of two letters: a file can have thousands of unknown words.
const MAX_WORK: usize = 10_000_000;

/// The closest candidate, if one is close enough to be worth a suggestion.
#[must_use]
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    Candidates::new(candidates).closest(word)
}

/// Whether two words differ by one slip of the fingers: a letter too many, too few or wrong, or two neighbours swapped.
#[must_use]
pub fn is_one_slip(one: &str, other: &str) -> bool {
    one.len().max(other.len()) <= MAX_WORD && strsim::osa_distance(one, other) == 1
}

/// How many slips of the fingers two domains are apart, where a reader could confuse them.
///
/// Their first labels count: the same on different domains, one slip, or two in long ones. Labels that differ in digits alone
/// are a series.
#[must_use]
pub fn look_alike(domain: &str, other: &str) -> Option<usize> {
    let label = |text: &str| text.split('.').next().unwrap_or_default().to_lowercase();
    let (mine, theirs) = (label(domain), label(other));
    if domain == other || mine.len() > MAX_WORD || theirs.len() > MAX_WORD {
        return None;
    }
    let without_digits = |text: &str| text.replace(|c: char| c.is_ascii_digit(), "");
    if mine != theirs && without_digits(&mine) == without_digits(&theirs) {
        return None;
    }
    let most = if mine.len().max(theirs.len()) > 8 {
        2
    } else {
        1
    };
    Some(strsim::osa_distance(&mine, &theirs)).filter(|distance| *distance <= most)
}

/// What a word may have been meant to be; when suggesting has cost too much, there are no more suggestions.
pub struct Candidates<'a> {
    /// The length in letters, the word in lower case, and the word.
    words: Vec<(usize, String, &'a str)>,
    work_left: Cell<usize>,
}

impl<'a> Candidates<'a> {
    /// Those that are words at all.
    pub fn new(words: impl IntoIterator<Item = &'a str>) -> Self {
        let words = words.into_iter().filter_map(|word| {
            let length = length(word)?;
            Some((length, word.to_lowercase(), word))
        });
        Self {
            words: words.collect(),
            work_left: Cell::new(MAX_WORK),
        }
    }

    /// The closest of them, if one is close enough to be worth a suggestion.
    #[must_use]
    pub fn closest(&self, word: &str) -> Option<&'a str> {
        let length = length(word)?;
        let folded = word.to_lowercase();
        // A domain without what is Okta's in it.
        let label = |other: &str| {
            other
                .split_once('.')
                .is_some_and(|(label, _)| label == folded)
        };
        let whole = self.words.iter().filter(|(_, other, _)| label(other));
        if let Some(candidate) = whole.map(|(.., candidate)| *candidate).min() {
            return Some(candidate);
        }
        let mut best: Option<(usize, &'a str)> = None;
        for (other_length, other, candidate) in &self.words {
            let longest = length.max(*other_length);
            let most = (longest / 3).max(1);
            let near = length.abs_diff(*other_length) <= most;
            let cost = if near { length * other_length } else { 1 };
            self.work_left.set(self.work_left.get().checked_sub(cost)?);
            if !near {
                continue;
            }
            // A swap of neighbours is one slip of the fingers, so with transpositions.
            let distance = strsim::osa_distance(&folded, other);
            if distance <= most
                && distance < longest
                && best.is_none_or(|best| (distance, *candidate) < best)
            {
                best = Some((distance, candidate));
            }
        }
        best.map(|(_, candidate)| candidate)
    }
}

/// The length in letters of a word that isn't too long to be one.
fn length(word: &str) -> Option<usize> {
    let short = word.len() <= 4 * MAX_WORD;
    let letters = if short {
        word.chars().count()
    } else {
        return None;
    };
    (letters <= MAX_WORD).then_some(letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_fingers_are_recognised() {
        let names = ["sso", "mfa", "lcm", "workforce"];
        assert_eq!(closest("lmc", names), Some("lcm"));
        assert_eq!(closest("SSO", names), Some("sso"));
        assert_eq!(closest("workfroce", names), Some("workforce"));
        assert_eq!(closest("governance", names), None);
        assert_eq!(closest("x", ["y"]), None);
        assert_eq!(closest("", ["y"]), None);
        assert_eq!(closest(&"x".repeat(65), ["x"]), None);
    }

    #[test]
    fn domains_that_a_reader_could_confuse_look_alike() {
        for (domain, other) in [
            ("acme-emea.okta.com", "acme-eema.okta.com"),
            ("acme-emea.okta.com", "acme-emea.oktapreview.com"),
            ("acme-fr.okta.com", "acme-fra.okta.com"),
        ] {
            assert!(look_alike(domain, other).is_some(), "{domain} {other}");
        }
        for (domain, other) in [
            ("acme-emea.okta.com", "acme-emea.okta.com"),
            ("acme-emea.okta.com", "acme-apac.okta.com"),
            ("acme.okta.com", "acme-labs.okta.com"),
            ("acme-1.okta.com", "acme-2.okta.com"),
            ("mad.okta.com", "par.okta.com"),
        ] {
            assert_eq!(look_alike(domain, other), None, "{domain} {other}");
        }
    }

    #[test]
    fn suggesting_ends_when_it_has_cost_too_much() {
        let names: Vec<String> = (0..2_000).map(|n| format!("{n:060}")).collect();
        let candidates = Candidates::new(names.iter().map(String::as_str));
        assert!(
            candidates
                .closest(&format!("{}x", "0".repeat(59)))
                .is_some()
        );
        let all: usize = names
            .iter()
            .filter(|name| candidates.closest(name).is_some())
            .count();
        assert!(all < 5, "{all}");
    }
}
