//! Everything that is known of one org, as JSON.

use serde_json::{Value as Json, json};

use super::explain::{Explanation, latest, of_interest};
use super::history;
use super::matrix::words::{inside, inside_word, word};
use crate::desired::model::Enforce;
use crate::diagnostic::Span;
use crate::ids::OrgName;
use crate::live::AccountSurroundings;
use crate::plan::wire::PlanV1;
use crate::plan::{Guardrail, RuleStanding, Standing};

/// `{"version","org","file","account","inside","orgGroups","notKnown","products","constraints","near","steps","warnings","protected","log","receipts","receiptsEarlier"}`.
///
/// `file` and `account` are null where the org isn't there, `steps` where there is no plan, `receipts` where nobody looked, `log` where the
/// System Log can't be read, `constraints` where it is held against none: the latest steps, and `receiptsEarlier` says how many are left out.
#[must_use]
pub fn json(one: Explanation<'_>) -> Json {
    let name = |org: &OrgName| json!({"id": org.id(), "domain": org.domain()});
    let place = |span: Span| {
        let file = one.sources.path(span.source);
        json!({"file": file, "line": span.line, "column": span.column})
    };
    let file = one.row.entry.map(|entry| {
        json!({
            "place": place(entry.origin.org),
            "status": entry.status.map(|goal| goal.as_str()),
            "cell": entry.cell,
            "baseline": entry.baseline.as_deref(),
            "owner": entry.owner.as_deref(),
            "wave": one.wave,
            "until": entry.until.map(|day| day.to_string()),
            "note": entry.note,
            "enforce": match entry.enforce { Enforce::Exact => "exact", Enforce::Additive => "additive" },
            "products": entry.products.is_some(),
        })
    });
    let account = one.row.live.map(|live| {
        json!({
            "status": live.status.as_str(),
            "cell": live.cell,
            "name": live.display_name,
            "aerialOrg": live.aerial_org,
        })
    });
    let products: Vec<Json> = of_interest(one)
        .map(|(column, field, listing)| {
            let bundles = listing.and_then(|(listing, _)| listing.via.as_deref());
            let bundles = bundles.into_iter().flat_map(|via| via.chain());
            let bundles =
                bundles.map(|via| json!({"name": &*via.bundle, "place": place(via.span)}));
            json!({
                "id": column.id,
                "name": column.okta.or(column.own).unwrap_or_default(),
                "state": word(field),
                "listed": listing.map(|(_, at)| place(at)),
                "until": listing.and_then(|(listing, _)| Some(listing.until?.to_string())),
                "via": bundles.collect::<Vec<Json>>(),
            })
        })
        .collect();
    let near: Vec<Json> = one
        .near
        .iter()
        .map(
            |(org, standing)| json!({"org": name(org), "linked": *standing != Standing::NotLinked}),
        )
        .collect();
    let plan = one
        .view
        .map(|view| PlanV1::with_causes(view.plan, view.causes));
    let latest = one.past.map(latest);
    let left = latest.as_ref().map_or(0, |(_, left)| *left);
    let past = latest.map(|(mut steps, _)| {
        // As they happened.
        steps.sort_by(|(_, a), (_, b)| a.at.cmp(&b.at));
        let steps = steps.into_iter().map(|(run, step)| {
            json!({
                "at": step.at,
                "kind": step.kind.as_str(),
                "object": step.object.as_ref().map(|object| &object.label),
                "outcome": step.outcome.map(|outcome| outcome.as_str()),
                "commit": run.commit,
                "actor": run.actor,
                "run": run.url,
                "receipt": run.receipt,
                "step": step.id,
                "error": step.error,
            })
        });
        steps.collect::<Vec<Json>>()
    });
    let groups = one.surroundings.zip(one.row.live);
    let groups = groups.and_then(|(found, live)| found.groups_of(&live.id).ok());
    let groups = groups.map(|groups| {
        let groups = groups.into_iter();
        let groups = groups.map(|group| json!({"id": group.id, "name": group.name}));
        groups.collect::<Vec<Json>>()
    });
    let inside = inside_word(&one.row.baseline).map(|state| {
        let objects = one.row.baseline.objects().iter().map(ToString::to_string);
        json!({
            "state": state,
            "objects": objects.collect::<Vec<String>>(),
            "words": inside(&one.row.baseline),
        })
    });
    let constraints = one.constraints.map(|all| {
        let all = all.iter().map(|one| {
            let (verdict, text) = match &one.verdict {
                RuleStanding::Holds => ("holds", None),
                RuleStanding::Broken(why) => ("broken", Some(why)),
                RuleStanding::WillBreak(why) => ("willBreak", Some(why)),
                RuleStanding::WillHold(why) => ("willHold", Some(why)),
                RuleStanding::OfAllOrgs => ("notJudged", None),
            };
            json!({"rule": one.rule, "asks": one.asks, "place": place(one.place), "verdict": verdict, "text": text})
        });
        all.collect::<Vec<Json>>()
    });
    json!({
        "version": 1,
        "org": name(&one.row.org),
        "file": file,
        "account": account,
        "inside": inside,
        "orgGroups": groups,
        "notKnown": one.surroundings.map(AccountSurroundings::unknown),
        "products": products,
        "constraints": constraints,
        "near": near,
        "steps": plan.as_ref().map(|plan| &plan.steps),
        "warnings": plan.as_ref().map(|plan| &plan.warnings),
        "protected": one.view.map(|view| view.plan.breaches.iter().any(|breach| breach.guardrail == Guardrail::ProtectedOrgs)),
        "log": one.log.map(history::of_org),
        "receipts": past,
        "receiptsEarlier": left,
    })
}
