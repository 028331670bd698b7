//! The file as it is, 1:1 with `schema/desired-state.schema.json`, with places and without meaning.
//!
//! Nothing is copied: texts are the tree's. The entries of `orgs` are no part of this: each is made when its turn comes, since there
//! are many.
//!
//! Parts that break the schema are left out here: the schema has reported them, and the rest of the file still gets its
//! meaning checked, so that all errors come at once.

use std::borrow::Cow;

use super::taken::{
    At, RawListing, WordAt, at_key, field, int, listings, name, named, text, texts, truth,
};
use super::tree::{Node, Value};
use crate::diagnostic::Span;
use crate::ids::AccountId;

#[derive(Debug, Clone, Default)]
pub(super) struct RawFile<'a> {
    /// Where `version` stands, whatever it says: the schema knows which versions there are.
    pub version: Option<Span>,
    /// `account`.
    pub account: Option<At<RawAccount<'a>>>,
    /// `products`: names and ids; an id is absent where it broke the schema.
    pub products: Vec<(WordAt<'a>, Option<WordAt<'a>>)>,
    /// `bundles`: names and members.
    pub bundles: Vec<(WordAt<'a>, Vec<RawListing<'a>>)>,
    /// `baselines`: names and what is under them, for `baselines` to take apart.
    pub baselines: Vec<(WordAt<'a>, &'a Node<'a>)>,
    /// `defaults.cell`.
    pub default_cell: Option<WordAt<'a>>,
    /// `defaults.enforce`.
    pub default_enforce: Option<WordAt<'a>>,
    /// `defaults.baseline`.
    pub default_baseline: Option<WordAt<'a>>,
    /// `waves`, in their order; absent when the file has no such key.
    pub waves: Option<At<Vec<WordAt<'a>>>>,
    /// Whether it has the key `orgs`, whose entries go their own way.
    pub has_orgs: bool,
    /// `ignoreProducts`.
    pub ignore_products: Vec<RawListing<'a>>,
    /// `constraints`.
    pub constraints: RawConstraints<'a>,
    /// `guardrails`.
    pub guardrails: RawGuardrails<'a>,
}

/// `constraints`.
#[derive(Debug, Clone, Default)]
pub(super) struct RawConstraints<'a> {
    /// `requires`: products and what each needs.
    pub requires: Vec<(WordAt<'a>, Vec<RawNeed<'a>>)>,
    /// `excludes`: products and what can't be with each.
    pub excludes: Vec<(WordAt<'a>, Vec<RawListing<'a>>)>,
    /// `everyOrg`.
    pub every_org: Vec<RawListing<'a>>,
    /// `maxOrgs`: products and numbers.
    pub max_orgs: Vec<(WordAt<'a>, At<i64>)>,
}

/// An item of a requirement.
#[derive(Debug, Clone)]
pub(super) enum RawNeed<'a> {
    All(RawListing<'a>),
    AnyOf(Vec<WordAt<'a>>),
}

/// `account`.
#[derive(Debug, Clone, Default)]
pub(super) struct RawAccount<'a> {
    /// `id`.
    pub id: Option<WordAt<'a>>,
    /// `environment`.
    pub environment: Option<WordAt<'a>>,
    /// `aerialOrg`.
    pub aerial_org: Option<WordAt<'a>>,
    /// `partner`, as text: `true` or `false`.
    pub partner: Option<WordAt<'a>>,
}

/// One entry of `orgs`.
#[derive(Debug, Clone)]
pub(super) struct RawOrg<'a> {
    /// The start of the entry.
    pub span: Span,
    /// `domain`.
    pub domain: Option<WordAt<'a>>,
    /// `id`.
    pub id: Option<WordAt<'a>>,
    /// `cell`.
    pub cell: Option<WordAt<'a>>,
    /// `status`; the place is the key's.
    pub status: Option<WordAt<'a>>,
    /// `until`; the place is the key's.
    pub until: Option<WordAt<'a>>,
    /// `products`; the place is the key's.
    pub products: Option<At<Vec<RawListing<'a>>>>,
    /// `enforce`.
    pub enforce: Option<WordAt<'a>>,
    /// `baseline`.
    pub baseline: Option<WordAt<'a>>,
    /// `parent`.
    pub parent: Option<WordAt<'a>>,
    /// `consent`; the place is the key's.
    pub consent: Option<WordAt<'a>>,
    /// `new`, as text: `true` or `false`.
    pub new: Option<WordAt<'a>>,
    /// `create`; the place is the key's.
    pub create: Option<At<RawCreate<'a>>>,
    pub wave: Option<WordAt<'a>>,
    pub owner: Option<WordAt<'a>>,
    pub note: Option<WordAt<'a>>,
}

