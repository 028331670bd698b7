//! The file of a catalogue: a line a product and a line an org, so that a change shows as such.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::model::{AccountCatalogue, KnownOrg};
use crate::ids::{AccountId, Domain, OrgId, ProductId};

/// The schema's text: `schema/catalog.schema.json`.
pub const SCHEMA: &str = include_str!("../../schema/catalog.schema.json");

/// Where editors find it.
const SCHEMA_URL: &str =
    "https://raw.githubusercontent.com/aerialctl/aerialctl/main/schema/catalog.schema.json";

/// The version of the format.
const VERSION: u32 = 1;

/// Why a text is no catalogue, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct BrokenCatalogue {
    /// From 1; 0 where the place isn't known.
    pub line: usize,
    pub column: usize,
    reason: String,
}

impl BrokenCatalogue {
    fn new(reason: String) -> Self {
        Self {
            line: 0,
            column: 0,
            reason,
        }
    }
}

#[derive(Deserialize)]
struct CatalogueText {
    version: u32,
    account: AccountId,
    products: Vec<CatalogueProduct>,
    orgs: Vec<CatalogueOrg>,
}

#[derive(Serialize, Deserialize)]
struct CatalogueProduct {
    id: ProductId,
    name: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CatalogueOrg {
    domain: String,
    id: OrgId,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    aerial_org: bool,
}

/// Reads a catalogue. Keys that this version doesn't know are left out: the format may grow.
///
/// # Errors
/// When the text is none. The reason quotes nothing of it.
pub fn read(text: &[u8]) -> Result<AccountCatalogue, BrokenCatalogue> {
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    let read: CatalogueText = serde_json::from_slice(text).map_err(|error| {
        let kind = match error.classify() {
            serde_json::error::Category::Data => {
                "a key is missing, or has a value that it can't have"
            }
            serde_json::error::Category::Eof => "it ends too early",
            serde_json::error::Category::Syntax | serde_json::error::Category::Io => {
                "it isn't valid JSON"
            }
        };
        BrokenCatalogue {
            line: error.line(),
            column: error.column(),
            reason: kind.to_owned(),
        }
    })?;
    if read.version != VERSION {
        return Err(BrokenCatalogue::new(format!(
            "it has version {} of the format, and this program knows version {VERSION}",
            read.version
        )));
    }
    let products: BTreeMap<ProductId, String> = read
        .products
        .into_iter()
        .map(|product| (product.id, product.name))
        .collect();
    let orgs = read.orgs.into_iter().map(|org| {
        Ok(KnownOrg {
            domain: Domain::from_server(&org.domain)
                .map_err(|why| BrokenCatalogue::new(format!("the domain of {} {why}", org.id)))?,
            id: org.id,
            aerial_org: org.aerial_org,
        })
    });
    Ok(AccountCatalogue {
        account: read.account,
        products,
        orgs: orgs.collect::<Result<_, _>>()?,
    })
}

/// The file of a catalogue: the same catalogue has the same bytes, whenever it is written.
///
/// # Errors
/// When the serializer can't, which no catalogue is known to cause.
pub fn write(catalogue: &AccountCatalogue) -> Result<String, serde_json::Error> {
    let AccountCatalogue {
        account,
        products,
        orgs,
    } = catalogue;
    let products = products.iter().map(|(id, name)| {
        serde_json::to_string(&CatalogueProduct {
            id: id.clone(),
            name: name.clone(),
        })
    });
    let orgs = orgs.iter().map(|org| {
        serde_json::to_string(&CatalogueOrg {
            domain: org.domain.as_str().to_owned(),
            id: org.id.clone(),
            aerial_org: org.aerial_org,
        })
    });
    let products: Vec<String> = products.collect::<Result<_, _>>()?;
    let orgs: Vec<String> = orgs.collect::<Result<_, _>>()?;
    let list = |key: &str, lines: &[String]| {
        if lines.is_empty() {
            return format!("  \"{key}\": []");
        }
        format!("  \"{key}\": [\n    {}\n  ]", lines.join(",\n    "))
    };
    Ok(format!(
        "{{\n  \"$schema\": \"{SCHEMA_URL}\",\n  \"version\": {VERSION},\n  \"account\": {},\n{},\n{}\n}}\n",
        serde_json::to_string(account)?,
        list("products", &products),
        list("orgs", &orgs),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::world::{account, org};

    #[test]
    fn what_is_written_is_read() {
        let mut live = account(vec![org("b", "P1"), org("a", "")]);
        live.subscribed.insert(
            ProductId::parse("P9").unwrap(),
            "\"x\"\u{1b}[31m\n\u{202e}".to_owned(),
        );
        let catalogue = AccountCatalogue::of(&live);
        let text = write(&catalogue).unwrap();
        assert_eq!(read(text.as_bytes()), Ok(catalogue.clone()));
        live.orgs.reverse();
        let again = AccountCatalogue::of(&live);
        assert_eq!(write(&again).unwrap(), text);
        live.orgs.clear();
        live.subscribed.clear();
        let empty = AccountCatalogue::of(&live);
        assert_eq!(read(write(&empty).unwrap().as_bytes()), Ok(empty.clone()));
        assert_eq!(catalogue.since(Some(&catalogue)).0, [""; 0]);
        assert_eq!(catalogue.since(None), catalogue.since(Some(&empty)));
    }

    #[test]
    fn what_is_none_is_said_with_its_place_and_without_its_words() {
        let deep = format!("{{\"account\":{}", "[".repeat(100_000));
        for (text, said, line) in [
            ("", "it ends too early", 1),
            ("{", "it ends too early", 1),
            ("canary", "it isn't valid JSON", 1),
            ("{\n\"canary\" 1}", "it isn't valid JSON", 2),
            (
                "{\"canary\": 1}",
                "a key is missing, or has a value that it can't have",
                1,
            ),
            (
                &deep,
                "a key is missing, or has a value that it can't have",
                1,
            ),
            (
                "{\"version\":2,\"account\":\"a\",\"products\":[],\"orgs\":[]}",
                "it has version 2 of the format, and this program knows version 1",
                0,
            ),
            (
                "{\"version\":1,\"account\":\"a\",\"products\":[],\"orgs\":[{\"id\":\"00o1\",\"domain\":\"a b\"}]}",
                "the domain of 00o1 has spaces or control characters",
                0,
            ),
        ] {
            let broken = read(text.as_bytes()).unwrap_err();
            assert_eq!((broken.to_string().as_str(), broken.line), (said, line));
        }
    }
}
