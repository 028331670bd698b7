//! How far a run is, on standard error, where that is a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::env::Process;
use super::output::Printer;

/// A bar of `total` parts; one that isn't seen where standard error is no terminal, or nobody wants to hear how it goes.
pub(super) fn bar(process: &Process, printer: &Printer, total: usize, what: &str) -> ProgressBar {
    let target = if is_seen(process, printer) {
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

fn is_seen(process: &Process, printer: &Printer) -> bool {
    process.terminal.stderr && !printer.is_quiet()
}

/// A bar for reading an account, whose size shows while it is read.
pub(super) fn reading(
    process: &Process,
    printer: &Printer,
) -> (ProgressBar, impl Fn(usize, usize) + use<>) {
    let bar = bar(process, printer, 0, "reads");
    let told = bar.clone();
    (bar, move |done, known| {
        told.set_length(known as u64);
        told.set_position(done as u64);
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::args::Cli;
    use crate::http::Redactor;

    #[test]
    fn a_bar_is_drawn_on_a_terminal_unless_nobody_wants_it() {
        let mut process = Process::this().unwrap();
        for (stderr, words, seen) in [
            (true, "aerialctl status", true),
            (true, "aerialctl status -q", false),
            (false, "aerialctl status", false),
        ] {
            process.terminal.stderr = stderr;
            let cli = Cli::parse_from(words.split(' '));
            let printer = Printer::new(&process, cli.command.common(), Redactor::default());
            assert_eq!(is_seen(&process, &printer), seen, "{words}");
        }
    }
}
