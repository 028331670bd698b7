//! What a user waits for at scale: validating 20,000 orgs, planning over 5,000.
#![expect(clippy::unwrap_used, reason = "a benchmark may fail")]

use std::fmt::Write as _;
use std::hint::black_box;

use aerialctl::desired;
use aerialctl::diagnostic::{Source, Sources};
use aerialctl::ids::{AccountId, Cell, Domain, OrgId, ProductId, Status};
use aerialctl::live::{Coverage, LiveOrg, LiveStatus, Snapshot};
use aerialctl::plan::{PlanOptions, plan};
use criterion::{Criterion, criterion_group, criterion_main};

fn file(orgs: usize) -> Sources {
    let mut text =
        "version: 1\naccount: {id: 0227mkkf8ulgt48bkidcd8ekqft}\ndefaults: {cell: ok1}\norgs:\n"
            .to_owned();
    for n in 0..orgs {
        writeln!(
            text,
            "  - domain: org-{n}.okta.com\n    products: [P000001, P000002, P000003, P000004, P000005]"
        )
        .unwrap();
    }
    Sources::new(vec![Source::new("aerial.yaml", text)])
}

fn account(orgs: usize) -> Snapshot {
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
        subscribed: (1..6).map(product).collect(),
        orgs: (0..orgs)
            .map(|n| LiveOrg {
                id: OrgId::parse(&format!("00o{n:017}")).unwrap(),
                domain: Domain::parse(&format!("org-{n}.okta.com")).unwrap(),
                display_name: String::new(),
                cell: Cell::parse("ok1").ok(),
                status: LiveStatus::Known(Status::Active),
                aerial_org: n == 0,
                // Every third org differs.
                products: Some((1..if n % 3 == 0 { 5 } else { 6 }).map(product).collect()),
            })
            .collect(),
    }
}

fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("scale");
    group.sample_size(10);
    let sources = file(20_000);
    group.bench_function("load 20,000 orgs", |bencher| {
        bencher.iter(|| black_box(desired::load(&sources)));
    });
    let desired = desired::load(&file(5_000)).desired.unwrap();
    let live = account(5_000);
    group.bench_function("plan and check 5,000 orgs", |bencher| {
        bencher.iter(|| black_box(plan(&desired, &live, &PlanOptions::default()).unwrap()));
    });
    group.finish();
}

criterion_group!(scale, benches);
criterion_main!(scale);
