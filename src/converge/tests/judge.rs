//! For each kind of change, what each thing that can be seen means.

use crate::converge::judge::{Judge as _, Judgement, Since};
use crate::converge::record::{Leftover, StepRecord};
use crate::converge::step::link::{LinkedOrg, SeenLink};
use crate::ids::{Cell, Domain, OrgId, OrgName, Status};
use crate::live::{LiveOrg, LiveStatus};
use crate::plan::change::{
    AddProducts, AfterLink, Link, ReplaceProducts, RequestDeletion, SetStatus, Tolerance,
};
use crate::plan::world::{inactive, org, products};

fn in_place() -> Judgement {
    Judgement::InPlace(Leftover::default())
}

fn left(words: &str, text: &str) -> Judgement {
    Judgement::InPlace(Leftover {
        products: products(words),
        text: Some(text.to_owned()),
    })
}

fn stale(text: &str) -> Judgement {
    Judgement::Stale(text.to_owned())
}

fn record() -> StepRecord {
    let name = OrgName::Domain(Domain::parse("new.okta.com").unwrap());
    StepRecord::of(name, None, std::time::SystemTime::UNIX_EPOCH)
}

#[test]
fn replacing_products() {
    let change = ReplaceProducts {
        before: products("P1 P2"),
        after: products("P1 P3"),
    };
    let since = "the org has changed since the plan was made";
    for (seen, meaning) in [
        ("P1 P2", Judgement::Ready),
        ("P1 P3", in_place()),
        ("P1", stale(&format!("{since}; it lacks P2"))),
        ("P1 P2 P3", stale(&format!("{since}; it has also P3"))),
        (
            "P9",
            stale(&format!("{since}; it has also P9; it lacks P1, P2")),
        ),
        ("", stale(&format!("{since}; it lacks P1, P2"))),
    ] {
        let seen = products(seen);
        assert_eq!(change.judge(&seen, Since::Nothing), meaning, "{seen:?}");
        // After a confirmed write only the goal will do.
        let holds = change.judge(&seen, Since::Confirmed(&change.before)) == in_place();
        assert_eq!(holds, seen == change.after, "{seen:?}");
    }
    assert_eq!(
        change.falls_short(&products("P1 P2"), &change.before),
        "the org isn't as Okta confirmed; it has also P2; it lacks P3"
    );
    assert!(
        !change.refusal_is_final(),
        "a part may have been carried out"
    );
    let mut record = record();
    change.note(&products("P1"), &mut record);
    change.note(&products("P2"), &mut record);
    assert_eq!(record.before, Some(products("P1")), "the first look");
    assert_eq!(record.after, Some(products("P2")), "the last look");
}

#[test]
fn adding_products() {
    let exact = AddProducts {
        enable: products("P1"),
        tolerance: Tolerance::Only(products("P5")),
    };
    let found = |ids: &str| {
        format!(
            "it was linked with products that the file doesn't list: {ids}; the next plan shows them"
        )
    };
    for (seen, meaning) in [
        ("", Judgement::Ready),
        ("P2", Judgement::Ready),
        ("P1", in_place()),
        ("P1 P5", in_place()),
        ("P1 P2 P5", left("P2", &found("P2"))),
    ] {
        assert_eq!(
            exact.judge(&products(seen), Since::Nothing),
            meaning,
            "{seen}"
        );
    }
    let additive = AddProducts {
        tolerance: Tolerance::Everything,
        ..exact.clone()
    };
    assert_eq!(
        additive.judge(&products("P1 P2"), Since::Nothing),
        in_place()
    );
    // A confirmed write has to keep what was there, and may be joined by more.
    let before = products("P2");
    let lacks = stale("the org isn't as it should be; it lacks P2");
    for since in [Since::Confirmed(&before), Since::Unclear(&before)] {
        assert_eq!(additive.judge(&products("P1"), since), lacks, "{since:?}");
    }
    assert_eq!(
        additive.judge(&products("P1 P2"), Since::Confirmed(&before)),
        in_place()
    );
    assert_eq!(
        exact.judge(&products("P1 P2 P3"), Since::Confirmed(&before)),
        left("P2 P3", &found("P2, P3"))
    );
    assert_eq!(
        exact.falls_short(&products("P1"), &before),
        "the org isn't as Okta confirmed; it lacks P2"
    );
    assert!(!exact.refusal_is_final());
    let mut record = record();
    exact.note(&before, &mut record);
    assert_eq!(record.before, Some(before));
}

#[test]
fn changing_the_status() {
    let off = SetStatus {
        to: Status::Inactive,
    };
    let on = SetStatus { to: Status::Active };
    let odd = LiveOrg {
        status: LiveStatus::Other("SUSPENDED".to_owned()),
        ..org("a", "")
    };
    let aerial = LiveOrg {
        aerial_org: true,
        ..org("a", "")
    };
    let never =
        Judgement::Forbidden("this is the Aerial org, which is never deactivated".to_owned());
    for (change, seen, meaning) in [
        (off, org("a", ""), Judgement::Ready),
        (off, inactive("a", ""), in_place()),
        (
            off,
            odd.clone(),
            stale("the org's status is now `SUSPENDED`"),
        ),
        (off, aerial.clone(), never),
        (on, inactive("a", ""), Judgement::Ready),
        (on, org("a", ""), in_place()),
        (on, odd, stale("the org's status is now `SUSPENDED`")),
        (on, aerial, in_place()),
    ] {
        assert_eq!(
            change.judge(&seen, Since::Nothing),
            meaning,
            "{change:?} {seen:?}"
        );
    }
    assert_eq!(
        off.falls_short(&org("a", ""), &org("a", "")),
        "Okta confirmed it, but the org's status reads `ACTIVE`"
    );
    assert!(off.refusal_is_final());
    let (mut before, after) = (record(), record());
    off.note(&org("a", "P1"), &mut before);
    assert_eq!(before, after, "products are not what it is about");
}

