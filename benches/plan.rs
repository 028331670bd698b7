//! What a user waits for at scale: validating 20,000 orgs, planning over 5,000, the matrix and the page of 5,000 × 30.
#![expect(clippy::unwrap_used, reason = "a benchmark may fail")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::SystemTime;

use jiff::civil::Date;

use aerialctl::desired;
use aerialctl::diagnostic::{Diagnostics, Source, Sources};
use aerialctl::ids::{AccountId, Cell, Domain, OrgId, ProductId, Status};
use aerialctl::live::{Coverage, LiveOrg, LiveStatus, Snapshot};
use aerialctl::plan::{AccountServer, Deletions, Matrix, PlanOptions, Provenance, plan};
use aerialctl::render::matrix::table;
use aerialctl::render::page::{PagePlan, PageView, page};
use aerialctl::render::style::Palette;
use criterion::{Criterion, criterion_group, criterion_main};

fn file(orgs: usize, products: usize) -> Sources {
    let ids: Vec<String> = (1..=products).map(|n| format!("P{n:06}")).collect();
    let ids = ids.join(", ");
    let mut text =
        "version: 1\naccount: {id: 0227mkkf8ulgt48bkidcd8ekqft}\ndefaults: {cell: ok1}\norgs:\n"
            .to_owned();
    for n in 0..orgs {
        writeln!(text, "  - domain: org-{n}.okta.com\n    products: [{ids}]").unwrap();
    }
    Sources::new(vec![Source::new("aerial.yaml", text)])
}

fn account(orgs: usize, products: usize) -> Snapshot {
    let product = |n: usize| {
        (
            ProductId::parse(&format!("P{n:06}")).unwrap(),
            String::new(),
        )
    };
    Snapshot {
        account: AccountId::parse("0227mkkf8ulgt48bkidcd8ekqft").unwrap(),
        account_name: String::new(),
        insides: std::collections::BTreeMap::new(),
        coverage: Coverage::Whole,
        resolved: std::collections::BTreeMap::new(),
        surroundings: None,
        remembered: None,
        subscribed: (1..=products).map(product).collect(),
        orgs: (0..orgs)
            .map(|n| LiveOrg {
                id: OrgId::parse(&format!("00o{n:017}")).unwrap(),
                domain: Domain::parse(&format!("org-{n}.okta.com")).unwrap(),
                display_name: String::new(),
                cell: Cell::parse("ok1").ok(),
                status: LiveStatus::Known(Status::Active),
                aerial_org: n == 0,
                // Every third org differs.
                products: Some(
                    (1..=products - usize::from(n % 3 == 0))
                        .map(product)
                        .collect(),
                ),
            })
            .collect(),
    }
}

fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("scale");
    group.sample_size(10);
    let sources = file(20_000, 5);
    group.bench_function("load 20,000 orgs", |bencher| {
        bencher.iter(|| black_box(desired::load(&sources)));
    });
    let desired = desired::load(&file(5_000, 5)).desired.unwrap();
    let live = account(5_000, 5);
    group.bench_function("plan and check 5,000 orgs", |bencher| {
        bencher.iter(|| black_box(plan(&desired, &live, &PlanOptions::default()).unwrap()));
    });
    let sources = file(5_000, 30);
    let desired = desired::load(&sources).desired.unwrap();
    let live = account(5_000, 30);
    group.bench_function("status of 5,000 orgs × 30 products", |bencher| {
        bencher.iter(|| {
            let (matrix, _) = Matrix::of(Some(&desired), &live, &Deletions::default(), Date::MIN);
            let plain = Palette { colour: false };
            black_box(table(&matrix, &live, 5_000, 140, plain))
        });
    });
    group.bench_function("page of 5,000 orgs × 30 products", |bencher| {
        let (matrix, _) = Matrix::of(Some(&desired), &live, &Deletions::default(), Date::MIN);
        bencher.iter(|| {
            black_box(page(PageView {
                notices: &Diagnostics::default(),
                matrix: &matrix,
                live: &live,
                of: 5_000,
                server: &AccountServer::default(),
                provenance: &Provenance::default(),
                sources: &sources,
                made: SystemTime::UNIX_EPOCH,
                plan: PagePlan::Unasked,
            }))
        });
    });
    group.finish();
}

criterion_group!(scale, benches);
criterion_main!(scale);
