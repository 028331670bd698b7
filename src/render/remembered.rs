//! How old what was read of an account is, in words and as data.

use super::escape::line;
use crate::clock::{day_and_time, rfc3339};
use crate::diagnostic::counted;
use crate::live::Remembered;
use crate::plan::wire::ReadingV1;

/// One sentence for people.
#[must_use]
pub fn sentence(one: &Remembered) -> String {
    let at = day_and_time(one.at);
    if let Some(why) = &one.whole {
        return format!("All of it is as of {at}: {}.", line(why));
    }
    let Some(oldest) = one.oldest else {
        return format!(
            "The products of {} are as of {at}, nothing is remembered.",
            counted(one.read, "org")
        );
    };
    format!(
        "As of the System Log at {at}, which may tell of a change only later: the list of orgs and the products of {} are read, those of {} remembered, the oldest as of {}.",
        counted(one.read, "org"),
        counted(one.orgs, "org"),
        day_and_time(oldest)
    )
}

/// The same as data.
#[must_use]
pub fn reading(one: &Remembered) -> ReadingV1 {
    let Remembered {
        at,
        read,
        orgs,
        oldest,
        whole,
    } = one;
    ReadingV1 {
        at: rfc3339(*at),
        read: *read,
        remembered: *orgs,
        oldest: oldest.map(rfc3339),
        whole: whole.clone(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    #[test]
    fn the_age_of_each_part_is_said() {
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
        let one = Remembered {
            at,
            read: 12,
            orgs: 1,
            oldest: at.checked_sub(Duration::from_secs(3600)),
            whole: None,
        };
        assert_eq!(
            sentence(&one),
            "As of the System Log at 2026-01-01 00:00:00 UTC, which may tell of a change only later: the list of orgs and the products of 12 orgs are read, those of 1 org remembered, the oldest as of 2025-12-31 23:00:00 UTC."
        );
        let none = Remembered {
            orgs: 0,
            oldest: None,
            ..one.clone()
        };
        assert_eq!(
            sentence(&none),
            "The products of 12 orgs are as of 2026-01-01 00:00:00 UTC, nothing is remembered."
        );
        let whole = Remembered {
            whole: Some("why".to_owned()),
            ..none
        };
        assert_eq!(
            sentence(&whole),
            "All of it is as of 2026-01-01 00:00:00 UTC: why."
        );
        assert_eq!(reading(&one).oldest.unwrap(), "2025-12-31T23:00:00.000Z");
    }
}
