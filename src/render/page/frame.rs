//! The frame of the page, its header and its policy.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use super::super::escape::line;
use super::super::matrix::{Tally, meaning, summary, word};
use super::super::provenance::place;
use super::super::remembered::sentence;
use super::super::summary::{irreversible, plan as plan_summary};
use super::view::{PagePlan, PageView};
use super::{data, steps, surroundings, table};
use crate::clock::{day_and_time, rfc3339};
use crate::diagnostic::counted;
use crate::plan::{Field, MatrixRow, Standing};

const CSS: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The page.
#[must_use]
pub fn page(view: PageView<'_>) -> String {
    let name = account(view);
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
        fingerprint(CSS),
        fingerprint(SCRIPT)
    );
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { (name) " · Okta Aerial" }
                style { (PreEscaped(CSS)) }
            }
            body {
                header {
                    h1 { (name) }
                    (facts(view))
                }
                main {
                    (totals(view))
                    (steps::cautions(view))
                    (orgs(view))
                    (steps::plan(view))
                    (unmanaged(view))
                    (surroundings::surroundings(view))
                }
                dialog #org aria-labelledby="org-name" {}
                script #data type="application/json" { (PreEscaped(data::json(view))) }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

/// The source of a policy that admits this text and no other.
fn fingerprint(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

fn account(view: PageView<'_>) -> String {
    let name = line(&view.live.account_name);
    if name.trim().is_empty() {
        format!("Account {}", view.live.account)
    } else {
        name
    }
}

fn facts(view: PageView<'_>) -> Markup {
    let files = view.provenance.files.iter().map(|file| line(file));
    let files: Vec<String> = files.collect();
    html! {
        dl .about {
            div { dt { "Account" } dd { code { (view.live.account) } } }
            div { dt { "Endpoint" } dd { (line(&view.server.endpoint)) } }
            @if let Some(issuer) = &view.server.issuer {
                div { dt { "Tokens from" } dd { (line(issuer)) } }
            }
            div { dt { "Read" } dd { time datetime=(rfc3339(view.made)) { (day_and_time(view.made)) } } }
            @if let Some(one) = &view.live.remembered {
                div { dt { "Known" } dd { (sentence(one)) } }
            }
            @if !files.is_empty() {
                div { dt { "Desired state" } dd { (files.join(", ")) } }
            }
            @if let Some(commit) = &view.provenance.commit {
                div { dt { "Commit" } dd { code { (line(commit)) } } }
            }
        }
    }
}

fn totals(view: PageView<'_>) -> Markup {
    let tally = Tally::of(view.matrix);
    let mut counts = vec![
        (tally.orgs, "orgs", false),
        (tally.products, "products in use", false),
    ];
    if view.matrix.compared {
        counts.extend([
            (tally.differ, "differ from the file", true),
            (tally.not_linked, "not linked yet", true),
            (tally.unmanaged, "not in the file", true),
        ]);
    }
    html! {
        h2 { "At a glance" }
        ul .totals {
            @for (count, what, warn) in counts {
                li .warn[warn && count > 0] { b { (count) } " " (what) }
            }
        }
        p { (summary(view.matrix, view.of)) }
        @for licences in &view.matrix.licences { p { "Licences of " (line(licences)) } }
        @if view.matrix.broken.count > 0 { (broken(view)) }
        @for notice in view.notices.iter() { p .bang { (line(&notice.message)) } }
        @match view.plan {
            PagePlan::Made(made) => {
                p { (plan_summary(made.plan)) }
                @if let Some(line) = irreversible(made.plan) { p .bang { (line) } }
            },
            PagePlan::Unasked | PagePlan::Impossible(_) => {},
        }
    }
}

/// So many broken constraints are named.
const NAMED: usize = 50;

fn broken(view: PageView<'_>) -> Markup {
    let all = &view.matrix.broken;
    let shown = all.first.iter().take(NAMED);
    let rest = all.count - shown.len();
    html! {
        p .bang { (counted(all.count, "constraint")) " broken, as the orgs are now:" }
        ul {
            @for one in shown {
                li {
                    (line(one.org.label())) " " (line(&one.words))
                    @if let Some(at) = one.place { " " span .faint { "(" (place(view.sources, at)) ")" } }
                }
            }
            @if rest > 0 { li { "and " (rest) " more" } }
        }
    }
}

fn orgs(view: PageView<'_>) -> Markup {
    let matrix = view.matrix;
    let occurs = |field: &Field| matrix.rows.iter().any(|row| row.fields.contains(field));
    html! {
        h2 #orgs { "Orgs and products" }
        ul .key {
            @for field in Field::ALL.into_iter().filter(occurs) {
                li { span .g .(data::key(field)) {} " " (legend(field, matrix.compared)) }
            }
        }
        form #filter hidden aria-label="Filter the orgs" {
            label { "Org" input #text type="search" autocomplete="off" spellcheck="false"; }
            label { "Product" select #product { option value="" { "any" } } }
            label {
                "State of the product"
                select #is {
                    option value="ekiu" { "enabled" }
                    option value="mo" { "not enabled" }
                    @if matrix.compared {
                        option value="m" { "missing" }
                        option value="u" { "unwanted" }
                    }
                }
            }
            label .check { input #drifted type="checkbox"; "Differs from the file" }
            label .check { input #unmanaged type="checkbox"; "Not in the file" }
            button type="reset" { "Clear" }
            output #count for="text product is drifted unmanaged" {}
        }
        div #matrix .scroll role="region" aria-labelledby="orgs" tabindex="0" hidden {}
        p .more {
            button #more type="button" hidden {}
            " "
            button #all type="button" hidden {}
        }
        noscript { (table::table(matrix)) }
    }
}

/// The word that a cell has, and what it means where it doesn't say so itself.
fn legend(field: Field, compared: bool) -> String {
    let (word, meaning) = (word(field), meaning(field, compared));
    match field {
        Field::Enabled | Field::LeftAlone => meaning.to_owned(),
        Field::Unknown => word.to_owned(),
        Field::Ignored | Field::Unwanted | Field::Missing | Field::Off => {
            format!("{word}: {meaning}")
        }
    }
}

fn unmanaged(view: PageView<'_>) -> Markup {
    let rows = view.matrix.rows.iter();
    let rows: Vec<&MatrixRow<'_>> = rows
        .filter(|row| row.standing == Standing::Unmanaged)
        .collect();
    html! {
        @if !rows.is_empty() {
            h2 { "Managed orgs that the file doesn't list" }
            p { "They are left alone." }
            ul {
                @for row in rows {
                    li {
                        (line(row.org.label()))
                        @if let Some(org) = row.live {
                            @if !org.display_name.is_empty() { ", " (line(&org.display_name)) }
                            " " span .id .faint { (org.id) }
                        }
                    }
                }
            }
        }
    }
}