fn link(name: OrgName) -> Link {
    Link {
        name,
        cell: Cell::parse("ok1").unwrap(),
        after: AfterLink {
            status: Some(Status::Active),
            products: Some(Tolerance::Only(products("P5"))),
        },
    }
}

fn present(org: LiveOrg, seen: Option<Result<&str, &str>>) -> SeenLink {
    SeenLink::Present(Box::new(LinkedOrg {
        org,
        products: seen.map(|seen| seen.map(products).map_err(str::to_owned)),
    }))
}

#[test]
fn linking() {
    let change = link(OrgName::Domain(Domain::parse("new.okta.com").unwrap()));
    let other =
        Judgement::Forbidden("Okta answered with another org, a.okta.com (00oa)".to_owned());
    let several = Judgement::Forbidden(
        "the account has several orgs with the domain new.okta.com: name the one that is meant by its id".to_owned(),
    );
    for (seen, meaning) in [
        (SeenLink::Absent, Judgement::Ready),
        (SeenLink::Several, several),
        (present(org("a", ""), None), other),
        (present(org("new", ""), None), in_place()),
        (present(org("new", ""), Some(Ok("P5"))), in_place()),
        (
            present(org("new", ""), Some(Ok("P2 P5"))),
            left(
                "P2",
                "linked; it has products that the file doesn't list: P2; the next plan shows it",
            ),
        ),
        (
            present(inactive("new", ""), Some(Ok("P2"))),
            left(
                "P2",
                "linked; its status is INACTIVE, the file says active; it has products that the file doesn't list: P2; the next plan shows it",
            ),
        ),
        (
            present(org("new", ""), Some(Err("no answer"))),
            left(
                "",
                "linked; its products can't be read: no answer; the next plan shows it",
            ),
        ),
    ] {
        assert_eq!(change.judge(&seen, Since::Nothing), meaning, "{seen:?}");
    }
    assert!(change.refusal_is_final(), "a link is made or it isn't");
    let by_id = link(OrgName::Id(OrgId::parse("00onew").unwrap()));
    assert_eq!(
        by_id.judge(&present(org("new", ""), None), Since::Nothing),
        in_place()
    );
    assert!(matches!(
        by_id.judge(&present(org("a", ""), None), Since::Nothing),
        Judgement::Forbidden(_)
    ));
    let off = Link {
        after: AfterLink {
            status: Some(Status::Inactive),
            products: None,
        },
        ..change.clone()
    };
    assert_eq!(
        off.judge(&present(org("new", "P2"), None), Since::Nothing),
        left(
            "",
            "linked; its status is ACTIVE, the file says inactive; the next plan shows it"
        )
    );
}

#[test]
fn what_a_link_tells_is_kept() {
    let change = link(OrgName::Domain(Domain::parse("new.okta.com").unwrap()));
    let mut record = record();
    change.note(&SeenLink::Absent, &mut record);
    change.note(&SeenLink::Several, &mut record);
    assert_eq!(record.org.id(), None);
    change.note(&present(org("new", ""), Some(Ok("P2"))), &mut record);
    assert_eq!(record.org, org("new", "").name());
    assert_eq!((record.before, record.after), (None, Some(products("P2"))));
    let seen = present(org("a", ""), None);
    assert_eq!(
        change.falls_short(&seen, &SeenLink::Absent),
        "Okta answered with another org, a.okta.com (00oa)"
    );
    assert_eq!(
        change.falls_short(&SeenLink::Absent, &SeenLink::Absent),
        "Okta confirmed it, but the org doesn't show"
    );
}

#[test]
fn asking_for_a_deletion() {
    let aerial = LiveOrg {
        aerial_org: true,
        ..inactive("a", "")
    };
    let never = "this is the Aerial org, which is never deleted".to_owned();
    for (seen, meaning) in [
        (None, in_place()),
        (Some(inactive("a", "")), Judgement::Ready),
        (
            Some(org("a", "")),
            stale("the org's status is now `ACTIVE`"),
        ),
        (Some(aerial), Judgement::Forbidden(never)),
    ] {
        assert_eq!(
            RequestDeletion.judge(&seen, Since::Nothing),
            meaning,
            "{seen:?}"
        );
    }
    // Okta's word is all there is: the org stays as it is until it is gone.
    let before = Some(inactive("a", ""));
    assert_eq!(
        RequestDeletion.judge(&before, Since::Confirmed(&before)),
        in_place()
    );
    assert_eq!(
        RequestDeletion.judge(&None, Since::Confirmed(&before)),
        in_place()
    );
    let back = Some(org("a", ""));
    assert!(matches!(
        RequestDeletion.judge(&back, Since::Confirmed(&before)),
        Judgement::Stale(_)
    ));
    assert_eq!(
        RequestDeletion.falls_short(&back, &before),
        "Okta confirmed it, but the org's status reads `ACTIVE`"
    );
    assert_eq!(
        RequestDeletion.falls_short(&None, &before),
        "Okta confirmed it, but the org's status reads `gone`"
    );
    assert!(RequestDeletion.refusal_is_final());
}
