//! The file as it is, 1:1 with `schema/desired-state.schema.json`, with places and without meaning.
//!
//! Parts that break the schema are left out here: the schema has reported them, and the rest of the file still gets its
//! meaning checked, so that all errors come at once.

use super::tree::{Key, Node, Value};
use crate::diagnostic::Span;
use crate::ids::AccountId;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct At<T> {
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

#[derive(Debug, Clone, Default)]
pub(super) struct RawFile {
    /// Where `version` stands, whatever it says: the schema knows which versions there are.
    pub version: Option<Span>,
    /// `account`.
    pub account: Option<At<RawAccount>>,
    /// `products`: names and ids; an id is absent where it broke the schema.
    pub products: Vec<(At<String>, Option<At<String>>)>,
    /// `bundles`: names and members.
    pub bundles: Vec<(At<String>, Vec<RawListing>)>,
    /// `baselines`: names and what is under them, for `baselines` to take apart.
    pub baselines: Vec<(At<String>, Node)>,
    /// `defaults.cell`.
    pub default_cell: Option<At<String>>,
    /// `defaults.enforce`.
    pub default_enforce: Option<At<String>>,
    /// `defaults.baseline`.
    pub default_baseline: Option<At<String>>,
    /// `waves`, in their order; absent when the file has no such key.
    pub waves: Option<At<Vec<At<String>>>>,
    /// `orgs`; absent when the file has no such key.
    pub orgs: Option<Vec<RawOrg>>,
    /// `ignoreProducts`.
    pub ignore_products: Vec<RawListing>,
    /// `constraints`.
    pub constraints: RawConstraints,
    /// `guardrails`.
    pub guardrails: RawGuardrails,
}

/// `constraints`.
#[derive(Debug, Clone, Default)]
pub(super) struct RawConstraints {
    /// `requires`: products and what each needs.
    pub requires: Vec<(At<String>, Vec<RawNeed>)>,
    /// `excludes`: products and what can't be with each.
    pub excludes: Vec<(At<String>, Vec<RawListing>)>,
    /// `everyOrg`.
    pub every_org: Vec<RawListing>,
    /// `maxOrgs`: products and numbers.
    pub max_orgs: Vec<(At<String>, At<i64>)>,
}

/// An item of a requirement.
#[derive(Debug, Clone)]
pub(super) enum RawNeed {
    All(RawListing),
    AnyOf(Vec<At<String>>),
}

/// A product or bundle in a list.
#[derive(Debug, Clone)]
pub(super) struct RawListing {
    pub word: At<String>,
    /// `until`, where the word stands in a mapping.
    pub until: Option<At<String>>,
}

/// `account`.
#[derive(Debug, Clone, Default)]
pub(super) struct RawAccount {
    /// `id`.
    pub id: Option<At<String>>,
    /// `environment`.
    pub environment: Option<At<String>>,
    /// `aerialOrg`.
    pub aerial_org: Option<At<String>>,
    /// `partner`, as text: `true` or `false`.
    pub partner: Option<At<String>>,
}

/// One entry of `orgs`.
#[derive(Debug, Clone)]
pub(super) struct RawOrg {
    /// The start of the entry.
    pub span: Span,
    /// `domain`.
    pub domain: Option<At<String>>,
    /// `id`.
    pub id: Option<At<String>>,
    /// `cell`.
    pub cell: Option<At<String>>,
    /// `status`; the place is the key's.
    pub status: Option<At<String>>,
    /// `until`; the place is the key's.
    pub until: Option<At<String>>,
    /// `products`; the place is the key's.
    pub products: Option<At<Vec<RawListing>>>,
    /// `enforce`.
    pub enforce: Option<At<String>>,
    /// `baseline`.
    pub baseline: Option<At<String>>,
    /// `parent`.
    pub parent: Option<At<String>>,
    /// `consent`; the place is the key's.
    pub consent: Option<At<String>>,
    /// `new`, as text: `true` or `false`.
    pub new: Option<At<String>>,
    /// `create`; the place is the key's.
    pub create: Option<At<RawCreate>>,
    pub wave: Option<At<String>>,
    pub owner: Option<At<String>>,
    pub note: Option<At<String>>,
}

/// An org's `create`.
#[derive(Debug, Clone)]
pub(super) struct RawCreate {
    /// `parent`.
    pub parent: Option<At<String>>,
    /// `name`.
    pub name: Option<At<String>>,
    pub website: Option<At<String>>,
    /// `admin.firstName`.
    pub first_name: Option<At<String>>,
    /// `admin.lastName`.
    pub last_name: Option<At<String>>,
    /// `admin.email`.
    pub email: Option<At<String>>,
    /// `admin.login`.
    pub login: Option<At<String>>,
    /// `admin.passwordFrom`.
    pub password_from: Option<At<String>>,
}

/// `guardrails`.
#[derive(Debug, Clone, Default)]
pub(super) struct RawGuardrails {
    /// `maxDisabled`, as text: `5` or `20%`.
    pub max_disabled: Option<At<String>>,
    /// `maxLinked`.
    pub max_linked: Option<At<i64>>,
    /// `maxConfigured`.
    pub max_configured: Option<At<i64>>,
    /// `maxCreated`.
    pub max_created: Option<At<i64>>,
    /// `maxConsented`.
    pub max_consented: Option<At<i64>>,
    /// `lookalikes`.
    pub lookalikes: Option<At<String>>,
    /// `maxDeleted`.
    pub max_deleted: Option<At<i64>>,
    /// `maxDeactivated`.
    pub max_deactivated: Option<At<i64>>,
    /// `protectedOrgs`.
    pub protected_orgs: Vec<At<String>>,
    /// `unmanagedOrgs`.
    pub unmanaged_orgs: Option<At<String>>,
    /// `baselineUnread`.
    pub baseline_unread: Option<At<String>>,
}

impl RawFile {
    /// Takes from the tree what has the right type.
    #[must_use]
    pub(super) fn from_node(root: &Node) -> Self {
        let defaults = root.get("defaults");
        Self {
            version: root.get("version").map(|node| node.span),
            account: root.entry("account").map(|(key, node)| At {
                value: RawAccount {
                    id: field(node, "id"),
                    environment: field(node, "environment"),
                    aerial_org: field(node, "aerialOrg"),
                    partner: node.get("partner").and_then(truth),
                },
                span: key.span,
            }),
            products: named(root, "products")
                .map(|(key, node)| (name(key), text(node)))
                .collect(),
            bundles: named(root, "bundles")
                .map(|(key, node)| (name(key), listings(node)))
                .collect(),
            baselines: named(root, "baselines")
                .map(|(key, node)| (name(key), node.clone()))
                .collect(),
            default_cell: defaults.and_then(|node| field(node, "cell")),
            default_enforce: defaults.and_then(|node| field(node, "enforce")),
            default_baseline: defaults.and_then(|node| field(node, "baseline")),
            waves: root.entry("waves").map(|(key, node)| At {
                value: texts(node),
                span: key.span,
            }),
            orgs: root
                .get("orgs")
                .map(|node| node.items().iter().filter_map(RawOrg::from_node).collect()),
            ignore_products: root.get("ignoreProducts").map(listings).unwrap_or_default(),
            constraints: root
                .get("constraints")
                .map(RawConstraints::from_node)
                .unwrap_or_default(),
            guardrails: root
                .get("guardrails")
                .map(RawGuardrails::from_node)
                .unwrap_or_default(),
        }
    }
}

impl RawAccount {
    /// An account that no file names.
    pub(super) fn of(id: &AccountId, span: Span) -> At<Self> {
        let id = At {
            value: id.as_str().to_owned(),
            span,
        };
        let value = Self {
            id: Some(id),
            ..Self::default()
        };
        At { value, span }
    }
}

impl RawOrg {
    fn from_node(node: &Node) -> Option<Self> {
        matches!(node.value, Value::Map(_)).then(|| Self {
            span: node.span,
            domain: field(node, "domain"),
            id: field(node, "id"),
            cell: field(node, "cell"),
            status: at_key(node, "status"),
            until: at_key(node, "until"),
            products: node
                .entry("products")
                .filter(|(_, value)| matches!(value.value, Value::Seq(_)))
                .map(|(key, value)| At {
                    value: listings(value),
                    span: key.span,
                }),
            enforce: field(node, "enforce"),
            baseline: field(node, "baseline"),
            parent: field(node, "parent"),
            consent: at_key(node, "consent"),
            new: node.get("new").and_then(truth),
            create: node
                .entry("create")
                .filter(|(_, value)| matches!(value.value, Value::Map(_)))
                .map(|(key, value)| At {
                    value: RawCreate::from_node(value),
                    span: key.span,
                }),
            wave: field(node, "wave"),
            owner: field(node, "owner"),
            note: field(node, "note"),
        })
    }
}

impl RawConstraints {
    fn from_node(node: &Node) -> Self {
        let need = |item: &Node| match item.get("anyOf") {
            Some(any) => Some(RawNeed::AnyOf(texts(any))),
            None => text(item).map(|word| RawNeed::All(RawListing { word, until: None })),
        };
        let needs = |node: &Node| node.items().iter().filter_map(need).collect();
        Self {
            requires: named(node, "requires")
                .map(|(key, node)| (name(key), needs(node)))
                .collect(),
            excludes: named(node, "excludes")
                .map(|(key, node)| (name(key), listings(node)))
                .collect(),
            every_org: node.get("everyOrg").map(listings).unwrap_or_default(),
            max_orgs: named(node, "maxOrgs")
                .filter_map(|(key, node)| Some((name(key), int(node)?)))
                .collect(),
        }
    }
}

impl RawCreate {
    fn from_node(node: &Node) -> Self {
        let of_admin = |key| field(node.get("admin")?, key);
        Self {
            parent: field(node, "parent"),
            name: field(node, "name"),
            website: field(node, "website"),
            first_name: of_admin("firstName"),
            last_name: of_admin("lastName"),
            email: of_admin("email"),
            login: of_admin("login"),
            password_from: of_admin("passwordFrom"),
        }
    }
}

impl RawGuardrails {
    fn from_node(node: &Node) -> Self {
        Self {
            max_disabled: node.get("maxDisabled").and_then(|node| {
                int(node)
                    .map(|at| At {
                        value: at.value.to_string(),
                        span: at.span,
                    })
                    .or_else(|| text(node))
            }),
            max_linked: node.get("maxLinked").and_then(int),
            max_configured: node.get("maxConfigured").and_then(int),
            max_created: node.get("maxCreated").and_then(int),
            max_consented: node.get("maxConsented").and_then(int),
            lookalikes: field(node, "lookalikes"),
            max_deactivated: node.get("maxDeactivated").and_then(int),
            max_deleted: node.get("maxDeleted").and_then(int),
            protected_orgs: node.get("protectedOrgs").map(texts).unwrap_or_default(),
            unmanaged_orgs: field(node, "unmanagedOrgs"),
            baseline_unread: field(node, "baselineUnread"),
        }
    }
}

fn named<'a>(root: &'a Node, key: &str) -> impl Iterator<Item = &'a (Key, Node)> {
    root.get(key).map(Node::entries).unwrap_or_default().iter()
}

