//! What else the account has, on the page: org groups, and templates of request conditions.

use maud::{Markup, html};

use super::super::escape::line;
use super::view::PageView;
use crate::diagnostic::counted;
use crate::ids::OrgId;
use crate::live::{LiveGroup, LiveTemplate};

/// More orgs of one group are counted.
const MAX_ORGS: usize = 300;

/// More groups, and more templates, are counted.
const MAX_SHOWN: usize = 200;

pub(super) fn surroundings(view: PageView<'_>) -> Markup {
    html! {
        h2 { "Org groups and templates of request conditions" }
        @match &view.live.surroundings {
            None => p { "Not asked for here: " code { "aerialctl report" } " and " code { "aerialctl status" } " show them." },
            Some(found) => {
                @if let Ok(groups) = &found.groups {
                    @if groups.is_empty() { p { "There is no org group." } }
                    ul {
                        @for group in groups.iter().take(MAX_SHOWN) { (self::group(view, group)) }
                    }
                    @if groups.len() > MAX_SHOWN {
                        p { (counted(groups.len() - MAX_SHOWN, "more org group")) }
                    }
                }
                @if let Ok(templates) = &found.templates {
                    @if templates.is_empty() { p { "There is no template of request conditions." } }
                    ul {
                        @for template in templates.iter().take(MAX_SHOWN) { (self::template(template)) }
                    }
                    @if templates.len() > MAX_SHOWN {
                        p { (counted(templates.len() - MAX_SHOWN, "more template")) }
                    }
                }
                @for sentence in found.unknown() { p .faint { "Not known: " (line(sentence)) } }
            },
        }
    }
}

fn group(view: PageView<'_>, group: &LiveGroup) -> Markup {
    let by_id = |id: &OrgId| {
        let org = view.live.orgs.iter().find(|org| org.id == *id);
        org.map_or_else(|| id.to_string(), |org| org.domain.to_string())
    };
    html! {
        li {
            strong { (line(&group.name)) } " " span .id .faint { (line(&group.id)) }
            @if !group.description.is_empty() { ", " (line(&group.description)) }
            @if let Ok(orgs) = &group.orgs {
                details {
                    summary { (counted(orgs.len(), "org")) }
                    (orgs.iter().take(MAX_ORGS).map(by_id).collect::<Vec<String>>().join(", "))
                    @if orgs.len() > MAX_ORGS { " and " (orgs.len() - MAX_ORGS) " more" }
                }
            } @else { ", its orgs aren't known" }
        }
    }
}

fn template(template: &LiveTemplate) -> Markup {
    html! {
        li {
            strong { (line(&template.name)) } " " span .id .faint { (line(&template.id)) } ": "
            @if template.state.is_empty() { "in no state that it tells" } @else { code { (line(&template.state)) } }
        }
    }
}
