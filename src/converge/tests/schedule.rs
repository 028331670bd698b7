//! Which steps start, and when.

use std::time::{Duration, SystemTime};

use crate::converge::schedule::{NewOrgs, Next, Schedule};
use crate::plan::world::{account, desired, inactive, inside, org, planned};
use crate::plan::{Kind, Step, StepId};
use crate::receipt::Outcome;

const WAIT: Duration = Duration::from_secs(30);

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn waiting() -> NewOrgs {
    NewOrgs {
        wait: WAIT,
        ..NewOrgs::default()
    }
}

fn steps() -> Vec<Step> {
    let desired = desired(
        "guardrails: {maxDeactivated: 1}",
        &[
            "{domain: a.okta.com, status: active, products: [P1]}",
            "{domain: b.okta.com, products: [P1]}",
            "{domain: c.okta.com, products: [P2]}",
            "{domain: d.okta.com, products: []}",
            "{domain: e.okta.com, products: []}",
            "{domain: f.okta.com, status: inactive}",
        ],
    );
    let steps = planned(
        &desired,
        &account(vec![
            inactive("a", ""),
            org("b", ""),
            org("c", "P1"),
            org("d", "P1"),
            org("e", "P1"),
            org("f", ""),
        ]),
    )
    .steps;
    let kinds: Vec<Kind> = steps.iter().map(Step::kind).collect();
    use Kind::{Activate, Deactivate, Disable, Enable, Swap};
    assert_eq!(
        kinds,
        [Activate, Enable, Enable, Swap, Disable, Disable, Deactivate]
    );
    steps
}

/// Runs all steps, one at a time, ending each as `outcome` says; the ids of those that were started.
fn started(steps: &[Step], outcome: impl Fn(u32) -> Outcome) -> Vec<u32> {
    let mut schedule = Schedule::new(steps, &waiting(), at(0));
    let mut started = Vec::new();
    loop {
        match schedule.advance(at(0)) {
            Next::Start(step) => {
                started.push(step.id.0);
                schedule.ended(step, outcome(step.id.0), at(0));
            }
            Next::Skip(step, _, _) => schedule.ended(step, Outcome::Skipped, at(0)),
            Next::Done => return started,
            Next::Wait | Next::WaitUntil(_) => {
                panic!("nothing runs, so nothing is to be waited for")
            }
        }
    }
}

#[test]
fn promise_3_what_starts_after_which_end() {
    let after = |step: u32, outcome: Outcome| {
        started(&steps(), |id| {
            if id == step {
                outcome
            } else {
                Outcome::Applied
            }
        })
    };
    let all = vec![1, 2, 3, 4, 5, 6, 7];
    for fine in [Outcome::Applied, Outcome::Unchanged, Outcome::Deferred] {
        assert_eq!(after(1, fine), all);
    }
    for broken in [Outcome::Failed, Outcome::Stale] {
        // The rest of its org is skipped, other orgs' additions go on, removals stop.
        assert_eq!(after(1, broken), [1, 3, 4], "{broken:?}");
        assert_eq!(after(3, broken), [1, 2, 3, 4], "{broken:?}");
        assert_eq!(after(4, broken), [1, 2, 3, 4], "{broken:?}");
    }
    assert_eq!(after(5, Outcome::Failed), [1, 2, 3, 4, 5]);
    assert_eq!(after(5, Outcome::Stale), all, "one org's matter");
}

#[test]
fn promise_3_a_phase_waits_for_the_one_before() {
    let steps = steps();
    let mut schedule = Schedule::new(&steps, &waiting(), at(0));
    let Next::Start(activate) = schedule.advance(at(0)) else {
        panic!("the first step starts");
    };
    assert_eq!(schedule.advance(at(0)), Next::Wait);
    schedule.ended(activate, Outcome::Applied, at(0));
    // Steps of one phase run side by side.
    assert!(matches!(schedule.advance(at(0)), Next::Start(step) if step.id == StepId(2)));
    assert!(matches!(schedule.advance(at(0)), Next::Start(step) if step.id == StepId(3)));
    assert_eq!(schedule.advance(at(0)), Next::Wait);
    let rest: Vec<u32> = schedule.rest().map(|step| step.id.0).collect();
    assert_eq!(rest, [4, 5, 6, 7]);
}

