//! What `probe` found: question, answer, evidence.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};

use super::escape::line;
use super::markdown::code;
use super::style::{Label, Palette};
use crate::probe::{Heard, Hearing, How, ProbeAnswer, QUESTIONS, Question, setting};

/// The schema of the JSON: `schema/probe.schema.json`.
pub const SCHEMA: &str = include_str!("../../schema/probe.schema.json");

/// Answers, and how they are shown.
#[derive(Debug, Clone, Copy)]
pub struct ProbeView<'a> {
    pub hearing: &'a Hearing,
    /// Ids of which the beginning alone is shown.
    pub short: &'a [&'a str],
}

/// The question under which people see the headers of an answer.
const HEADERS: &str = "request-id";

/// A text with the beginning alone of these ids.
#[must_use]
pub fn shortened(text: &str, ids: &[&str]) -> String {
    ids.iter().fold(text.to_owned(), |text, id| {
        let short: String = id.chars().take(6).collect();
        text.replace(id, &format!("{short}…"))
    })
}

impl ProbeView<'_> {
    fn heard(&self, question: &Question) -> Option<&Heard> {
        match question.how {
            How::By(ask, _) => self.hearing.on(ask),
            How::Never(_) => None,
        }
    }

    /// What an answer rests on.
    fn evidence(&self, question: &Question) -> Option<String> {
        let heard = self.heard(question)?;
        if let ProbeAnswer::NotAsked(_) = question.answer(self.hearing) {
            return None;
        }
        let mut text = format!("{}: {}", heard.request, heard.words());
        if question.id == HEADERS {
            text = format!("{text}; headers: {}", heard.headers.join(", "));
        }
        Some(shortened(&text, self.short))
    }

    fn told(&self, question: &Question) -> (&'static str, String, Option<Json>) {
        let (result, text, value) = match question.answer(self.hearing) {
            ProbeAnswer::Answer(text, value) => ("answered", text, value),
            ProbeAnswer::Unclear(why) => ("unclear", why, None),
            ProbeAnswer::NotAsked(why) => ("not asked", why, None),
        };
        let value = value.filter(|_| question.switch.is_some());
        (result, shortened(&text, self.short), value)
    }
}

fn set(question: &Question, value: Option<&Json>) -> Option<String> {
    Some(setting(question.switch?, value?))
}

/// For people.
#[must_use]
pub fn text(view: ProbeView<'_>, palette: Palette) -> String {
    let mut text = String::new();
    let mut group = "";
    for question in QUESTIONS {
        if question.group != group {
            group = question.group;
            // Writing to a string can't fail.
            _ = writeln!(text, "{group}");
        }
        let (result, answer, value) = view.told(question);
        let (label, lead) = match result {
            "answered" => (Label::Added, String::new()),
            other => (Label::Changed, format!("{other}: ")),
        };
        let answer = palette.paint(label, &line(&format!("{lead}{answer}")));
        let set = set(question, value.as_ref());
        let set = set.map_or_else(String::new, |set| format!("  [{set}]"));
        _ = writeln!(text, "  {}\n    {answer}{set}", question.text);
        if let Some(evidence) = view.evidence(question) {
            _ = writeln!(text, "    {}", line(&evidence));
        }
    }
    text
}

/// As Markdown: a table.
#[must_use]
pub fn markdown(view: ProbeView<'_>) -> String {
    let mut text =
        "| question | answer | evidence | switch |\n| --- | --- | --- | --- |\n".to_owned();
    for question in QUESTIONS {
        let (result, answer, value) = view.told(question);
        let answer = match result {
            "answered" => code(&answer),
            other => format!("{other}: {}", code(&answer)),
        };
        let cell = |text: Option<String>| text.map_or_else(String::new, |text| code(&text));
        // Writing to a string can't fail.
        _ = writeln!(
            text,
            "| {} | {answer} | {} | {} |",
            question.text,
            cell(view.evidence(question)),
            cell(set(question, value.as_ref()))
        );
    }
    text
}

/// As JSON.
#[must_use]
pub fn json(view: ProbeView<'_>) -> Json {
    let questions: Vec<Json> = QUESTIONS
        .iter()
        .map(|question| {
            let (result, answer, value) = view.told(question);
            let evidence = view.heard(question).map(|heard| {
                json!({
                    "request": shortened(&heard.request, view.short),
                    "status": heard.status,
                    "errorCode": heard.error_code,
                    "headers": heard.headers,
                })
            });
            let set = question.switch.zip(value);
            let set = set.map(|(name, value)| json!({"name": name, "value": value}));
            json!({
                "id": question.id,
                "group": question.group,
                "question": question.text,
                "result": result,
                "answer": answer,
                "evidence": evidence,
                "switch": set,
            })
        })
        .collect();
    json!({"version": 1, "questions": questions})
}
