//! Short names for products, made from Okta's.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::ProductId;

/// What most of Okta's names begin with.
const FAMILY: &str = "IT Products - ";

/// Words that say nothing.
const FILLERS: [&str; 6] = ["and", "for", "of", "okta", "the", "with"];

/// What people call it.
const SHORT: [(&[&str], &str); 10] = [
    (&["api", "access", "management"], "api-access"),
    (&["identity", "governance"], "governance"),
    (&["identity", "security", "posture", "management"], "ispm"),
    (&["identity", "threat", "protection"], "itp"),
    (&["lifecycle", "management"], "lcm"),
    (&["multi", "factor", "authentication"], "mfa"),
    (&["multifactor", "authentication"], "mfa"),
    (&["privileged", "access"], "privileged-access"),
    (&["single", "sign", "on"], "sso"),
    (&["universal", "directory"], "ud"),
];

/// Longer names are cut between words, in characters.
const LONGEST: usize = 32;

/// A name for each product: the given one, else one that is a function of Okta's name alone. Of several with one name the first
/// by id has it, and the others have their id behind it. What has no letters to make a name of has none.
pub(super) fn product_names(
    titles: &BTreeMap<&ProductId, &str>,
    given: &BTreeMap<ProductId, String>,
    taken: &mut BTreeSet<String>,
) -> BTreeMap<ProductId, String> {
    let mut names = BTreeMap::new();
    for (id, title) in titles {
        // The file knows products by ids of Okta's form alone; another one it can't name.
        if !ProductId::looks_like(id.as_str()) {
            continue;
        }
        if let Some(name) = given.get(*id) {
            names.insert((*id).clone(), name.clone());
            continue;
        }
        let name = short(title);
        if name.is_empty() {
            continue;
        }
        let with_id = format!("{name}-{}", id.as_str().to_ascii_lowercase());
        let mut free = [name, with_id].into_iter();
        if let Some(name) = free.find(|name| taken.insert(name.clone())) {
            names.insert((*id).clone(), name);
        }
    }
    names
}

/// `IT Products - Lifecycle Management with 1 OIN App` as `lcm-1-oin-app`.
fn short(title: &str) -> String {
    let title = title.strip_prefix(FAMILY).unwrap_or(title);
    let title: String = title.chars().map(plain).collect();
    let words = title
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase);
    let words: Vec<String> = words.collect();
    let mut told: Vec<&str> = words.iter().map(String::as_str).collect();
    told.retain(|word| !FILLERS.contains(word));
    if told.is_empty() {
        told = words.iter().map(String::as_str).collect();
    }
    let mut name = String::new();
    let mut rest = told.as_slice();
    while let Some(first) = rest.first() {
        let known = SHORT.iter().find(|(long, _)| rest.starts_with(long));
        let (word, length) = known.map_or((*first, 1), |(long, short)| (*short, long.len()));
        if name.is_empty() {
            name = word.chars().take(LONGEST).collect();
        } else if name.len() + 1 + word.len() <= LONGEST {
            name = format!("{name}-{word}");
        } else {
            break;
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    name
}

/// A Latin letter without what stands above or below it; any other character as it is.
fn plain(c: char) -> char {
    match c {
        'À'..='Å' | 'à'..='å' | 'Ā'..='ą' => 'a',
        'Ç' | 'ç' | 'Ć'..='č' => 'c',
        'Ď'..='đ' => 'd',
        'È'..='Ë' | 'è'..='ë' | 'Ē'..='ě' => 'e',
        'Ĝ'..='ģ' => 'g',
        'Ì'..='Ï' | 'ì'..='ï' | 'Ĩ'..='ı' => 'i',
        'Ĺ'..='ł' => 'l',
        'Ñ' | 'ñ' | 'Ń'..='ň' => 'n',
        'Ò'..='Ö' | 'Ø' | 'ò'..='ö' | 'ø' | 'Ō'..='ő' => 'o',
        'Ŕ'..='ř' => 'r',
        'Ś'..='š' | 'ß' => 's',
        'Ţ'..='ŧ' => 't',
        'Ù'..='Ü' | 'ù'..='ü' | 'Ũ'..='ų' => 'u',
        'Ý' | 'ý' | 'ÿ' | 'Ŷ'..='Ÿ' => 'y',
        'Ź'..='ž' => 'z',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oktas_names_get_short() {
        for (title, name) in [
            ("IT Products - SSO", "sso"),
            ("IT Products - Single Sign-On", "sso"),
            (
                "IT Products - Adaptive Multi-Factor Authentication",
                "adaptive-mfa",
            ),
            (
                "IT Products - Lifecycle Management with 1 OIN App",
                "lcm-1-oin-app",
            ),
            (
                "IT Products - Lifecycle Management with 5 OIN Apps",
                "lcm-5-oin-apps",
            ),
            ("IT Products - Identity Threat Protection", "itp"),
            ("IT Products - Okta Identity Governance", "governance"),
            ("Okta", "okta"),
            ("ÜberWorkflows für Łódź", "uberworkflows-fur-lodz"),
            ("株式会社", ""),
            ("\u{202e}x: [y]\n- z", "x-y-z"),
            (
                "A very long name of a product that nobody could ever want to type",
                "a-very-long-name-a-product-that",
            ),
        ] {
            assert_eq!(short(title), name, "{title}");
        }
        assert_eq!(short(&"x".repeat(300)).len(), LONGEST);
    }

    #[test]
    fn a_name_is_one_product_s_and_stays_when_another_comes() {
        let named = |titles: &[(&str, &str)]| {
            let ids: Vec<_> = titles
                .iter()
                .map(|(id, title)| (ProductId::parse(id).unwrap(), *title))
                .collect();
            let titles = ids.iter().map(|(id, title)| (id, *title)).collect();
            let mut taken = BTreeSet::from(["base".to_owned()]);
            let given = BTreeMap::from([(ProductId::parse("P5").unwrap(), "mine".to_owned())]);
            let names = product_names(&titles, &given, &mut taken);
            let names = names.into_iter().map(|(id, name)| format!("{id} {name}"));
            names.collect::<Vec<_>>()
        };
        let before = named(&[("P1", "SSO"), ("P3", "Base"), ("P5", "MFA"), ("X-1", "Odd")]);
        assert_eq!(before, ["P1 sso", "P3 base-p3", "P5 mine"]);
        let after = named(&[
            ("P1", "SSO"),
            ("P2", "Single Sign-On"),
            ("P3", "Base"),
            ("P4", "MFA"),
            ("P5", "MFA"),
        ]);
        assert_eq!(
            after,
            ["P1 sso", "P2 sso-p2", "P3 base-p3", "P4 mfa", "P5 mine"]
        );
    }
}
