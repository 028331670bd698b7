//! How long it may take until what was written can be read: whether Okta's writes take effect at once isn't documented.

use std::time::Duration;

/// The pauses before each look at whether a confirmed write can be read back, 7.75 s in all.
pub const SETTLE: [Duration; 6] = [
    Duration::ZERO,
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];

/// The pauses before each look at what became of a write whose answer was lost, 3.5 s in all.
///
/// They come beside the pause that any failure is followed by. A server that broke off may carry the write out a little later: that nothing of it shows at once is no
/// reason to send it again. One carried out later still meets its repetition, which is the same PUT; a link isn't made twice.
pub const LOST: [Duration; 4] = [
    Duration::ZERO,
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
];

/// How long after a write the org is looked at again, and the write sent again, at most: each look may itself be tried five
/// times, and so take minutes. A look that has begun is finished.
pub const LONGEST: Duration = Duration::from_secs(60);
