//! Reading an account, whole or as far as an earlier run doesn't tell it already.

use std::cell::Cell;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::env::Process;
use super::error::CliError;
use super::flags::Incremental;
use super::interrupted::off_thread;
use super::log::{self, LazyLog};
use super::output::Printer;
use super::session::Connection;
use super::{credentials, files, folder, progress};
use crate::aerial::{Error, Reader};
use crate::desired::Desired;
use crate::disk::{self, Readers};
use crate::git;
use crate::history::LogEvent;
use crate::http::HttpError;
use crate::live::{Coverage, Remembered, SharedProducts, Snapshot, Survey};
use crate::log::{LogPosition, LogReader};
use crate::memory::{self, AccountMemory, MemoryOwner, Recall, WholeReason};

/// The largest memory that is read, in bytes: some 100,000 orgs.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// How an account is read.
pub(super) struct AccountReading<'a> {
    reader: &'a Reader,
    process: &'a Process,
    printer: &'a Printer,
    memory: Option<MemoryFile<'a>>,
}

/// Where a memory is kept, and what it needs.
struct MemoryFile<'a> {
    path: PathBuf,
    full_every: Duration,
    owner: MemoryOwner,
    log: &'a LazyLog<'a>,
    /// Whether what was kept is to be left alone.
    forgets: Cell<bool>,
}

/// What the log told before anything was read.
struct News {
    position: LogPosition,
    events: Vec<LogEvent>,
    /// What an earlier run left. Also where all is read, that is held against what the log told then.
    memory: Option<AccountMemory>,
    /// Why all is to be read.
    whole: Option<WholeReason>,
}

/// What an earlier run left, and where the log goes on after it; why all is to be read, always where there is none.
struct LeftBehind {
    memory: Option<(AccountMemory, LogPosition)>,
    whole: Option<WholeReason>,
}

impl<'a> AccountReading<'a> {
    /// Reads as the flags say.
    pub(super) fn new(
        reader: &'a Reader,
        flags: &Incremental,
        log: &'a LazyLog<'a>,
        (target, desired): (&Connection, &Desired),
        process: &'a Process,
        printer: &'a Printer,
    ) -> Self {
        let memory = flags.incremental.clone().map(|path| {
            let server = target.server();
            MemoryFile {
                path,
                full_every: flags.full_every,
                owner: MemoryOwner {
                    program: env!("CARGO_PKG_VERSION").to_owned(),
                    account: desired.account.id.to_string(),
                    endpoint: server.endpoint,
                    issuer: server.issuer,
                    client: credentials::client_id(process),
                },
                log,
                forgets: Cell::new(false),
            }
        });
        Self {
            reader,
            process,
            printer,
            memory,
        }
    }

    /// Leaves what was kept alone from now on: a plan is held against the whole account.
    pub(super) fn forget(&self) {
        if let Some(memory) = &self.memory {
            memory.forgets.set(true);
        }
    }

    /// Reads what a survey asks for.
    ///
    /// # Errors
    /// When a read fails, also of the log where that is needed.
    pub(super) async fn read(&self, survey: &Survey) -> Result<Snapshot, CliError> {
        match &self.memory {
            Some(memory) if survey.coverage == Coverage::Whole => {
                self.incremental(memory, survey).await
            }
            Some(_) | None => self.whole(survey).await,
        }
    }

    async fn whole(&self, survey: &Survey) -> Result<Snapshot, CliError> {
        let (bar, progress) = progress::reading(self.process, self.printer);
        let read = self.reader.read(survey, progress).await;
        bar.finish_and_clear();
        Ok(read?)
    }

    /// The log first: whatever is changed from then on, the next run is told of.
    async fn incremental(
        &self,
        file: &MemoryFile<'_>,
        survey: &Survey,
    ) -> Result<Snapshot, CliError> {
        let log = file.log.open(self.process).await?;
        let at = self.process.clock.now();
        let before = file.load(at, self.process).await?;
        let News {
            position,
            events,
            memory,
            whole,
        } = news(log, before, at).await.map_err(log::failed)?;
        let heard_of = |seen: &Snapshot| memory::heard(memory.as_ref(), seen, &events, at);
        let (mut snapshot, recall, heard, whole) = match (&memory, whole) {
            (Some(memory), None) => {
                let mut listed = self.whole(&Survey::orgs_alone()).await?;
                let heard = heard_of(&listed);
                let bounds = (at, file.full_every);
                let recalled = memory::recall(memory, &listed, survey, &heard, bounds);
                let (recall, whole) = match recalled {
                    Ok(recall) => (recall, None),
                    Err(why) => (Recall::default(), Some(why)),
                };
                self.fill(&mut listed, &recall, survey).await?;
                (listed, recall, heard, whole)
            }
            (_, whole) => {
                let snapshot = self.whole(survey).await?;
                let mut heard = heard_of(&snapshot);
                if let Some(why @ (WholeReason::Unreadable | WholeReason::TooMuch)) = &whole {
                    heard.unknown(why.clone(), at);
                }
                (snapshot, Recall::default(), heard, whole)
            }
        };
        snapshot.remembered = Some(remembered(&snapshot, &recall, survey, at, whole));
        let position = position.as_str().to_owned();
        let owner = file.owner.clone();
        let kept = memory::kept(owner, position, &snapshot, recall, heard.told, at);
        file.keep(&kept, self.process, self.printer);
        Ok(snapshot)
    }

