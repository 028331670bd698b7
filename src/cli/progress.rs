//! How far a run is, on standard error, where that is a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::env::Process;

/// A bar of `total` parts; one that isn't seen where standard error is no terminal.
pub(super) fn bar(process: &Process, total: usize, what: &str) -> ProgressBar {
    let target = if process.terminal.stderr {
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
pub(super) fn reading(process: &Process) -> (ProgressBar, impl Fn(usize, usize) + use<>) {
    let bar = bar(process, 0, "reads");
    let told = bar.clone();
    (bar, move |done, known| {
        told.set_length(known as u64);
        told.set_position(done as u64);
    })
}