#[test]
fn promise_3_inside_of_an_org_one_object_comes_after_another_and_others_go_on() {
    let desired = desired(
        "baselines: {standard: {zones: {A: {}}, groups: {G: {}}}}",
        &[
            "{domain: a.okta.com, baseline: standard}",
            "{domain: b.okta.com, baseline: standard}",
            "{domain: c.okta.com, products: []}",
        ],
    );
    let mut live = account(vec![org("a", ""), org("b", ""), org("c", "P1")]);
    live.insides = [inside("a", &[]), inside("b", &[])].into();
    let steps = planned(&desired, &live).steps;
    let mut schedule = Schedule::new(&steps, &waiting(), at(0));
    let start = |schedule: &mut Schedule<'_>| {
        let Next::Start(step) = schedule.advance(at(0)) else {
            panic!("a step starts");
        };
        step.id.0
    };
    assert_eq!((start(&mut schedule), start(&mut schedule)), (1, 3));
    assert_eq!(schedule.advance(at(0)), Next::Wait);
    schedule.ended(&steps[2], Outcome::Applied, at(0));
    assert_eq!(start(&mut schedule), 4);
    schedule.ended(&steps[0], Outcome::Failed, at(0));
    // The rest of its org isn't tried; removals of other orgs are.
    assert!(
        matches!(schedule.advance(at(0)), Next::Skip(step, StepId(1), _) if step.id == StepId(2))
    );
    schedule.ended(&steps[1], Outcome::Skipped, at(0));
    assert_eq!(schedule.advance(at(0)), Next::Wait);
    let rest: Vec<u32> = schedule.rest().map(|step| step.id.0).collect();
    assert_eq!(rest, [5]);
}

/// A new org, another that is linked, a third that gains and a fourth that loses something.
fn with_a_new_org() -> Vec<Step> {
    let admin = "{firstName: Ana, lastName: Doe, email: a@b.example, login: ana, passwordFrom: AERIAL_ADMIN_PASSWORD_NEW}";
    let new = format!(
        "{{domain: new.okta.com, products: [P1], create: {{parent: d.okta.com, name: New, admin: {admin}}}}}"
    );
    let desired = desired(
        "",
        &[
            &new,
            "{domain: other.okta.com}",
            "{domain: c.okta.com, products: [P1]}",
            "{domain: d.okta.com, products: []}",
        ],
    );
    let mut live = account(vec![org("c", ""), org("d", "P1")]);
    let domain = desired.orgs[2].name.domain().unwrap().clone();
    live.resolved.insert(domain, false);
    let steps = planned(&desired, &live).steps;
    let words: Vec<&str> = steps.iter().map(|step| step.kind().as_str()).collect();
    assert_eq!(
        words,
        ["create", "link", "link", "enable", "enable", "disable"]
    );
    steps
}

#[test]
fn a_new_org_is_left_alone_for_a_while_and_the_others_go_on() {
    let steps = with_a_new_org();
    let mut schedule = Schedule::new(&steps, &waiting(), at(0));
    let mut run = |now: u64, started: &mut Vec<(u64, u32)>| loop {
        match schedule.advance(at(now)) {
            Next::Start(step) => {
                started.push((now, step.id.0));
                schedule.ended(step, Outcome::Applied, at(now));
            }
            Next::Skip(..) => panic!("nothing failed"),
            end @ (Next::Wait | Next::WaitUntil(_) | Next::Done) => return end,
        }
    };
    let mut started = Vec::new();
    assert_eq!(run(100, &mut started), Next::WaitUntil(at(130)));
    assert_eq!(run(129, &mut started), Next::WaitUntil(at(130)));
    assert_eq!(run(130, &mut started), Next::Done);
    // The link of the new org and what depends on it wait; nothing is taken away before they have ended.
    assert_eq!(
        started,
        [(100, 1), (100, 3), (100, 4), (130, 2), (130, 5), (130, 6)]
    );
}

