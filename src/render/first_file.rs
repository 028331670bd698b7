//! The desired state that a team starts with.

use crate::desired::schema;

/// A file about an account without any org, with words on what comes next.
///
/// # Errors
/// When the serializer can't write a value, which no text is known to cause.
pub fn first_file(
    account: &str,
    environment: &str,
    aerial_org: &str,
    cell: Option<&str>,
) -> Result<String, serde_yaml::ser::Error> {
    // As YAML has it: quoted where it would be taken for something else.
    let value = |text: &str| serde_yaml::to_string(&text).map(|text| text.trim_end().to_owned());
    let defaults = match cell {
        Some(cell) => format!("\n\ndefaults:\n  cell: {}", value(cell)?),
        None => String::new(),
    };
    Ok(format!(
        "# yaml-language-server: $schema={}
version: 1
account:
  id: {}
  environment: {} # production, sandbox, or the URL of another of Okta's Aerial servers
  aerialOrg: {} # issues the tokens{defaults}

# What isn't listed is never touched. `aerialctl import` lists what the account has; an entry looks like this:
#
#   - domain: acme-emea.okta.com
#     cell: ok1
#     products: [P000052]
orgs: []
",
        schema::url(),
        value(account)?,
        value(environment)?,
        value(aerial_org)?,
    ))
}

#[cfg(test)]
mod tests {
    use super::first_file;
    use crate::desired::load;
    use crate::diagnostic::{Source, Sources};

    #[test]
    fn it_is_valid_as_it_stands_and_says_what_it_was_told() {
        for (account, cell) in [
            ("0227mkkf8ulgt48bkidcd8ekqft", None),
            ("0227e10", Some("ok1")),
        ] {
            let text = first_file(account, "sandbox", "acme-aerial.okta.com", cell).unwrap();
            let sources = Sources::new(vec![Source::new("aerial.yaml", text.clone())]);
            let loaded = load(&sources);
            assert!(loaded.diagnostics.is_empty(), "{text}");
            let desired = loaded.desired.unwrap();
            assert_eq!(desired.account.id.as_str(), account, "{text}");
            let own = desired.defaults.cell.as_ref().map(|cell| cell.as_str());
            assert_eq!(own, cell);
        }
    }
}
