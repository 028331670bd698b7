//! What of a memory holds, and what of a reading is kept.

use std::time::Duration;

use super::worlds::{at, changed, event, logged, memory, owner};
use crate::history::{Deed, EventResult, LogEvent};
use crate::ids::{Domain, OrgSet};
use crate::live::{LiveOrg, ProductsOf, Snapshot, Survey};
use crate::memory::{AccountMemory, Recall, ToldOfOrgs, WholeReason, heard, kept, recall};
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
    let listed = listed(now);
    let heard = heard(Some(&before), &listed, news, at(60));
    let recall = recall(&before, &listed, &survey, &heard, (at(60), DAY))?;
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
    let heard = heard(Some(&before), &list, &[], at(0));
    let held = |second, at_most| {
        let recall = recall(&before, &list, &survey, &heard, (at(second), at_most));
        recall.map(|recall| recall.known.len())
    };
    assert_eq!(held(59, Duration::from_secs(60)), Ok(1));
    let old = WholeReason::Old(Duration::from_secs(60));
    assert_eq!(held(60, Duration::from_secs(60)), Err(old));
    assert_eq!(held(0, Duration::ZERO), Err(WholeReason::Asked));
    // What nobody asks for now is just no longer known.
    let nobody = Survey::orgs_alone();
    let recall = recall(&before, &list, &nobody, &heard, (at(60), Duration::ZERO)).unwrap();
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
        let heard = heard(Some(&before), &list, &news, at(60));
        let recall = recall(&before, &list, &only_a, &heard, bounds).unwrap();
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
            heard.told,
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
fn what_contradicts_the_log_is_read_until_it_shows() {
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
    let nobody = event(9, "account.new.thing", &[]);
    let (short, day) = (600, 24 * 3600);
    // What the log told, and from when on the org, which always has P1 alone, is remembered.
    for (news, from) in [
        (vec![], 0),
        (vec![changed(9, "a", "P1", "P2")], 0),
        (vec![changed(9, "a", "P2", "")], day),
        (vec![changed(9, "a", "", "P1")], day),
        // Told in another order than that in which it happened.
        (
            vec![changed(9, "a", "P1", ""), changed(8, "a", "", "P1")],
            0,
        ),
        (
            vec![changed(9, "a", "", "P1"), changed(8, "a", "P1", "")],
            day,
        ),
        (vec![status("active")], 0),
        (vec![status("INACTIVE")], day),
        (vec![changed(9, "b", "P1", "")], 0),
        // What can't be compared has settled after a while; what failed may have been done in part.
        (vec![linked.clone()], short),
        (vec![failed], short),
        (vec![status("")], short),
        (vec![changed(9, "a", "", "")], short),
        // Whom it is about isn't known.
        (vec![nobody.clone()], short),
        // What is of a time to come was told by then.
        (
            vec![LogEvent {
                at: at(5_000_000),
                ..linked
            }],
            short + 1,
        ),
    ] {
        let read = account(vec![org("a", "P1"), org("b", "P1")]);
        let mut before: Option<AccountMemory> = None;
        let mut told = heard(None, &read, &news, at(10)).told;
        for second in [10, 599, 608, 609, 610, 9 + day - 1, 9 + day] {
            if let Some(memory) = &before {
                // The next run hears no more of it, and knows it all the same.
                told = heard(Some(memory), &read, &[], at(second)).told;
            }
            let position = "after=2".to_owned();
            let nothing = Recall::default();
            let kept = kept(owner(), position, &read, nothing, told, at(second));
            let found = kept.orgs.contains_key(&org("a", "").id);
            assert_eq!(found, second >= from + 9 || from == 0, "{second} {news:#?}");
            before = Some(kept);
            told = ToldOfOrgs::default();
        }
    }
}

#[test]
fn an_event_that_is_about_nobody_has_all_read_until_it_has_settled() {
    let before = memory(&[org("a", "P1")], 0);
    let list = listed(vec![org("a", "")]);
    let news = [event(9, "account.new.thing", &[])];
    let told = heard(Some(&before), &list, &news, at(60)).told;
    let read = account(vec![org("a", "P1")]);
    for (second, left) in [(60, 0), (608, 0), (609, 2)] {
        let position = "after=2".to_owned();
        let told = told.clone();
        let kept = kept(
            owner(),
            position,
            &read,
            Recall::default(),
            told,
            at(second),
        );
        assert_eq!(kept.orgs.len(), left, "{second}");
    }
}

#[test]
fn another_subscription_has_all_read() {
    let mut before = memory(&[org("a", "P1")], 0);
    before.subscribed.pop_first();
    let list = listed(vec![org("a", "")]);
    let heard = heard(Some(&before), &list, &[], at(60));
    let survey = Survey::everything();
    let recalled = recall(&before, &list, &survey, &heard, (at(60), DAY));
    assert_eq!(recalled, Err(WholeReason::Subscription));
    // An org may have the old ones for a while.
    let read = account(vec![org("a", "P1")]);
    let position = "after=2".to_owned();
    let kept = kept(
        owner(),
        position,
        &read,
        Recall::default(),
        heard.told,
        at(60),
    );
    assert_eq!(kept.orgs.len(), 0);
}

#[test]
fn what_is_told_under_an_old_name_is_held_against_the_reading_too() {
    let before = memory(&[org("a", "P1")], 0);
    let renamed = LiveOrg {
        domain: Domain::parse("aa.okta.com").unwrap(),
        ..org("a", "P1")
    };
    let read = account(vec![renamed]);
    let mut news = [changed(9, "a", "P2", "")];
    news[0].org = logged("", "a.okta.com");
    let told = heard(Some(&before), &read, &news, at(60)).told;
    let position = "after=2".to_owned();
    let kept = kept(owner(), position, &read, Recall::default(), told, at(60));
    assert!(!kept.orgs.contains_key(&org("a", "").id));
}
