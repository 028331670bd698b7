//! Events, the orgs that they are about, the runs that caused them, and who made what.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use super::{Deed, EventActor, EventResult, LogEvent, LoggedOrg, MakerSearch, Story};
use crate::clock::{parsed, rfc3339};
use crate::ids::{Domain, OrgId, OrgIndex, OrgName};
use crate::plan::world::{account, desired, inactive, org, planned, products};
use crate::plan::{Attribution, StepId};
use crate::receipt::{Past, PastRun};

pub(super) fn at(second: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600 + second)
}

/// An event about `NAME.okta.com`, told with that org's domain alone.
pub(super) fn event(second: u64, name: &str, deed: Deed) -> LogEvent {
    LogEvent {
        uuid: format!("u{second}"),
        at: at(second),
        event_type: "account.org.product.update".to_owned(),
        actor: EventActor {
            id: "00uAna".to_owned(),
            kind: "User".to_owned(),
            login: "ana@acme.example".to_owned(),
            name: "Ana Doe".to_owned(),
        },
        address: "192.0.2.1".to_owned(),
        agent: "Mozilla/5.0".to_owned(),
        requests: vec![format!("r{second}")],
        org: LoggedOrg {
            id: None,
            domain: Domain::parse(&format!("{name}.okta.com")).ok(),
        },
        deed,
        others: Vec::new(),
        clipped: false,
        result: EventResult::Done,
    }
}

fn changed(added: &str, deleted: &str) -> Deed {
    Deed::Products {
        added: products(added),
        deleted: products(deleted),
    }
}

pub(super) fn roster(names: &[&str]) -> OrgIndex<OrgName> {
    let names = names.iter().map(|name| org(name, "").name());
    names.map(|name| (name.clone(), name)).collect()
}

/// A run whose one step changed the products of `a.okta.com` from P1 to P2, at `second`.
fn run(client: &str, request: &str, second: u64, kind: &str) -> Vec<PastRun> {
    let started = rfc3339(at(second));
    let mut past = Past::default();
    past.read("r.jsonl", &format!(
        r#"{{"event":"start","version":1,"account":"0227a","client":{client},"commit":"abc","steps":1}}
{{"event":"step","id":4,"kind":"{kind}","org":{{"id":"00oa","domain":"a.okta.com"}},"outcome":"applied","sent":true,"status":200,"requestId":{request},"before":[{{"id":"P1","name":""}}],"after":[{{"id":"P2","name":""}}],"startedAt":"{started}","ms":1000}}"#
    ));
    past.runs
}

/// Which step of a run an event is found to be of, and how many steps are silent.
fn told(event: LogEvent, runs: &[PastRun]) -> (Option<u32>, usize) {
    let story = Story::of(vec![event], &roster(&["a", "b"]), runs, (at(0), at(10_000)));
    let step = story.chapters[0].run.map(|(_, step)| step.id);
    (step, story.silent.len())
}

