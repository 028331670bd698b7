//! The pure core, layer by layer, from 100 to 100,000 orgs with 20 products each: `cargo bench --bench core`, and
//! `python3 benches/against.py` to hold it against the last time.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark may fail"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aerialctl::desired::compare::compare;
use aerialctl::desired::{self, document, schema};
use aerialctl::diagnostic::{Diagnostics, Source, SourceId, Sources};
use aerialctl::ids::{AccountId, Cell, Domain, OrgId, ProductId, Status};
use aerialctl::live::{Coverage, LiveOrg, LiveStatus, Snapshot};
use aerialctl::plan::{
    AccountServer, Attribution, Deletions, Matrix, PlanOptions, Provenance, plan,
};
use aerialctl::render::PlanView;
use aerialctl::render::human::{Layout, body, ending};
use aerialctl::render::matrix::table;
use aerialctl::render::page::{PagePlan, PageView, page};
use aerialctl::render::style::Palette;
use criterion::{
    BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main,
};
use jiff::civil::Date;

const SIZES: [usize; 4] = [100, 1_000, 10_000, 100_000];
const PRODUCTS: usize = 20;

/// How the products stand in the file.
#[derive(Clone, Copy)]
enum Listed {
    /// Each org names one bundle.
    Bundle,
    /// Each org names every product.
    Each,
}

/// A file whose every `odd`th org lacks its last product; with 0 none does.
fn text(orgs: usize, listed: Listed, odd: usize) -> String {
    let ids: Vec<String> = (1..=PRODUCTS).map(|n| format!("P{n:06}")).collect();
    let (all, fewer) = (ids.join(", "), ids[..PRODUCTS - 1].join(", "));
    let mut text = format!(
        "version: 1\naccount: {{id: 0227mkkf8ulgt48bkidcd8ekqft}}\ndefaults: {{cell: ok1}}\nbundles:\n  all: [{all}]\norgs:\n"
    );
    for n in 0..orgs {
        let products = match listed {
            _ if odd > 0 && n % odd == 0 => &fewer,
            Listed::Bundle => "all",
            Listed::Each => &all,
        };
        writeln!(
            text,
            "  - domain: org-{n}.okta.com\n    products: [{products}]"
        )
        .unwrap();
    }
    text
}

fn sources(text: String) -> Sources {
    Sources::new(vec![Source::new("aerial.yaml", text)])
}

fn account(orgs: usize) -> Snapshot {
    let product = |n: usize| {
        (
            ProductId::parse(&format!("P{n:06}")).unwrap(),
            String::new(),
        )
    };
    let subscribed: BTreeMap<_, _> = (1..=PRODUCTS).map(product).collect();
    // As they are read: orgs that have the same share it.
    let products = Arc::new(subscribed.clone());
    Snapshot {
        account: AccountId::parse("0227mkkf8ulgt48bkidcd8ekqft").unwrap(),
        account_name: String::new(),
        insides: BTreeMap::new(),
        coverage: Coverage::Whole,
        resolved: BTreeMap::new(),
        surroundings: None,
        remembered: None,
        subscribed,
        orgs: (0..orgs)
            .map(|n| LiveOrg {
                id: OrgId::parse(&format!("00o{n:017}")).unwrap(),
                domain: Domain::parse(&format!("org-{n}.okta.com")).unwrap(),
                display_name: String::new(),
                cell: Cell::parse("ok1").ok(),
                status: LiveStatus::Known(Status::Active),
                aerial_org: n == 0,
                products: Some(Arc::clone(&products)),
            })
            .collect(),
    }
}

/// Each layer over so many orgs, under `LAYER/ORGS`.
fn layers(criterion: &mut Criterion) {
    let no_options = PlanOptions::default();
    for orgs in SIZES {
        let mut group = criterion.benchmark_group("core");
        group.throughput(Throughput::Elements(orgs as u64));
        if orgs > 10_000 {
            group.sampling_mode(SamplingMode::Flat);
            group.sample_size(10);
        }
        group.warm_up_time(Duration::from_secs(1));
        group.measurement_time(Duration::from_secs(3));
        for (listed, word) in [(Listed::Bundle, "bundle"), (Listed::Each, "each")] {
            let id = |layer: &str| BenchmarkId::new(format!("{layer} {word}"), orgs);
            let sources = sources(text(orgs, listed, 0));
            let (_, source) = sources.iter().next().unwrap();
            let written = std::str::from_utf8(&source.bytes).unwrap();
            group.bench_function(id("parse"), |bencher| {
                bencher.iter(|| black_box(document::parse(SourceId(0), source).unwrap()));
            });
            let (tree, _) = document::parse(SourceId(0), source).unwrap();
            group.bench_function(id("schema"), |bencher| {
                bencher.iter(|| {
                    let mut found = Diagnostics::default();
                    schema::check(&tree, written, true, &mut found);
                    black_box(found)
                });
            });
            drop(tree);
            group.bench_function(id("load"), |bencher| {
                bencher.iter(|| black_box(desired::load(&sources)));
            });
            let before = desired::load(&sources).desired.unwrap();
            let after = self::sources(text(orgs, listed, 100));
            let after = desired::load(&after).desired.unwrap();
            group.bench_function(id("diff"), |bencher| {
                bencher.iter(|| black_box(compare(Some(&before), &after)));
            });
            drop(before);
            let live = account(orgs);
            group.bench_function(id("plan"), |bencher| {
                bencher.iter(|| black_box(plan(&after, &live, &no_options).unwrap()));
            });
            let checked = plan(&after, &live, &no_options).unwrap();
            let causes = Attribution::default();
            let view = PlanView {
                plan: checked.plan(),
                causes: &causes,
                desired: &after,
                sources: &sources,
                account_wide: &[],
                blobs: None,
                remembered: None,
            };
            let layout = Layout {
                palette: Palette { colour: false },
                width: 100,
                all: false,
                calls: false,
            };
            group.bench_function(id("render"), |bencher| {
                bencher.iter(|| black_box((body(view, layout), ending(view, layout))));
            });
            let (matrix, _) = Matrix::of(Some(&after), &live, &Deletions::default(), Date::MIN);
            group.bench_function(id("status"), |bencher| {
                bencher.iter(|| black_box(table(&matrix, &live, orgs, 140, layout.palette)));
            });
            group.bench_function(id("page"), |bencher| {
                bencher.iter(|| {
                    black_box(page(PageView {
                        notices: &Diagnostics::default(),
                        matrix: &matrix,
                        live: &live,
                        of: orgs,
                        server: &AccountServer::default(),
                        provenance: &Provenance::default(),
                        sources: &sources,
                        made: SystemTime::UNIX_EPOCH,
                        plan: PagePlan::Unasked,
                    }))
                });
            });
        }
        group.finish();
    }
}

criterion_group!(core, layers);
criterion_main!(core);
