//! The text of a memory, and whose it is.

use sha2::{Digest as _, Sha256};
use std::sync::Arc;

use super::worlds::{at, changed, event, logged, memory, owner};
use crate::history::{Deed, LogEvent};
use crate::ids::{Cell, ProductId};
use crate::live::{LiveOrg, LiveStatus};
use crate::memory::{MemoryOwner, WholeReason, heard, read, write};
use crate::plan::world::{account, inactive, org};

#[test]
fn what_is_written_is_read() {
    let mut strange = LiveOrg {
        display_name: "\u{1b}[31m\"\n\u{202e}".to_owned(),
        cell: Cell::parse("OK9").ok(),
        status: LiveStatus::Other("SUSPENDED?".to_owned()),
        aerial_org: true,
        ..org("c", "P1 P2")
    };
    // Two orgs may call one product by two names.
    let p1 = ProductId::parse("P1").unwrap();
    Arc::make_mut(strange.products.as_mut().unwrap()).insert(p1, "x".to_owned());
    let without_cell = LiveOrg {
        cell: None,
        ..inactive("b", "")
    };
    let mut kept = memory(&[org("a", "P1 P3"), without_cell, strange], 7);
    let status = LogEvent {
        deed: Deed::Status {
            old: String::new(),
            new: "\u{1b}\"".to_owned(),
        },
        ..event(3, "account.org.status.update", &[logged("00oa", "")])
    };
    let news = [
        changed(3, "a", "P1", "P2"),
        status,
        event(4, "account.new.thing", &[logged("00oa", "")]),
        event(5, "account.new.thing", &[]),
    ];
    kept.told = heard(None, &account(vec![org("a", "")]), &news, at(7)).told;
    assert_eq!(kept.told.orgs.len(), 1);
    assert!(kept.told.anybody.is_some());
    let text = write(&kept).unwrap();
    assert_eq!(read(text.as_bytes()), Ok(kept.clone()));
    kept.owner.issuer = None;
    kept.owner.client = None;
    kept.orgs.clear();
    let text = write(&kept).unwrap();
    assert_eq!(read(text.as_bytes()), Ok(kept));
}

#[test]
fn what_is_not_whole_is_no_memory() {
    let text = write(&memory(&[org("a", "P1")], 0)).unwrap();
    for end in 0..text.len() {
        assert!(read(&text.as_bytes()[..end]).is_err(), "{end}");
    }
    for place in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[place] ^= 1;
        assert!(read(&bytes).is_err(), "{place}");
    }
    let twice = format!("{text}{text}");
    assert!(read(twice.as_bytes()).is_err());
}

/// A text that somebody made with care.
fn forged(rest: &str) -> String {
    let hash = Sha256::digest(rest.as_bytes());
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("aerialctl memory 2 sha256:{hash}\n{rest}")
}

#[test]
fn what_can_not_be_is_no_memory_however_well_it_is_forged() {
    let text = write(&memory(&[org("a", "P1")], 0)).unwrap();
    let (_, rest) = text.split_once('\n').unwrap();
    assert!(read(forged(rest).as_bytes()).is_ok());
    for (from, to) in [
        ("\"00oa\"", "\"../x\""),
        ("a.okta.com", "a okta com"),
        ("\"products\":[0]", "\"products\":[1]"),
        ("\"products\":[0]", "\"products\":[-1]"),
        ("2026-01-01T00:00:00.000Z", "soon"),
        ("\"ok1\"", "\"o k\""),
        ("[\"P1\",", "[\"P 1\","),
    ] {
        let rest = rest.replacen(from, to, 1);
        assert!(read(forged(&rest).as_bytes()).is_err(), "{to}");
    }
    for rest in [
        "",
        "7",
        "null",
        "{}",
        &"[".repeat(100_000),
        &"{\"a\":".repeat(100_000),
    ] {
        assert!(read(forged(rest).as_bytes()).is_err());
    }
    let other = text.replacen("memory 2", "memory 1", 1);
    assert_eq!(
        read(other.as_bytes()).unwrap_err(),
        "it isn't of this format"
    );
}

#[test]
fn a_memory_is_its_owners_alone() {
    let kept = memory(&[org("a", "P1")], 5);
    assert_eq!(kept.clone().of(&owner(), at(5)), Ok(kept.clone()));
    assert_eq!(kept.clone().of(&owner(), at(4)), Err(WholeReason::Ahead));
    for (other, what) in [
        (
            MemoryOwner {
                account: "0227b".to_owned(),
                ..owner()
            },
            "account",
        ),
        (
            MemoryOwner {
                endpoint: "emulator".to_owned(),
                ..owner()
            },
            "endpoint",
        ),
        (
            MemoryOwner {
                issuer: None,
                ..owner()
            },
            "Aerial org",
        ),
        (
            MemoryOwner {
                client: None,
                ..owner()
            },
            "client",
        ),
        (
            MemoryOwner {
                program: "0.2.0".to_owned(),
                ..owner()
            },
            "version of this program",
        ),
    ] {
        assert_eq!(
            kept.clone().of(&other, at(5)),
            Err(WholeReason::Foreign(what))
        );
    }
}