#[test]
fn an_event_is_of_the_step_that_caused_it_and_of_no_other() {
    let app = "\"0oaClient\"";
    let by = |client: &str| LogEvent {
        actor: EventActor {
            id: client.to_owned(),
            ..EventActor::default()
        },
        ..event(1_000, "a", changed("P2", "P1"))
    };
    let ours = by("0oaClient");
    let agent = LogEvent {
        agent: "aerialctl/0.1.0".to_owned(),
        ..ours.clone()
    };
    let b = Domain::parse("b.okta.com").ok();
    for (words, event, runs, step) in [
        (
            "client, products and time",
            ours.clone(),
            run(app, "null", 1_000, "swap"),
            Some(4),
        ),
        (
            "a clock that is behind",
            ours.clone(),
            run(app, "null", 1_200, "swap"),
            Some(4),
        ),
        (
            "a long way",
            ours.clone(),
            run(app, "null", 750, "swap"),
            Some(4),
        ),
        (
            "the request's id, whoever and whenever",
            by("0oaOther"),
            run(app, "\"r1000\"", 9_000, "swap"),
            Some(4),
        ),
        (
            "a given token, and our own agent",
            agent,
            run("null", "null", 1_000, "swap"),
            Some(4),
        ),
        (
            "a given token",
            ours.clone(),
            run("null", "null", 1_000, "swap"),
            None,
        ),
        (
            "another client",
            by("0oaOther"),
            run(app, "null", 1_000, "swap"),
            None,
        ),
        (
            "too late",
            ours.clone(),
            run(app, "null", 600, "swap"),
            None,
        ),
        (
            "too early",
            ours.clone(),
            run(app, "null", 1_400, "swap"),
            None,
        ),
        (
            "another kind",
            ours.clone(),
            run(app, "\"r1000\"", 1_000, "link"),
            None,
        ),
        (
            "other products",
            LogEvent {
                deed: changed("P3", "P1"),
                ..ours.clone()
            },
            run(app, "null", 1_000, "swap"),
            None,
        ),
        (
            "another org with the request's id",
            LogEvent {
                org: LoggedOrg {
                    id: None,
                    domain: b,
                },
                ..ours.clone()
            },
            run(app, "\"r1000\"", 1_000, "swap"),
            None,
        ),
    ] {
        let silent = usize::from(step.is_none());
        assert_eq!(told(event, &runs), (step, silent), "{words}");
    }
    // Of two events that fit, one is the step's; the nearer.
    let runs = run(app, "null", 1_000, "swap");
    let far = LogEvent {
        at: at(1_100),
        ..ours.clone()
    };
    let story = Story::of(vec![ours, far], &roster(&["a"]), &runs, (at(0), at(10_000)));
    let steps: Vec<bool> = story.chapters.iter().map(|one| one.run.is_some()).collect();
    assert_eq!(steps, [true, false]);
}

#[test]
fn an_org_is_found_by_id_else_by_domain_else_not() {
    let orgs = roster(&["a", "b"]);
    let domain = |name: &str| Domain::parse(&format!("{name}.okta.com")).ok();
    let id = |text: &str| OrgId::parse(text).ok();
    for (id, domain, found) in [
        (id("00oa"), None, Some("a.okta.com")),
        (id("00oa"), domain("b"), Some("a.okta.com")),
        (id("00ltOther"), domain("b"), Some("b.okta.com")),
        (None, domain("b"), Some("b.okta.com")),
        (id("00ltOther"), domain("elsewhere"), None),
        (None, None, None),
    ] {
        let mut one = event(0, "a", Deed::Linked);
        one.org = LoggedOrg { id, domain };
        let org = Story::org_of(&one, &orgs);
        assert_eq!(org.as_ref().map(OrgName::label), found, "{:?}", one.org);
    }
}

/// Who a search says made what, as `STEP: EVENT did`; the events are given the newest first.
fn made(events: Vec<LogEvent>) -> Vec<String> {
    let file = desired(
        "guardrails: {maxDeactivated: 9}",
        &[
            "{domain: a.okta.com, products: [P1, P2]}",
            "{domain: b.okta.com, products: []}",
            "{domain: c.okta.com, status: active}",
            "{domain: new.okta.com, products: [P1]}",
        ],
    );
    let live = account(vec![org("a", "P3"), org("b", "P4"), inactive("c", "")]);
    let plan = planned(&file, &live);
    let mut search = MakerSearch::of(&plan, &Attribution::default(), roster(&["a", "b", "c"]));
    for event in events {
        search.see(event);
    }
    let makers = search.makers(&[]).0;
    let mut lines = Vec::new();
    for step in &plan.steps {
        let what = format!("{} {}", step.kind().as_str(), step.org);
        match makers.get(&step.id).map(Vec::as_slice) {
            None => {}
            Some([]) => lines.push(format!("{what}: unknown")),
            Some(all) => {
                let all = all
                    .iter()
                    .map(|one| format!("{what}: {} {}", one.event, one.did));
                lines.extend(all);
            }
        }
    }
    lines.sort();
    lines
}

