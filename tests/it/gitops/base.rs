//! `--base`: what is this branch's doing, and what the account's.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::Value as Json;

use super::repository::{branch, commit, init};
use crate::support::{World, account, desired, org, unlinked};

fn steps(plan: &Json) -> Vec<(String, String, String)> {
    plan["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| {
            let text = |value: &Json| value.as_str().unwrap_or("-").to_owned();
            (
                text(&step["kind"]),
                text(&step["org"]["domain"]),
                text(&step["cause"]),
            )
        })
        .collect()
}

#[tokio::test]
async fn base_tells_a_change_from_drift_in_every_format() {
    let world = World::with(account(vec![
        org("a", &["sso"]),
        org("drifted", &["sso", "itp"]),
        org("both", &["itp"]),
    ]))
    .await;
    let repository = init(&world);
    let base = desired(&[
        "{domain: a.okta.com, products: [sso]}",
        "{domain: drifted.okta.com, products: [sso]}",
        "{domain: both.okta.com, products: [sso]}",
    ]);
    world.file("aerial.yaml", &base);
    commit(&repository, "base");
    branch(&repository, "feature");
    world.file(
        "aerial.yaml",
        base.replace(
            "{domain: a.okta.com, products: [sso]}",
            "{domain: a.okta.com, products: [sso, mfa]}",
        )
        .replace(
            "{domain: both.okta.com, products: [sso]}",
            "{domain: both.okta.com, products: [sso, mfa]}",
        ),
    );
    commit(&repository, "feature");
    let plan = world
        .run("plan --base main --format json")
        .await
        .done()
        .json();
    assert_eq!(
        steps(&plan),
        [
            ("enable".into(), "a.okta.com".into(), "change".into()),
            ("swap".into(), "both.okta.com".into(), "change".into()),
            ("disable".into(), "drifted.okta.com".into(), "drift".into()),
        ]
    );
    let mut texts = Vec::new();
    for format in ["human", "markdown", "github"] {
        let ran = world
            .run(&format!("plan --base main --format {format}"))
            .await
            .done();
        texts.push(format!("# {format}\n{}", ran.plain(&world)));
    }
    insta::assert_snapshot!(texts.join("\n"));
}

fn products() -> impl Strategy<Value = Option<Vec<bool>>> {
    prop::option::weighted(0.9, prop::collection::vec(any::<bool>(), 4))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// The steps labelled `drift` are those that the base revision's own plan has too, and those of whose products it does
    /// just the same with each; the rest are `change`.
    #[test]
    fn drift_is_what_the_base_s_own_plan_has_too(
        orgs in prop::collection::vec((prop::collection::vec(any::<bool>(), 4), products(), products(), any::<bool>()), 1..6),
    ) {
        let names = ["sso", "mfa", "lcm", "itp"];
        let words = |set: &[bool]| -> Vec<&str> { names.iter().zip(set).filter(|(_, on)| **on).map(|(name, _)| *name).collect() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let live = orgs.iter().enumerate().map(|(n, (has, _, _, linked))| {
                let name = format!("org-{n}");
                if *linked { org(&name, &words(has)) } else { unlinked(&name, &words(has)) }
            });
            let world = World::with(account(live.collect())).await;
            let repository = init(&world);
            let text = |head: bool| {
                let entries: Vec<String> = orgs.iter().enumerate().filter_map(|(n, (_, base, new, _))| {
                    let set = if head { new } else { base };
                    Some(format!("{{domain: org-{n}.okta.com, products: [{}]}}", words(set.as_ref()?).join(", ")))
                }).collect();
                let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
                if entries.is_empty() { desired(&[]).replace("orgs:\n", "orgs: []\n") } else { desired(&entries) }
            };
            world.file("aerial.yaml", text(false));
            commit(&repository, "base");
            let base = world.run("plan --format json").await.done().json();
            branch(&repository, "feature");
            world.file("aerial.yaml", text(true));
            commit(&repository, "feature");
            let head = world.run("plan --base main --format json").await.done().json();
            let bare = |step: &Json| {
                let mut step = step.clone();
                for key in ["id", "dependsOn", "cause", "drift"] {
                    step.as_object_mut().unwrap().remove(key);
                }
                step.to_string()
            };
            let of_base: BTreeSet<String> = base["steps"].as_array().unwrap().iter().map(bare).collect();
            let deeds = |step: &Json| -> Vec<String> {
                let list = |key| step[key].as_array().unwrap().iter().map(move |one| (key, one));
                let both = list("enable").chain(list("disable"));
                both.map(|(key, one)| format!("{} {key} {}", step["org"], one["id"])).collect()
            };
            let done: BTreeSet<String> = base["steps"].as_array().unwrap().iter().flat_map(deeds).collect();
            for step in head["steps"].as_array().unwrap() {
                let (all, drift) = (deeds(step), step["drift"].as_array());
                let both = all.iter().filter(|one| done.contains(*one)).count();
                let same = of_base.contains(&bare(step)) || (both > 0 && both == all.len());
                assert_eq!(step["cause"], if same { "drift" } else { "change" }, "{step:#}");
                assert_eq!(drift.map_or(0, Vec::len), both, "{step:#}");
            }
            let plain = world.run("plan --format json").await.done().json();
            assert_eq!(plain["live"], head["live"], "what is read for the base alone doesn't show");
        });
    }
}
