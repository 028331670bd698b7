//! What was meant by a word that no file declares.

use super::Catalog;
use crate::desired::remedy::words_of;
use crate::ids::ProductId;

/// A display name of Okta's has fewer words.
const MAX_SPOKEN: usize = 24;

impl<'a> Catalog<'a> {
    /// What to write instead of a word that nothing declares.
    pub(super) fn meant(&self, word: &str) -> String {
        let id = word.trim().to_ascii_uppercase();
        if ProductId::looks_like(&id) {
            return format!("did you mean `{id}`?");
        }
        let parts = words_of(word);
        if parts.len() > 1 {
            return format!("write each on its own: `{}`", parts.join("`, `"));
        }
        if let Some(near) = self.names.closest(word) {
            return format!("did you mean `{near}`?");
        }
        match self.spoken_of(word) {
            Some((name, id)) => {
                let id = id.map_or_else(String::new, |id| format!(" ({id})"));
                format!("did you mean `{name}`{id}? A list takes names of the file and ids, not Okta's names")
            }
            None if word.trim().contains(' ') => "a list takes names of the file and ids, not Okta's names: declare a name with its id under `products:`, such as `mfa: P000131`".to_owned(),
            None => "declare it under `products:` or `bundles:`, or write a product id such as `P000052`".to_owned(),
        }
    }

    /// A name of the file that a display name of Okta's ends with, as in `IT Products - MFA`, else one that is a word of it.
    fn spoken_of(&self, word: &str) -> Option<(&'a str, Option<&ProductId>)> {
        let spoken = word.to_lowercase();
        let parts = spoken.split(|c: char| !c.is_alphanumeric());
        let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        if parts.len() > MAX_SPOKEN {
            return None;
        }
        let known = |name: &str| {
            let product = self.products.get_key_value(name);
            let product = product.map(|(name, (id, _))| (*name, id.as_ref()));
            product.or_else(|| {
                let (name, _) = self.bundles.get_key_value(name)?;
                Some((*name, None))
            })
        };
        let mut ends = (0..parts.len()).filter_map(|from| parts.get(from..));
        ends.find_map(|end| known(&end.join("-")))
            .or_else(|| parts.iter().rev().find_map(|part| known(part)))
    }
}
