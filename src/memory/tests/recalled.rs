//! What of a memory holds, and what of a reading is kept.

use std::time::Duration;

use super::worlds::{at, changed, event, logged, memory, owner};
use crate::history::{Deed, EventResult, LogEvent};
use crate::ids::{Domain, OrgSet};
use crate::live::{LiveOrg, ProductsOf, Snapshot, Survey};
use crate::memory::{Recall, WholeReason, kept, recall};
use crate::plan::world::{account, inactive, org};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// The list of orgs, without their products.
fn listed(orgs: Vec<LiveOrg>) -> Snapshot {
    account(orgs).within(&Survey::orgs_alone())
}

/// What of `a`, `b` and `c`, read at second 0, holds a minute later.
fn held(now: Vec<LiveOrg>, news: &[LogEvent]) -> Result<Vec<String>, WholeReason> {
    let before = memory(&[org("a", "P1"), org("b", "P1"), org("c", "P1")], 0);
    let survey = Survey::everything();
    let recall = recall(&before, &listed(now), &survey, news, (at(60), DAY))?;
    let known = recall.known.into_values();
    Ok(known.map(|one| one.org.id.to_string()).collect())
}

#[test]
fn an_org_that_an_event_names_is_read_again() {
    let orgs = || vec![org("a", ""), org("b", ""), org("c", "")];
    let update = "account.org.product.update";
    let holds = |ids: &[&str]| Ok(ids.iter().map(|id| (*id).to_owned()).collect());
    let unmatched = |kind: &str| Err(WholeReason::Unmatched(kind.to_owned()));
    let clipped = LogEvent {
        clipped: true,
        ..event(9, update, &[logged("00oa", "")])
    };
    for (news, expected) in [
        (vec![], holds(&["00oa", "00ob", "00oc"])),
        (
            vec![event(9, update, &[logged("00oa", "")])],
            holds(&["00ob", "00oc"]),
        ),
        (
            vec![event(9, update, &[logged("", "b.okta.com")])],
            holds(&["00oa", "00oc"]),
        ),
        // Which of two names is right isn't known: both orgs are read.
        (
            vec![event(9, update, &[logged("00oa", "b.okta.com")])],
            holds(&["00oc"]),
        ),
        (
            vec![event(
                9,
                update,
                &[logged("00oa", ""), logged("", "c.okta.com")],
            )],
            holds(&["00ob"]),
        ),
        // Its id is none of ours, but its domain is.
        (
            vec![event(9, update, &[logged("00ox", "b.okta.com")])],
            holds(&["00oa", "00oc"]),
        ),
        (
            vec![event(9, "account.new.thing", &[logged("00oa", "")])],
            holds(&["00ob", "00oc"]),
        ),
        (
            vec![event(9, "account.new.thing", &[])],
            unmatched("account.new.thing"),
        ),
        (vec![event(9, update, &[])], unmatched(update)),
        (
            vec![event(9, update, &[logged("00ox", "x.okta.com")])],
            unmatched(update),
        ),
        (
            vec![event(9, update, &[logged("00oa", ""), logged("00ox", "")])],
            unmatched(update),
        ),
        (vec![clipped], unmatched(update)),
        // Groups, templates and consent are none of an org's products.
        (
            vec![event(9, "account.org_group.create", &[])],
            holds(&["00oa", "00ob", "00oc"]),
        ),
        (
            vec![event(
                9,
                "account.org_group.org.assign",
                &[logged("", "a.okta.com")],
            )],
            holds(&["00ob", "00oc"]),
        ),
        (
            vec![event(
                9,
                "account.org.consent.grant",
                &[logged("", "x.okta.com")],
            )],
            holds(&["00oa", "00ob", "00oc"]),
        ),
        (
            vec![event(9, "account.aerial_template_condition.apply", &[])],
            holds(&["00oa", "00ob", "00oc"]),
        ),
    ] {
        assert_eq!(held(orgs(), &news), expected, "{news:#?}");
    }
}

