//! Repository formats that libgit2 can read but doesn't say so.

use std::sync::Once;

/// A clone with a filter lacks some objects; what it has is read like any other's. Where one is missing, that is said.
#[expect(
    unsafe_code,
    reason = "libgit2 keeps this list in a global variable: it is set once, before the first repository is opened"
)]
pub(super) fn allow() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: every repository of this program is opened by `Repo::of`, which comes through here first.
        // Should it fail, a partial clone isn't opened, and git says why.
        unsafe { git2::opts::set_extensions(&["partialclone"]) }.ok();
    });
}