fn name(key: &Key) -> At<String> {
    At {
        value: key.text.clone(),
        span: key.span,
    }
}

fn field(node: &Node, key: &str) -> Option<At<String>> {
    node.get(key).and_then(text)
}

/// A text with the place of its key.
fn at_key(node: &Node, key: &str) -> Option<At<String>> {
    let (key, value) = node.entry(key)?;
    Some(At {
        value: value.as_str()?.to_owned(),
        span: key.span,
    })
}

fn text(node: &Node) -> Option<At<String>> {
    Some(At {
        value: node.as_str()?.to_owned(),
        span: node.span,
    })
}

fn texts(node: &Node) -> Vec<At<String>> {
    node.items().iter().filter_map(text).collect()
}

fn listings(node: &Node) -> Vec<RawListing> {
    let items = node.items().iter();
    let listing = |item: &Node| {
        let (word, until) = match item.get("product") {
            Some(product) => (text(product), field(item, "until")),
            None => (text(item), None),
        };
        Some(RawListing { word: word?, until })
    };
    items.filter_map(listing).collect()
}

fn truth(node: &Node) -> Option<At<String>> {
    if let Value::Bool(value) = node.value {
        Some(At {
            value: value.to_string(),
            span: node.span,
        })
    } else {
        None
    }
}

fn int(node: &Node) -> Option<At<i64>> {
    if let Value::Int(value) = node.value {
        Some(At {
            value,
            span: node.span,
        })
    } else {
        None
    }
}
