//! Parses nothing, decides nothing: builds the runtime, listens for signals, runs, returns the exit code.

use std::process::ExitCode;
#[cfg(unix)]
use std::task::Poll;

use aerialctl::cli::{self, Exit, Process, exit_on_panic};
use tokio_util::sync::CancellationToken;

fn main() -> ExitCode {
    exit_on_panic();
    let Ok(process) = Process::this() else {
        return ExitCode::from(Exit::Failed.code());
    };
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    else {
        return ExitCode::from(Exit::Failed.code());
    };
    let exit = runtime.block_on(async {
        // Before the run, so that no moment of it is left to the default, which is sudden death.
        let mut signals = EndSignals::listen();
        tokio::select! {
            exit = cli::run(std::env::args_os(), &process) => exit,
            () = twice(&mut signals, &process.stop) => Exit::Interrupted,
        }
    });
    // A read of standard input that nobody answers must not keep the process.
    runtime.shutdown_background();
    ExitCode::from(exit.code())
}

/// The first signal asks the run to end; the second ends it.
async fn twice(signals: &mut EndSignals, stop: &CancellationToken) {
    signals.next().await;
    stop.cancel();
    signals.next().await;
}

/// Ctrl-C, a request to end, and a terminal that went away: SIGINT, SIGTERM and SIGHUP.
#[cfg(unix)]
struct EndSignals(Vec<tokio::signal::unix::Signal>);

#[cfg(unix)]
impl EndSignals {
    fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [
            SignalKind::interrupt(),
            SignalKind::terminate(),
            SignalKind::hangup(),
        ];
        Self(
            kinds
                .into_iter()
                .filter_map(|kind| signal(kind).ok())
                .collect(),
        )
    }

    async fn next(&mut self) {
        std::future::poll_fn(|context| {
            if self
                .0
                .iter_mut()
                .any(|one| one.poll_recv(context).is_ready())
            {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }
}

/// Ctrl-C.
#[cfg(not(unix))]
struct EndSignals;

#[cfg(not(unix))]
impl EndSignals {
    fn listen() -> Self {
        Self
    }

    async fn next(&mut self) {
        tokio::signal::ctrl_c().await.ok();
    }
}
