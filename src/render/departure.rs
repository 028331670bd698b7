//! Where a new plan leaves the reviewed one, shown side by side.

use serde_json::Value as Json;
use similar::TextDiff;

use super::escape::{line, lines};
use crate::plan::envelope::Departure;
use crate::plan::wire::{ObjectV1, PlanV1, StepV1};

/// All departures, each with the reviewed step against the new one.
#[must_use]
pub fn departures(all: &[Departure], new: &PlanV1) -> String {
    let texts: Vec<String> = all.iter().map(|one| departure(one, new)).collect();
    texts.join("\n")
}

fn departure(departure: &Departure, new: &PlanV1) -> String {
    match departure {
        Departure::OtherVersion(version) => format!(
            "the reviewed plan has version {version}, this program writes version {}",
            new.version
        ),
        Departure::OtherAccount { reviewed } => format!(
            "the reviewed plan is about the account {}, this one is about {}",
            line(reviewed),
            line(&new.account)
        ),
        Departure::OtherServer {
            reviewed: (endpoint, issuer),
        } => format!(
            "the reviewed plan is about {} with tokens of {}, this one is about {} with tokens of {}",
            line(endpoint),
            line(issuer.as_deref().unwrap_or("nobody in particular")),
            line(&new.endpoint),
            line(new.issuer.as_deref().unwrap_or("nobody in particular")),
        ),
        Departure::Step { id, reviewed } => {
            let Some(step) = new.steps.iter().find(|step| step.id == id.0) else {
                return String::new();
            };
            let org = step.org.domain.as_ref().or(step.org.id.as_ref());
            let org = line(org.map_or("?", String::as_str));
            let org = match &step.object {
                None => org,
                Some(object) => format!("{org} {}", line(&called(object))),
            };
            let Some(reviewed) = reviewed else {
                return format!(
                    "step {id}, {} {org}, isn't in the reviewed plan:\n{}",
                    step.kind,
                    indented(&text(step), '+')
                );
            };
            let (mut old, mut new) = (text(reviewed), text(step));
            if old == new {
                old.push_str(&sent(reviewed));
                new.push_str(&sent(step));
            }
            let diff = TextDiff::from_lines(old.as_str(), new.as_str());
            let mut shown = String::new();
            for change in diff.iter_all_changes() {
                shown.push_str(&format!("  {}{}", change.tag(), change.value()).replace('\r', ""));
            }
            format!(
                "step {id}, {} {org}, differs from the reviewed plan (- reviewed, + now):\n{}",
                step.kind,
                shown.trim_end()
            )
        }
    }
}

fn indented(text: &str, sign: char) -> String {
    let rows: Vec<String> = text.lines().map(|row| format!("  {sign}{row}")).collect();
    rows.join("\n")
}

/// A step as lines that compare well.
fn text(step: &StepV1) -> String {
    let products = |title: &str, list: &[crate::plan::wire::ProductV1]| -> String {
        list.iter()
            .map(|product| format!("{title} {} {}\n", line(&product.id), line(&product.name)))
            .collect()
    };
    let set = |title: &str, list: Option<&Vec<crate::plan::wire::ProductV1>>| match list {
        Some(list) => products(title, list),
        None => String::new(),
    };
    lines(&format!(
        "{} {} {}\n{}{}{}{}{}{} {}\n",
        step.kind,
        step.org.domain.as_deref().unwrap_or("-"),
        step.org.id.as_deref().unwrap_or("-"),
        products("enable ", &step.enable),
        products("disable", &step.disable),
        set("before ", step.before.as_ref()),
        set("after  ", step.after.as_ref()),
        step.object.as_ref().map(fields).unwrap_or_default(),
        step.call.method,
        step.call.path,
    ))
}

/// An object as the file calls it: `zones/Corporate`.
fn called(object: &ObjectV1) -> String {
    let ObjectV1 {
        collection,
        name,
        fields: _,
    } = object;
    match name.as_str() {
        "" => collection.clone(),
        name => format!("{collection}/{name}"),
    }
}

/// An object and what becomes of its fields, one a line.
fn fields(object: &ObjectV1) -> String {
    let value = |value: &Json| match value {
        Json::Null => "nothing".to_owned(),
        Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) | Json::Object(_) => {
            value.to_string()
        }
    };
    let fields = object.fields.iter().map(|field| {
        let (before, after) = (value(&field.before), value(&field.after));
        line(&format!("{}: {before} → {after}", field.path)) + "\n"
    });
    format!("{}\n{}", line(&called(object)), fields.collect::<String>())
}

/// What goes to which host, for steps that are alike in all else.
fn sent(step: &StepV1) -> String {
    let call = &step.call;
    let body = Some(&call.body).filter(|body| !body.is_null());
    let body = body.map(|body| format!("{body:#}\n"));
    let plus = if call.plus_existing {
        "and what it has\n"
    } else {
        ""
    };
    lines(&format!(
        "{}\n{}{plus}",
        call.host,
        body.unwrap_or_default()
    ))
}