#[test]
fn an_org_that_is_new_or_listed_otherwise_is_read() {
    let renamed = LiveOrg {
        domain: Domain::parse("aa.okta.com").unwrap(),
        ..org("a", "")
    };
    let titled = LiveOrg {
        display_name: "B".to_owned(),
        ..org("b", "")
    };
    let held_of = |orgs: Vec<LiveOrg>| held(orgs, &[]).unwrap();
    assert_eq!(
        held_of(vec![renamed.clone(), titled, org("c", "")]),
        ["00oc"]
    );
    assert_eq!(held_of(vec![inactive("a", ""), org("d", "")]), [""; 0]);
    // An event may still call it by its old name.
    let news = [event(
        9,
        "account.org.product.update",
        &[logged("", "a.okta.com")],
    )];
    assert_eq!(held(vec![renamed, org("b", "")], &news).unwrap(), ["00ob"]);
}

#[test]
fn nothing_is_known_for_longer_than_it_may_be() {
    let before = memory(&[org("a", "P1")], 0);
    let list = listed(vec![org("a", "")]);
    let survey = Survey::everything();
    let held = |second, at_most| {
        let recall = recall(&before, &list, &survey, &[], (at(second), at_most));
        recall.map(|recall| recall.known.len())
    };
    assert_eq!(held(59, Duration::from_secs(60)), Ok(1));
    let old = WholeReason::Old(Duration::from_secs(60));
    assert_eq!(held(60, Duration::from_secs(60)), Err(old));
    assert_eq!(held(0, Duration::ZERO), Err(WholeReason::Asked));
    // What nobody asks for now is just no longer known.
    let nobody = Survey::orgs_alone();
    let recall = recall(&before, &list, &nobody, &[], (at(60), Duration::ZERO)).unwrap();
    assert_eq!(recall, Recall::default());
}

#[test]
fn what_nobody_asks_for_stays_known_until_an_event_names_it() {
    let before = memory(&[org("a", "P1"), org("b", "P1")], 0);
    let list = listed(vec![org("a", ""), org("b", "")]);
    let only_a = Survey {
        products: ProductsOf::These(OrgSet::from_iter([org("a", "").name()])),
        ..Survey::everything()
    };
    for (news, left) in [(vec![], 2), (vec![changed(9, "b", "P2", "")], 1)] {
        let bounds = (at(60), DAY);
        let recall = recall(&before, &list, &only_a, &news, bounds).unwrap();
        assert_eq!(recall.to_read(&list, &only_a), []);
        let mut snapshot = list.clone();
        recall.fill(&mut snapshot, &only_a);
        let known = snapshot.orgs.iter().filter(|org| org.products.is_some());
        assert_eq!(known.count(), 1, "no more than was asked for");
        let kept = kept(
            owner(),
            "after=2".to_owned(),
            &snapshot,
            recall,
            &news,
            at(60),
        );
        assert_eq!(kept.orgs.len(), left);
        assert_eq!(
            kept.orgs.values().next().unwrap().at,
            at(0),
            "as old as it is"
        );
    }
}

#[test]
fn what_contradicts_the_log_is_read_once_more() {
    let linked = LogEvent {
        deed: Deed::Linked,
        ..event(9, "account.org.add", &[logged("00oa", "")])
    };
    let status = |new: &str| LogEvent {
        deed: Deed::Status {
            old: String::new(),
            new: new.to_owned(),
        },
        ..event(9, "account.org.status.update", &[logged("00oa", "")])
    };
    let failed = LogEvent {
        result: EventResult::Failed,
        ..changed(9, "a", "P9", "")
    };
    for (news, settled) in [
        (vec![], true),
        (vec![changed(9, "a", "P1", "P2")], true),
        (vec![changed(9, "a", "P2", "")], false),
        (vec![changed(9, "a", "", "P1")], false),
        // Told in another order than that in which it happened.
        (
            vec![changed(9, "a", "P1", ""), changed(8, "a", "", "P1")],
            true,
        ),
        (
            vec![changed(9, "a", "", "P1"), changed(8, "a", "P1", "")],
            false,
        ),
        (vec![failed], true),
        (vec![status("active")], true),
        (vec![status("INACTIVE")], false),
        (vec![changed(9, "b", "P1", "")], true),
        // What can't be compared has settled after a while.
        (vec![linked.clone()], false),
        (
            vec![LogEvent {
                at: at(0),
                ..linked
            }],
            true,
        ),
    ] {
        let read = account(vec![org("a", "P1")]);
        let position = "after=2".to_owned();
        let kept = kept(owner(), position, &read, Recall::default(), &news, at(600));
        let id = org("a", "").id;
        assert_eq!(kept.orgs.contains_key(&id), settled, "{news:#?}");
    }
}
