//! What the process ends with: a contract that scripts depend on.

/// The exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: done; for `plan`, whether or not there are changes.
    Done,
    /// 1: failed: network, credentials, API, git, file system.
    Failed,
    /// 2: changes are pending, only with `--detailed-exitcode`.
    Pending,
    /// 3: the desired state is invalid.
    Invalid,
    /// 4: refused: a guardrail, a plan that no longer matches, `--require-tip`, or no confirmation.
    Refused,
    /// 5: applied in part: some steps failed, were stale or were deferred.
    Partial,
    /// 64: wrong usage.
    Usage,
    Interrupted,
}

impl Exit {
    /// The number.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Pending => 2,
            Self::Invalid => 3,
            Self::Refused => 4,
            Self::Partial => 5,
            Self::Usage => 64,
            Self::Interrupted => 130,
        }
    }
}

/// From now on a bug ends the program wherever it strikes, and as any other failure does: said, and with exit code 1.
#[expect(clippy::exit, reason = "a panic has no way back to `main`")]
pub fn exit_on_panic() {
    let say = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        say(panic);
        std::process::exit(Exit::Failed.code().into());
    }));
}
