//! Did you mean: the candidate that a word was probably meant to be.

/// The closest candidate, if one is close enough to be worth a suggestion.
#[must_use]
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| {
            let other = candidate.to_lowercase();
            // A swap of neighbours is one slip of the fingers, so Damerau rather than Levenshtein.
            let distance = strsim::damerau_levenshtein(&folded, &other);
            (distance, other.chars().count(), candidate)
        })
        .filter(|(distance, len, _)| {
            let longest = folded.chars().count().max(*len);
            *distance <= (longest / 3).max(1) && *distance < longest
        })
        .min_by(|a, b| (a.0, a.2).cmp(&(b.0, b.2)))
        .map(|(_, _, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn slips_of_the_fingers_are_recognised() {
        let names = ["sso", "mfa", "lcm", "workforce"];
        assert_eq!(closest("lmc", names), Some("lcm"));
        assert_eq!(closest("SSO", names), Some("sso"));
        assert_eq!(closest("workfroce", names), Some("workforce"));
        assert_eq!(closest("governance", names), None);
        assert_eq!(closest("x", ["y"]), None);
    }
}