#[test]
fn what_was_put_aside_is_skipped_like_anything_else() {
    let steps = with_a_new_org();
    let started = started(&steps, |id| {
        if id == 1 {
            Outcome::Failed
        } else {
            Outcome::Applied
        }
    });
    assert_eq!(started, [1, 3, 4]);
    let mut schedule = Schedule::new(&steps, &waiting(), at(0));
    let Next::Start(create) = schedule.advance(at(0)) else {
        panic!("the first step starts");
    };
    schedule.ended(create, Outcome::Applied, at(0));
    while let Next::Start(step) = schedule.advance(at(0)) {
        schedule.ended(step, Outcome::Applied, at(0));
    }
    let rest: Vec<u32> = schedule.rest().map(|step| step.id.0).collect();
    assert_eq!(rest, [2, 5, 6]);
}

#[test]
fn an_org_that_an_earlier_run_created_is_left_alone_for_the_rest_of_the_while() {
    let file = desired(
        "",
        &[
            "{domain: a.okta.com, products: [P1]}",
            "{domain: b.okta.com}",
        ],
    );
    let steps = planned(&file, &account(Vec::new())).steps;
    for (born, until) in [
        (100, Some(130)),
        (80, Some(110)),
        (70, None),
        (9_999, Some(130)),
    ] {
        let new_orgs = NewOrgs {
            born: [(steps[0].org.clone(), at(born))].into_iter().collect(),
            ..waiting()
        };
        let mut schedule = Schedule::new(&steps, &new_orgs, at(100));
        let mut started = Vec::new();
        let end = loop {
            match schedule.advance(at(100)) {
                Next::Start(step) => {
                    started.push(step.id.0);
                    schedule.ended(step, Outcome::Applied, at(100));
                }
                end @ (Next::Skip(..) | Next::Wait | Next::WaitUntil(_) | Next::Done) => break end,
            }
        };
        match until {
            Some(until) => {
                assert_eq!(
                    (started, end),
                    (vec![2], Next::WaitUntil(at(until))),
                    "{born}"
                );
                assert!(matches!(schedule.advance(at(until)), Next::Start(step) if step.id.0 == 1));
            }
            None => assert_eq!((started, end), (vec![1, 2, 3], Next::Done), "{born}"),
        }
    }
}

/// At a first rollout nearly all steps are put aside: none may ask all the others each time.
#[test]
fn many_steps_of_many_orgs_are_given_out_without_end() {
    let groups: Vec<String> = (0..60).map(|n| format!("G{n}: {{}}")).collect();
    let baseline = format!(
        "guardrails: {{maxConfigured: 900}}\nbaselines: {{many: {{groups: {{{}}}}}}}",
        groups.join(", ")
    );
    let names: Vec<String> = (0..150).map(|n| format!("o{n}")).collect();
    let entries = names.iter();
    let entries: Vec<String> = entries
        .map(|name| format!("{{domain: {name}.okta.com, baseline: many}}"))
        .collect();
    let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
    let mut live = account(names.iter().map(|name| org(name, "")).collect());
    live.insides = names.iter().map(|name| inside(name, &[])).collect();
    let steps = planned(&desired(&baseline, &entries), &live).steps;
    assert_eq!(steps.len(), 60 * 150);
    let mut schedule = Schedule::new(&steps, &waiting(), at(0));
    let mut running = std::collections::VecDeque::new();
    let mut ended = 0;
    loop {
        let next = if running.len() < 10 {
            schedule.advance(at(0))
        } else {
            Next::Wait
        };
        match next {
            Next::Start(step) => running.push_back(step),
            Next::Wait => {
                let step = running.pop_front().unwrap();
                schedule.ended(step, Outcome::Applied, at(0));
                ended += 1;
            }
            Next::Done => break,
            Next::Skip(..) | Next::WaitUntil(_) => panic!("nothing holds anything up"),
        }
    }
    assert_eq!(ended, steps.len());
}