#[test]
fn the_newest_event_about_that_org_and_that_product_made_it() {
    let status = |new: &str| Deed::Status {
        old: String::new(),
        new: new.to_owned(),
    };
    let unknown = [
        "activate c.okta.com: unknown",
        "disable b.okta.com: unknown",
        "swap a.okta.com: unknown",
    ];
    assert_eq!(made(Vec::new()), unknown);
    assert_eq!(
        made(vec![
            event(9, "b", changed("", "P1")),
            event(8, "a", changed("P3", "P1")),
            event(7, "a", changed("", "P2")),
            event(6, "a", changed("", "P1 P2")),
            event(5, "b", changed("P4", "")),
            event(4, "c", status("INACTIVE")),
            event(3, "c", status("INACTIVE")),
        ]),
        [
            "activate c.okta.com: u4 made it INACTIVE",
            "disable b.okta.com: u5 enabled P4",
            "swap a.okta.com: u7 disabled P2",
            "swap a.okta.com: u8 enabled P3, disabled P1",
        ]
    );
    // The newest says the opposite of what was read: what explains it isn't there yet, and an older one doesn't.
    let late = vec![
        event(9, "b", changed("", "P4")),
        event(5, "b", changed("P4", "")),
    ];
    assert_eq!(made(late), unknown);
    // What failed made nothing, nor did what is about another org.
    let mut failed = event(9, "b", changed("P4", ""));
    failed.result = EventResult::Failed;
    assert_eq!(
        made(vec![failed, event(8, "elsewhere", changed("P4", ""))]),
        unknown
    );
}

#[test]
fn a_search_is_done_when_everything_is_known_and_leaves_the_branch_s_own_alone() {
    let file = desired("", &["{domain: a.okta.com, products: [P1]}"]);
    let live = account(vec![org("a", "")]);
    let plan = planned(&file, &live);
    let search = |causes: &Attribution| MakerSearch::of(&plan, causes, roster(&["a"]));
    assert!(
        search(&Attribution::of(&plan, None)).is_done(),
        "it is all this branch's"
    );
    for base in [Some(&plan), None] {
        let causes = base.map_or_else(Attribution::default, |base| {
            Attribution::of(&plan, Some(base))
        });
        let mut search = search(&causes);
        assert!(!search.is_done());
        search.see(event(1, "a", changed("", "P1")));
        assert!(search.is_done());
        let makers = search.makers(&run("null", "\"r1\"", 1, "disable")).0;
        let maker = &makers[&StepId(1)][0];
        assert_eq!(maker.actor, "Ana Doe (ana@acme.example)");
        assert_eq!(maker.via, "a run of aerialctl, commit abc, receipt r.jsonl");
        assert_eq!(parsed(&maker.at), Some(at(1)));
    }
    assert_eq!(products(""), BTreeSet::new());
}

#[test]
fn of_a_step_that_is_drift_in_part_that_part_is_looked_for() {
    let file = |list: &str| {
        desired(
            "",
            &[&format!("{{domain: a.okta.com, products: [{list}]}}")],
        )
    };
    let live = account(vec![org("a", "P1 P3")]);
    let (before, after) = (file("P1"), file("P1, P2"));
    let plan = planned(&after, &live);
    let causes = Attribution::of(&plan, Some(&planned(&before, &live)));
    let mut search = MakerSearch::of(&plan, &causes, roster(&["a"]));
    search.see(event(2, "a", changed("", "P2")));
    assert!(
        !search.is_done(),
        "that P2 isn't there is the branch's to change"
    );
    search.see(event(1, "a", changed("P3", "")));
    assert!(search.is_done());
    let makers = search.makers(&[]).0;
    assert_eq!(makers[&StepId(1)][0].did, "enabled P3");
}
