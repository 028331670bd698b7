//! What people see of accounts of every size, in terminals of every width.

use std::fmt::Write as _;

use crate::gitops::repository::{branch, commit, init};
use crate::support::{World, account, desired, org, unlinked};

/// Of a longer text the beginning and the end are kept.
const HEAD: usize = 30;
const TAIL: usize = 25;

/// An account of `n` orgs of which every kind of difference has some, and a branch that added a product to their bundle, an
/// org and a deactivation.
async fn world(n: usize) -> World {
    let name = |i: usize| format!("acme-{i:03}");
    let orgs = (0..n).map(|i| match i % 7 {
        0 => org(&name(i), &["sso", "mfa"]),
        1 => org(&name(i), &["sso", "mfa", "lcm"]),
        2 => org(&name(i), &["sso", "mfa", "itp"]),
        3 => org(&name(i), &["sso"]),
        4 => unlinked(&name(i), &[]),
        5 => org(&name(i), &["sso", "wfl"]),
        _ => org(&name(i), &["mfa"]),
    });
    let world = World::with(account(orgs.collect())).await;
    let file = |later: bool| {
        let entries = (0..n).filter(|i| i % 7 != 6).filter_map(|i| {
            let name = name(i);
            match i % 7 {
                5 if later => Some(format!(
                    "{{domain: {name}.okta.com, status: inactive, products: []}}"
                )),
                5 => Some(format!("{{domain: {name}.okta.com, products: [sso]}}")),
                4 if !later => None,
                _ => Some(format!(
                    "{{domain: {name}.okta.com, products: [workforce]}}"
                )),
            }
        });
        let entries: Vec<String> = entries.collect();
        let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
        let text = desired(&entries) + "ignoreProducts: [P000200]\n";
        let text = text.replace("maxDisabled: 100", "maxDisabled: 12");
        let text = if entries.is_empty() {
            text.replace("orgs:\n", "orgs: []\n")
        } else {
            text
        };
        if later {
            text.replace("workforce: [sso, mfa]", "workforce: [sso, mfa, itp]")
        } else {
            text
        }
    };
    let repository = init(&world);
    world.file("aerial.yaml", file(false));
    commit(&repository, "base");
    branch(&repository, "feature");
    world.file("aerial.yaml", file(true));
    commit(&repository, "feature");
    world
}

/// The ends of a text, and how much is between them.
fn ends(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    if lines.len() <= HEAD + TAIL {
        return text.to_owned();
    }
    let (head, rest) = lines.split_at(HEAD);
    let (middle, tail) = rest.split_at(rest.len() - TAIL);
    format!(
        "{}\n… {} lines\n{}\n",
        head.join("\n"),
        middle.len(),
        tail.join("\n")
    )
}

#[tokio::test]
async fn worlds_of_every_size_read_like_this_at_every_width() {
    for n in [0, 1, 7, 60, 1_000] {
        let mut world = world(n).await;
        for columns in [60, 80, 140] {
            world.vars.insert("COLUMNS".into(), columns.to_string());
            let mut commands = vec!["plan --base main", "preview --base main", "status"];
            if n > 1 {
                commands.push("explain acme-001.okta.com");
            }
            for command in commands {
                let out = world.run(command).await.done().out;
                for line in out.lines().filter(|line| line.chars().count() > columns) {
                    // A word that is wider than the terminal stays whole.
                    assert!(line.split_whitespace().count() <= 2, "{command}: {line}");
                }
                if columns == 60 && n == 1_000 {
                    continue;
                }
                let word = command.split(' ').next().unwrap();
                insta::assert_snapshot!(format!("{word}-{n}-at-{columns}"), ends(&out));
            }
        }
        let mut markdown = String::new();
        for command in ["plan --base main", "preview --base main"] {
            let out = world
                .run(&format!("{command} --format markdown"))
                .await
                .done()
                .plain(&world);
            assert!(out.chars().count() <= 65_536);
            _ = writeln!(markdown, "<!-- {command} -->\n{}", ends(&out));
        }
        insta::assert_snapshot!(format!("markdown-{n}"), markdown);
    }
}

/// One product in a bundle of 60 orgs is twelve lines, what goes to standard error included.
#[tokio::test]
async fn one_product_in_one_bundle_is_twelve_lines() {
    let orgs = (0..60).map(|i| org(&format!("acme-{i:03}"), &["sso", "mfa"]));
    let mut world = World::with(account(orgs.collect())).await;
    world.vars.insert("COLUMNS".into(), "80".into());
    let entries: Vec<String> = (0..60)
        .map(|i| format!("{{domain: acme-{i:03}.okta.com, products: [workforce]}}"))
        .collect();
    let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
    let text = desired(&entries).replace("workforce: [sso, mfa]", "workforce: [sso, mfa, itp]");
    world.file("aerial.yaml", text);
    let ran = world.run("plan").await.done();
    assert!(
        ran.out.lines().count() + ran.err.lines().count() <= 12,
        "{}",
        ran.text()
    );
    let all = world.run("plan -v").await.done();
    assert_eq!(all.out.matches(".okta.com").count(), 60, "{}", all.out);
}

/// Whoever sees the last five lines of a terminal knows whether `apply` will refuse, and whether something can't be undone.
#[tokio::test]
async fn the_last_five_lines_say_what_matters() {
    let mut world = world(60).await;
    world.vars.insert("COLUMNS".into(), "80".into());
    let out = world.run("plan").await.done().out;
    let last: Vec<&str> = out.lines().rev().take(5).collect();
    let last = last.join("\n");
    for word in [
        "Can't be undone: 8 links",
        "apply will refuse: maxDisabled",
        "Plan: ",
    ] {
        assert!(last.contains(word), "{out}");
    }
}
