//! Numbers in sentences.

use std::fmt::Display;

/// `1 org`, `2 orgs`: a number and what there is of it, a noun whose plural ends in `s` and no more.
#[must_use]
pub fn counted<N: Copy + Display + PartialEq + From<u8>>(number: N, noun: &str) -> String {
    let s = if number == N::from(1) { "" } else { "s" };
    format!("{number} {noun}{s}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_one() {
        let said = [0_usize, 1, 2].map(|number| counted(number, "managed org"));
        assert_eq!(said, ["0 managed orgs", "1 managed org", "2 managed orgs"]);
        assert_eq!(counted(1_u64, "file"), "1 file");
    }
}