    /// Reads what isn't known of a list of orgs.
    async fn fill(
        &self,
        listed: &mut Snapshot,
        recall: &Recall,
        survey: &Survey,
    ) -> Result<(), CliError> {
        let unknown = recall.to_read(listed, survey);
        let (bar, progress) = progress::reading(self.process, self.printer);
        let read = self.reader.products_of(&unknown, progress).await;
        bar.finish_and_clear();
        let mut read = read?;
        recall.fill(listed, survey);
        let mut shared = SharedProducts::default();
        for org in &mut listed.orgs {
            if let Some(products) = read.remove(&org.id) {
                org.products = Some(shared.of(products));
            }
        }
        Ok(())
    }
}

/// What the log has told since a memory's position; where there is none to go on from, also a new position.
async fn news(log: &LogReader, found: LeftBehind, now: SystemTime) -> Result<News, Error> {
    let LeftBehind { memory, whole } = found;
    let mut events = Vec::new();
    let (memory, why) = match memory {
        None => (None, None),
        Some((memory, from)) => match log.poll(&from, |event| events.push(event)).await {
            Ok(polled) if polled.caught_up && polled.unreadable == 0 => {
                return Ok(News {
                    position: polled.position,
                    events,
                    memory: Some(memory),
                    whole,
                });
            }
            Ok(polled) if polled.caught_up => (Some(memory), Some(WholeReason::Unreadable)),
            Ok(_) => (Some(memory), Some(WholeReason::TooMuch)),
            Err(error) if refuses(&error) => (Some(memory), Some(WholeReason::Refused)),
            Err(error) => return Err(error),
        },
    };
    let (position, unreadable) = log.position(now, |event| events.push(event)).await?;
    let unreadable = (unreadable > 0).then_some(WholeReason::Unreadable);
    Ok(News {
        position,
        events,
        memory,
        whole: unreadable.or(why).or(whole),
    })
}

/// Whether a position leads nowhere. Whether the log can be read at all, a new one tells.
fn refuses(error: &Error) -> bool {
    let nowhere = |error: &HttpError| matches!(error, HttpError::UnexpectedAnswer { .. });
    matches!(error.status(), Some(400 | 404 | 410))
        || matches!(error, Error::Http(error) if nowhere(error))
}

fn remembered(
    snapshot: &Snapshot,
    recall: &Recall,
    survey: &Survey,
    at: SystemTime,
    whole: Option<WholeReason>,
) -> Remembered {
    let wanted = snapshot
        .orgs
        .iter()
        .filter(|org| survey.wants_products(org));
    let (known, read): (Vec<_>, Vec<_>) = wanted
        .map(|org| recall.known.get(&org.id).map(|known| known.at))
        .partition(Option::is_some);
    Remembered {
        at,
        read: read.len(),
        orgs: known.len(),
        oldest: known.into_iter().flatten().min(),
        whole: whole.map(|why| why.to_string()),
    }
}

impl MemoryFile<'_> {
    /// What an earlier run left, as far as this run can use it.
    ///
    /// # Errors
    /// When the run is to end.
    async fn load(&self, now: SystemTime, process: &Process) -> Result<LeftBehind, CliError> {
        let wish = if self.forgets.get() {
            Some(WholeReason::Weighed)
        } else {
            self.full_every.is_zero().then_some(WholeReason::Asked)
        };
        let path = process.cwd.join(&self.path);
        let owner = self.owner.clone();
        let loaded = off_thread(process, move |_| Ok(loaded(&path, &owner, now))).await?;
        let (memory, lack) = match loaded {
            Ok(found) => (Some(found), None),
            Err(why) => (None, Some(why)),
        };
        Ok(LeftBehind {
            memory,
            whole: wish.or(lack),
        })
    }

    /// Keeps what the next run may go on from. That it can't be kept harms nothing of this run.
    fn keep(&self, memory: &AccountMemory, process: &Process, printer: &Printer) {
        let written = folder::ready_for(&self.path, process).and_then(|()| {
            let text = memory::write(memory).map_err(io::Error::from)?;
            let path = process.cwd.join(&self.path);
            files::is_free(&self.path, memory::BEGINNING, process)?;
            disk::replace(&path, text.as_bytes(), Readers::Owner).map_err(|error| {
                CliError::failed(format!("{} can't be written: {error}", self.path.display()))
            })
        });
        if let Err(error) = written {
            printer.warning(
                &format!(
                    "what was read isn't kept, so the next run reads as much as this one: {}",
                    error.message
                ),
                "name a file that can be written with --incremental",
            );
        }
    }
}

fn loaded(
    path: &Path,
    owner: &MemoryOwner,
    now: SystemTime,
) -> Result<(AccountMemory, LogPosition), WholeReason> {
    // To open a pipe is to wait for who writes to it.
    if path.metadata().is_ok_and(|file| !file.is_file()) {
        return Err(WholeReason::Broken("it isn't a file".to_owned()));
    }
    let bytes = disk::read(path, MAX_BYTES).map_err(|error| {
        if error.kind() == io::ErrorKind::NotFound {
            WholeReason::Nothing
        } else {
            WholeReason::Broken(error.to_string())
        }
    })?;
    // What comes with the repository is somebody's wish.
    if git::exposes(path).unwrap_or(true) {
        return Err(WholeReason::Exposed);
    }
    let memory = memory::read(&bytes).map_err(WholeReason::Broken)?;
    let memory = memory.of(owner, now)?;
    let position = LogPosition::parse(&memory.position);
    let position = position.ok_or_else(|| {
        WholeReason::Broken("its place in the System Log can't be one".to_owned())
    })?;
    Ok((memory, position))
}
