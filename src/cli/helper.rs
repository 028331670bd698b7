//! The credential helper: a program that is asked for the credentials of orgs, and keeps those of new ones.
//!
//! What it prints is never quoted, on neither stream: the redactor can't know a secret that nobody has read yet.

use std::process::Stdio;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value as Json, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;

use super::env::Process;
use crate::ids::Domain;
use crate::org::KeyringError;
use crate::secret::Secret;

/// The variable with its command line, split at blanks; no shell sees it.
pub(super) const HELPER: &str = "AERIAL_CREDENTIAL_HELPER";

/// What it is told to do with a new token.
const STORE: &str = "store";

/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Of what it prints no more is read, in bytes.
const MAX_PRINTED: u64 = 64 * 1024;

/// A credential helper.
pub(super) struct Helper {
    words: Vec<String>,
    process: Process,
    patience: Duration,
}

/// What it prints.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct HelperAnswer {
    version: u32,
    pub(super) token: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) private_key: Option<String>,
    pub(super) key_id: Option<String>,
}

impl Helper {
    /// The helper that the environment names.
    pub(super) fn of(process: &Process) -> Option<Self> {
        let words = process.var(HELPER)?.split_whitespace();
        Some(Self {
            words: words.map(str::to_owned).collect(),
            process: process.clone(),
            patience: PATIENCE,
        })
    }

    /// The credential of an org; `None` where it has none.
    pub(super) async fn get(&self, domain: &Domain) -> Result<Option<HelperAnswer>, KeyringError> {
        let printed = self
            .ask("get", &json!({"version": 1, "domain": domain}))
            .await?;
        if printed.iter().all(u8::is_ascii_whitespace) {
            return Ok(None);
        }
        let answer = serde_json::from_slice(&printed).ok();
        let answer = answer.filter(|answer: &HelperAnswer| answer.version == 1);
        answer.map(Some).ok_or_else(|| {
            KeyringError(format!(
                "what `{HELPER} get` prints is no credential of version 1"
            ))
        })
    }

    /// Keeps the token of a new org.
    pub(super) async fn store(&self, domain: &Domain, token: &Secret) -> Result<(), KeyringError> {
        let input = json!({"version": 1, "domain": domain, "token": token.expose()});
        self.ask(STORE, &input).await.map(|_| ())
    }

    async fn ask(&self, verb: &str, input: &Json) -> Result<Vec<u8>, KeyringError> {
        let failed = |why: String| KeyringError(format!("`{HELPER} {verb}` {why}"));
        let Some((program, arguments)) = self.words.split_first() else {
            return Err(failed("names no program".to_owned()));
        };
        let mut command = Command::new(program);
        // Ctrl-C in a terminal is for every process of the group, and the only copy of a token isn't to be lost by it.
        #[cfg(unix)]
        if verb == STORE {
            command.process_group(0);
        }
        let mut child = command
            .args(arguments)
            .arg(verb)
            .current_dir(&self.process.cwd)
            .env_clear()
            .envs(&self.process.vars)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| failed(format!("can't be started: {}", error.kind())))?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let talk = async {
            let tell = async {
                if let Some(mut stdin) = stdin {
                    // One that doesn't want to hear it may still have something to say.
                    stdin.write_all(input.to_string().as_bytes()).await.ok();
                }
            };
            let mut printed = Vec::new();
            let hear = async {
                match stdout {
                    Some(stdout) => stdout.take(MAX_PRINTED).read_to_end(&mut printed).await,
                    None => Ok(0),
                }
            };
            let ((), heard) = tokio::join!(tell, hear);
            heard?;
            let status = child.wait().await?;
            Ok::<_, std::io::Error>((status, printed))
        };
        // It takes real time, whatever the clock of this run is. A token that is being kept is kept though the run is to end.
        let talk = tokio::time::timeout(self.patience, talk);
        let ended = if verb == STORE {
            talk.await
        } else {
            tokio::select! {
                ended = talk => ended,
                () = self.process.stop.cancelled() => {
                    return Err(failed("was interrupted".to_owned()));
                }
            }
        };
        let (status, printed) = ended
            .map_err(|_| {
                failed(format!(
                    "took longer than {} s",
                    self.patience.as_secs_f64()
                ))
            })?
            .map_err(|error| failed(format!("can't be spoken to: {}", error.kind())))?;
        match (status.success(), status.code()) {
            (true, _) => Ok(printed),
            (false, Some(code)) => Err(failed(format!("ended with the exit code {code}"))),
            (false, None) => Err(failed("was ended by a signal".to_owned())),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_helper_that_takes_too_long_is_given_up() {
        assert_eq!(PATIENCE, Duration::from_secs(10));
        let helper = Helper {
            words: ["/bin/sh", "-c", "cat >/dev/null; exec tail -f /dev/null"]
                .map(str::to_owned)
                .into(),
            process: Process::this().unwrap(),
            patience: Duration::from_millis(1),
        };
        let domain = Domain::parse("acme.okta.com").unwrap();
        let got = helper.get(&domain).await.map(|_| ());
        let kept = helper
            .store(&domain, &Secret::new("token-0123456789"))
            .await;
        for (verb, ended) in [("get", got), ("store", kept)] {
            let why = format!("`{HELPER} {verb}` took longer than 0.001 s");
            assert_eq!(ended, Err(KeyringError(why)));
        }
    }
}
