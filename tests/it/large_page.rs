//! An account of 5,000 orgs × 30 products, as a page: for its test and its benchmark.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::SystemTime;

use jiff::civil::Date;

use aerialctl::desired;
use aerialctl::diagnostic::{Diagnostics, Source, Sources};
use aerialctl::ids::{AccountId, Cell, Domain, OrgId, ProductId, Status};
use aerialctl::live::{Coverage, LiveOrg, LiveStatus, Snapshot};
use aerialctl::plan::{Attribution, Deletions, Matrix, PlanOptions, Provenance, plan};
use aerialctl::render::PlanView;
use aerialctl::render::page::{PagePlan, PageView, page};

pub(crate) const ORGS: usize = 5_000;
const PRODUCTS: usize = 30;

/// The page of an account in which every org has another set of products and every third differs.
pub(crate) fn large() -> String {
    let has = |n: usize, p: usize| (n.wrapping_mul(2_654_435_761) >> (p % 28)) & 3 != 0;
    let mut text = "version: 1\naccount: {id: 0227mkkf8ulgt48bkidcd8ekqft}\ndefaults: {cell: ok1}\nproducts:\n".to_owned();
    for p in 0..PRODUCTS {
        writeln!(text, "  product-{p}: P{p:06}").unwrap();
    }
    text.push_str("bundles:\n  first: [product-0, product-1, product-2]\norgs:\n");
    for n in 0..ORGS {
        let words = (3..PRODUCTS)
            .filter(|p| has(n, *p))
            .map(|p| format!("product-{p}"));
        let words: Vec<String> = std::iter::once("first".to_owned()).chain(words).collect();
        writeln!(
            text,
            "  - domain: some-longer-org-name-{n}.okta.com\n    products: [{}]",
            words.join(", ")
        )
        .unwrap();
    }
    let sources = Sources::new(vec![Source::new("aerial.yaml", text)]);
    let desired = desired::load(&sources).desired.unwrap();
    let name = |p: usize| {
        (
            ProductId::parse(&format!("P{p:06}")).unwrap(),
            format!("Okta's name of product {p}"),
        )
    };
    let live = Snapshot {
        account: AccountId::parse("0227mkkf8ulgt48bkidcd8ekqft").unwrap(),
        account_name: "Large".to_owned(),
        insides: std::collections::BTreeMap::new(),
        coverage: Coverage::Whole,
        resolved: std::collections::BTreeMap::new(),
        surroundings: None,
        remembered: None,
        subscribed: (0..PRODUCTS).map(name).collect(),
        orgs: (0..ORGS)
            .map(|n| LiveOrg {
                id: OrgId::parse(&format!("00o{n:017}")).unwrap(),
                domain: Domain::parse(&format!("some-longer-org-name-{n}.okta.com")).unwrap(),
                display_name: format!("The display name of org {n}"),
                cell: Cell::parse("ok1").ok(),
                status: LiveStatus::Known(Status::Active),
                aerial_org: n == 0,
                products: Some(Arc::new(
                    (0..PRODUCTS)
                        .filter(|p| *p < 3 || has(n + usize::from(n % 3 == 0), *p))
                        .map(name)
                        .collect(),
                )),
            })
            .collect(),
    };
    let options = PlanOptions::default();
    let checked = plan(&desired, &live, &options).unwrap();
    let (matrix, _) = Matrix::of(Some(&desired), &live, &Deletions::default(), Date::MIN);
    page(PageView {
        notices: &Diagnostics::default(),
        matrix: &matrix,
        live: &live,
        of: ORGS,
        server: &options.server,
        provenance: &Provenance::of(&sources, None),
        sources: &sources,
        made: SystemTime::UNIX_EPOCH,
        plan: PagePlan::Made(PlanView {
            plan: checked.plan(),
            causes: &Attribution::default(),
            sources: &sources,
            account_wide: &[],
            desired: &desired,
            blobs: None,
            remembered: None,
        }),
    })
}