/// An org's `create`.
#[derive(Debug, Clone)]
pub(super) struct RawCreate<'a> {
    /// `parent`.
    pub parent: Option<WordAt<'a>>,
    /// `name`.
    pub name: Option<WordAt<'a>>,
    pub website: Option<WordAt<'a>>,
    /// `admin.firstName`.
    pub first_name: Option<WordAt<'a>>,
    /// `admin.lastName`.
    pub last_name: Option<WordAt<'a>>,
    /// `admin.email`.
    pub email: Option<WordAt<'a>>,
    /// `admin.login`.
    pub login: Option<WordAt<'a>>,
    /// `admin.passwordFrom`.
    pub password_from: Option<WordAt<'a>>,
}

/// `guardrails`.
#[derive(Debug, Clone, Default)]
pub(super) struct RawGuardrails<'a> {
    /// `maxDisabled`, as text: `5` or `20%`.
    pub max_disabled: Option<WordAt<'a>>,
    /// `maxLinked`.
    pub max_linked: Option<At<i64>>,
    /// `maxConfigured`.
    pub max_configured: Option<At<i64>>,
    /// `maxCreated`.
    pub max_created: Option<At<i64>>,
    /// `maxConsented`.
    pub max_consented: Option<At<i64>>,
    /// `lookalikes`.
    pub lookalikes: Option<WordAt<'a>>,
    /// `maxDeleted`.
    pub max_deleted: Option<At<i64>>,
    /// `maxDeactivated`.
    pub max_deactivated: Option<At<i64>>,
    /// `protectedOrgs`.
    pub protected_orgs: Vec<WordAt<'a>>,
    /// `unmanagedOrgs`.
    pub unmanaged_orgs: Option<WordAt<'a>>,
    /// `baselineUnread`.
    pub baseline_unread: Option<WordAt<'a>>,
}

impl<'a> RawFile<'a> {
    /// Takes from the tree what has the right type.
    #[must_use]
    pub(super) fn from_node(root: &'a Node<'a>) -> Self {
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
                .map(|(key, node)| (name(key), node))
                .collect(),
            default_cell: defaults.and_then(|node| field(node, "cell")),
            default_enforce: defaults.and_then(|node| field(node, "enforce")),
            default_baseline: defaults.and_then(|node| field(node, "baseline")),
            waves: root.entry("waves").map(|(key, node)| At {
                value: texts(node),
                span: key.span,
            }),
            has_orgs: root.get("orgs").is_some(),
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

impl<'a> RawAccount<'a> {
    /// An account that no file names.
    pub(super) fn of(id: &'a AccountId, span: Span) -> At<Self> {
        let id = At {
            value: Cow::Borrowed(id.as_str()),
            span,
        };
        let value = Self {
            id: Some(id),
            ..Self::default()
        };
        At { value, span }
    }
}

impl<'a> RawOrg<'a> {
    /// An entry of `orgs`, unless it is of another kind.
    pub(super) fn from_node(node: &'a Node<'a>) -> Option<Self> {
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

impl<'a> RawConstraints<'a> {
    fn from_node(node: &'a Node<'a>) -> Self {
        let need = |item: &'a Node<'a>| match item.get("anyOf") {
            Some(any) => Some(RawNeed::AnyOf(texts(any))),
            None => text(item).map(|word| RawNeed::All(RawListing { word, until: None })),
        };
        let needs = |node: &'a Node<'a>| node.items().iter().filter_map(need).collect();
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

impl<'a> RawCreate<'a> {
    fn from_node(node: &'a Node<'a>) -> Self {
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

impl<'a> RawGuardrails<'a> {
    fn from_node(node: &'a Node<'a>) -> Self {
        Self {
            max_disabled: node.get("maxDisabled").and_then(|node| {
                int(node)
                    .map(|at| At {
                        value: Cow::Owned(at.value.to_string()),
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
