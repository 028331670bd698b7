//! How far a run is, on standard error, where that is a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::env::Host;

/// A bar of so many parts; one that isn't seen where standard error is no terminal.
pub(super) fn bar(host: &Host, total: usize, what: &str) -> ProgressBar {
    let target = if host.terminal.stderr {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(total as u64), target);
    let template = format!("{{bar:30}} {{pos}}/{{len}} {what}, {{elapsed}}  {{wide_msg}}");
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style);
    }
    bar
}

/// A bar for reading an account, whose size shows while it is read.
pub(super) fn reading(host: &Host) -> (ProgressBar, impl Fn(usize, usize) + use<>) {
    let bar = bar(host, 0, "reads");
    let told = bar.clone();
    (bar, move |done, known| {
        told.set_length(known as u64);
        told.set_position(done as u64);
    })
}
