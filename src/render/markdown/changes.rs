//! An outline as Markdown: what can't be undone as a list, the rest as one block that GitHub colours.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::fit::{Detail, Names};
use super::text::{Blobs, code, place};
use crate::diagnostic::{SourceId, Sources, Span};
use crate::plan::Sign;
use crate::render::escape::line;
use crate::render::outline::{Beside, Danger, Line, Outline, Own, Section, Shared};
use crate::render::provenance::{self, via};
use crate::render::wrap::wrap;

/// So many names are shown where names are folded.
const SOME: usize = 12;

/// So many names are shown in the block; the others lie folded under it.
const MANY: usize = 60;

/// How wide a line of names gets, in columns.
const WIDTH: usize = 100;

/// Where places are, for a text and for a reader.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places<'a> {
    pub(super) sources: &'a Sources,
    pub(super) blobs: Option<&'a Blobs>,
}

/// What can't be undone, open and on top; empty where there is nothing.
pub(super) fn irreversible(outline: &Outline<'_>, places: Places<'_>, detail: Detail) -> String {
    let mut text = String::new();
    let sections = outline.sections.iter();
    for section in sections.filter(|section| section.danger == Danger::Final) {
        // Writing to a string can't fail.
        _ = writeln!(text, "### {}\n", section.danger.title());
        let names = detail.names(section.danger);
        for shared in &section.shared {
            let lines: Vec<String> = shared.lines.iter().map(|line| words(line)).collect();
            let orgs = named(shared, names).join(", ");
            _ = writeln!(text, "- {}: {orgs}", lines.join(", "));
        }
        if names == Names::Count {
            text.extend(many(&section.own, "- "));
        } else {
            for own in &section.own {
                let lines: Vec<String> = own.lines.iter().map(|line| words(line)).collect();
                let place = own
                    .place
                    .map(|span| place(places.sources, places.blobs, span));
                let place = place.map_or_else(String::new, |place| format!(" ({place})"));
                let beside = beside(own.beside);
                _ = writeln!(
                    text,
                    "- {}: {}{place}{beside}",
                    lines.join(", "),
                    code(own.org)
                );
            }
        }
        text.push('\n');
    }
    text
}

/// What stands behind an org: its owner and the note.
fn beside(one: Beside<'_>) -> String {
    let said = [("owner", one.owner), ("note", one.note)].into_iter();
    let said = said.filter_map(|(what, said)| Some(format!(", {what} {}", code(said?))));
    said.collect()
}

fn words(change: &Line<'_>) -> String {
    let drift = if change.drift { " (drift)" } else { "" };
    format!("{}{drift}", code(&change.text))
}

fn named(shared: &Shared<'_>, names: Names) -> Vec<String> {
    let count = shared.orgs.len();
    let shown = match names {
        Names::All => count,
        Names::Some if count > SOME => SOME,
        Names::Some => count,
        Names::Count => return vec![format!("{count} orgs")],
    };
    let mut named: Vec<String> = shared
        .orgs
        .iter()
        .take(shown)
        .map(|org| code(org))
        .collect();
    if shown < count {
        named.push(format!("and {} more", count - shown));
    }
    named
}

/// Everything else, as a block in the format `diff`; empty where there is nothing.
pub(super) fn diff(outline: &Outline<'_>, places: Places<'_>, detail: Detail) -> String {
    let mut block = String::new();
    let sections = outline.sections.iter();
    for Section {
        danger,
        shared,
        own,
    } in sections.filter(|section| section.danger != Danger::Final)
    {
        // Writing to a string can't fail.
        _ = writeln!(block, "@@ {} @@", danger.title());
        let names = detail.names(*danger);
        for shared in shared {
            for change in &shared.lines {
                let orgs = Some(shared.orgs.len());
                block.push_str(&diff_line(change, orgs, places.sources));
            }
            block.extend(aside(&shared.lines));
            let most = match names {
                Names::All => MANY,
                Names::Some => SOME,
                Names::Count => continue,
            };
            block.push_str(&names_of(&shared.orgs, most));
            if !shared.owners.is_empty() {
                _ = writeln!(block, "    {}", provenance::owners(&shared.owners));
            }
        }
        if names == Names::Count {
            block.extend(many(own, "  "));
            continue;
        }
        for own in own {
            let place = own.place.map_or_else(String::new, |span| {
                format!("   {}", provenance::place(places.sources, span))
            });
            let Beside { owner, note } = own.beside;
            let owner = owner.map_or_else(String::new, |owner| format!("   owner {}", line(owner)));
            _ = writeln!(block, "  {}{place}{owner}", line(own.org));
            if let Some(note) = note {
                _ = writeln!(block, "    note: {}", line(note));
            }
            for change in &own.lines {
                block.push_str(&diff_line(change, None, places.sources));
            }
            block.extend(aside(&own.lines));
        }
    }
    if block.is_empty() {
        return block;
    }
    format!("```diff\n{block}```\n\n")
}

