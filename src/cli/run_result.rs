//! What a run that carries out a plan comes to, for machines.

use serde_json::{Value as Json, json};

use super::artifacts;
use super::exit::Exit;
use super::flags::ResultFormat;
use super::output::Printer;
use crate::plan::wire::PlanV1;
use crate::plan::{Plan, of_plan};

/// What stands beside the plan, and under which key.
type BesidePlan<'a> = Option<&'a (&'static str, Json)>;

/// The plan, how its steps ended, and the exit code.
pub(super) fn as_json(plan: &Plan, steps: &Json, exit: Exit, beside: BesidePlan<'_>) -> Json {
    let mut result = json!({
        "version": 1,
        "plan": PlanV1::from(plan),
        "planDigest": of_plan(plan),
        "steps": steps,
        "exit": exit.code(),
    });
    if let (Some((key, beside)), Some(result)) = (beside, result.as_object_mut()) {
        result.insert((*key).to_owned(), beside.clone());
    }
    result
}

/// The same where no step was started: who asked for JSON has the plan, and what stands beside it, all the same.
pub(super) fn nothing_done(
    plan: &Plan,
    exit: Exit,
    (format, beside): (ResultFormat, BesidePlan<'_>),
    printer: &Printer,
) {
    if format == ResultFormat::Json {
        let result = as_json(plan, &json!([]), exit, beside);
        // Whoever closed standard output is refused as well.
        printer.result(&artifacts::json(&result)).ok();
    }
}
