//! Parses nothing, decides nothing: builds the runtime, listens for signals, runs, returns the exit code.

use std::process::ExitCode;

use aerialctl::cli::{self, Exit, Host};
use tokio_util::sync::CancellationToken;

fn main() -> ExitCode {
    let Ok(host) = Host::of_process() else {
        return ExitCode::from(Exit::Failed.code());
    };
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    else {
        return ExitCode::from(Exit::Failed.code());
    };
    let exit = runtime.block_on(async {
        tokio::select! {
            exit = cli::run(std::env::args_os(), &host) => exit,
            () = signals(host.stop.clone()) => Exit::Interrupted,
        }
    });
    // A read of standard input that nobody answers must not keep the process.
    runtime.shutdown_background();
    ExitCode::from(exit.code())
}

/// The first signal asks the run to end; the second ends it.
async fn signals(stop: CancellationToken) {
    signal().await;
    stop.cancel();
    signal().await;
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn signal() {
    _ = tokio::signal::ctrl_c().await;
}