/// Starts with the sign by which GitHub colours it, so it can't end the block.
fn diff_line(change: &Line<'_>, orgs: Option<usize>, sources: &Sources) -> String {
    let sign = match change.sign {
        Sign::Irreversible | Sign::Changed => '!',
        Sign::Removed | Sign::Lost => '-',
        Sign::Added => '+',
        Sign::Aside => ' ',
    };
    let orgs = orgs.map_or_else(String::new, |orgs| format!("   {orgs} orgs"));
    let via = change.via.map(|bundle| via(bundle, sources));
    let via = via.map_or_else(String::new, |via| format!("   {via}"));
    let drift = if change.drift { "   drift" } else { "" };
    format!("{sign} {}{orgs}{via}{drift}\n", line(&change.text))
}

/// Names in lines, and how many more there are.
fn names_of(orgs: &[&str], most: usize) -> String {
    let shown: Vec<String> = orgs.iter().take(most).map(|org| line(org)).collect();
    let mut lines = wrap(&shown.join("  "), "    ", "    ", WIDTH);
    if orgs.len() > most {
        lines.push(format!("    and {} more", orgs.len() - most));
    }
    lines.join("\n") + "\n"
}

/// Every name of what many orgs have in common, folded, where the block has not all of them.
pub(super) fn all_names(outline: &Outline<'_>) -> String {
    let sections = outline.sections.iter();
    let shared = sections
        .filter(|section| section.danger != Danger::Final)
        .flat_map(|section| &section.shared)
        .filter(|shared| shared.orgs.len() > MANY);
    let texts: Vec<String> = shared
        .map(|shared| {
            let lines = shared.lines.iter();
            let titles: Vec<String> = lines
                .map(|change| format!("{} {}", change.sign.as_char(), line(&change.text)))
                .collect();
            format!(
                "  {}\n{}",
                titles.join("\n  "),
                names_of(&shared.orgs, usize::MAX)
            )
        })
        .collect();
    if texts.is_empty() {
        return String::new();
    }
    format!(
        "<details><summary>All the orgs</summary>\n\n```text\n{}```\n\n</details>\n\n",
        texts.concat()
    )
}

fn aside(lines: &[Line<'_>]) -> Option<String> {
    let aside = lines.iter().find_map(|line| line.aside.as_deref())?;
    Some(format!("    {}\n", line(aside)))
}

fn many(own: &[Own<'_>], start: &str) -> Option<String> {
    match own.len() {
        0 => None,
        1 => Some(format!("{start}1 org with a change of its own\n")),
        count => Some(format!("{start}{count} orgs with changes of their own\n")),
    }
}

/// Where the file asks for what is in the block, as links; empty where nobody knows where the files are to be seen.
pub(super) fn links(outline: &Outline<'_>, places: Places<'_>) -> String {
    let Some(blobs) = places.blobs else {
        return String::new();
    };
    let mut rows = String::new();
    let mut seen: BTreeSet<(String, SourceId, u32)> = BTreeSet::new();
    let mut row = |what: String, span: Span| {
        let what_and_where = (what, span.source, span.line);
        if !seen.contains(&what_and_where) {
            let place = place(places.sources, Some(blobs), span);
            // Writing to a string can't fail.
            _ = writeln!(rows, "- {}: {place}", code(&what_and_where.0));
            seen.insert(what_and_where);
        }
    };
    let sections = outline.sections.iter();
    for section in sections.filter(|section| section.danger != Danger::Final) {
        let own = section.own.iter().flat_map(|own| &own.lines);
        for change in section
            .shared
            .iter()
            .flat_map(|shared| &shared.lines)
            .chain(own)
        {
            if let Some(last) = change.via.and_then(|via| via.chain().last()) {
                row(format!("{} in {}", change.text, last.bundle), last.span);
            }
        }
        for own in &section.own {
            if let Some(span) = own.place {
                row(own.org.to_owned(), span);
            }
        }
    }
    if rows.is_empty() {
        return String::new();
    }
    format!("<details><summary>Where the file asks for it</summary>\n\n{rows}\n</details>\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Source;

    #[test]
    fn each_place_is_linked_once() {
        let orgs: Vec<String> = (0..5_000).map(|n| format!("org-{n}.okta.com")).collect();
        let own = |n: usize, org| Own {
            org,
            id: None,
            beside: Beside::default(),
            lines: Vec::new(),
            place: Some(Span {
                source: SourceId(0),
                line: u32::try_from(n).unwrap(),
                column: 5,
                len: 3,
            }),
        };
        let own: Vec<Own<'_>> = orgs
            .iter()
            .enumerate()
            .map(|(n, org)| own(n, org))
            .collect();
        let section = |danger| Section {
            danger,
            shared: Vec::new(),
            own: own.clone(),
        };
        let outline = Outline {
            sections: vec![section(Danger::Addition), section(Danger::Removal)],
        };
        let sources = Sources::new(vec![Source::new("aerial.yaml", "")]);
        let blobs = Blobs::of("https://github.example", "acme/orgs", "0123").unwrap();
        let places = Places {
            sources: &sources,
            blobs: Some(&blobs),
        };
        let text = links(&outline, places);
        assert_eq!(text.matches("\n- ").count(), orgs.len());
    }
}
