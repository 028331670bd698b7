//! The flags that several commands have, and the words that flags take.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use clap::{Args, ValueEnum};
use jiff::fmt::friendly::SpanParser;

use super::receipts::USUAL;
use crate::clock::parsed;
use crate::plan::{Allowance, Allowances};

/// Flags that every command has.
#[derive(Debug, Clone, Args)]
pub(super) struct Common {
    /// When to colour.
    #[arg(long, value_enum, default_value_t = Colour::Auto, global = true, value_name = "WHEN")]
    pub(super) color: Colour,
    /// Say less on standard error.
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
    /// Say more on standard error (can be repeated).
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    pub(super) verbose: u8,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Where the desired state is.
#[derive(Debug, Clone, Args)]
pub(super) struct Files {
    /// A file or folder of the desired state (can be repeated); default: aerial.yaml, else the folder aerial.
    #[arg(short, long = "file", value_name = "PATH")]
    pub(super) files: Vec<PathBuf>,
    /// Take the desired state from this git revision instead of the worktree.
    #[arg(long, value_name = "REV")]
    pub(super) at: Option<String>,
}

/// The account, where no file has to name it.
#[derive(Debug, Clone, Args)]
pub(super) struct AccountFlags {
    /// The Aerial account, where there is no file that names it.
    #[arg(long, value_name = "ID")]
    pub(super) account: Option<String>,
    /// With --account: production, sandbox or the URL of another of Okta's Aerial servers.
    #[arg(long, value_name = "WHERE", requires = "account")]
    pub(super) environment: Option<String>,
    /// With --account: the domain of the Aerial org, which issues the tokens.
    #[arg(long, value_name = "DOMAIN", requires = "account")]
    pub(super) aerial_org: Option<String>,
}

/// How the account is spoken to.
#[derive(Debug, Clone, Args)]
pub(super) struct ConnectionFlags {
    /// Use an emulated account instead of Okta; it is kept in .aerialctl/emulator.json.
    #[arg(long)]
    pub(super) emulator: bool,
    /// What the emulated account starts as, on first use; can be repeated, for parts of it. What no file says is made for the desired state.
    #[arg(long, value_name = "FILE", requires = "emulator")]
    pub(super) emulator_seed: Vec<PathBuf>,
    /// What goes wrong in the emulated account: a YAML list of faults.
    #[arg(long, value_name = "FILE", requires = "emulator")]
    pub(super) emulator_faults: Option<PathBuf>,
    /// Requests in flight at most, 1 to 10; Okta allows an account 10, whoever sends them.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=10))]
    pub(super) concurrency: u8,
    /// The longest that one request may take, such as 30, 30s or 2m.
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = duration)]
    pub(super) timeout: Duration,
    /// Percent of each rate-limit window that is left to others, 0 to 90.
    #[arg(long, value_name = "PERCENT", default_value_t = 10, value_parser = clap::value_parser!(u8).range(0..=90))]
    pub(super) rate_reserve: u8,
    /// The folder with a token for each org's own API, as DOMAIN.token, where a new org's goes as well.
    #[arg(long, value_name = "DIR")]
    pub(super) token_dir: Option<PathBuf>,
    /// The longest wait that the server may ask for without any progress.
    #[arg(long, value_name = "DURATION", default_value = "15m", value_parser = duration)]
    pub(super) max_wait: Duration,
}

/// Which orgs.
#[derive(Debug, Clone, Args)]
pub(super) struct WhichOrgs {
    /// Only this org of the file, by domain or id (can be repeated).
    #[arg(long, value_name = "ORG")]
    pub(super) only: Vec<String>,
    /// Only the orgs with this owner in the file (can be repeated); with --only, those of them that it names.
    #[arg(long, value_name = "NAME")]
    pub(super) owner: Vec<String>,
    /// Only the orgs whose desired state differs from that at the merge base with this git revision. No more of the account is
    /// read, but for the list of managed orgs where one of them isn't managed yet.
    #[arg(long, value_name = "REV", conflicts_with = "incremental")]
    pub(super) since: Option<String>,
}

/// What an earlier run left to go on from.
#[derive(Debug, Clone, Args)]
pub(super) struct Incremental {
    /// Read the list of orgs, the System Log since the last run, and the products of those orgs alone that it names; the rest is
    /// known from this file, which is made where it isn't there and kept up to date. Needs the scope okta.logs.read.
    #[arg(long, value_name = "STATE", value_parser = kept_file)]
    pub(super) incremental: Option<PathBuf>,
    /// With --incremental, read all of the account where a part of what is known is as old as this, such as 12h or 7d, up to
    /// 30d; 0 reads all of it now.
    #[arg(long, value_name = "DURATION", default_value = "24h", value_parser = full_every, requires = "incremental")]
    pub(super) full_every: Duration,
}

/// Where receipts are kept.
#[derive(Debug, Clone, Args)]
pub(super) struct ReceiptFolder {
    /// The folder with the receipts of earlier runs: they tell which deletions were requested already, and what
    /// our own runs did.
    #[arg(long, value_name = "DIR", default_value = USUAL)]
    pub(super) receipt_dir: PathBuf,
}

/// Which guardrails may be exceeded.
#[derive(Debug, Clone, Args)]
pub(super) struct Allow {
    /// Exceed these guardrails for this run, each as far as the plan goes or up to a number, such as disables=22.
    ///
    /// disables: product disablements (`maxDisabled`); links, creations, consents, configurations, deactivations, deletions:
    /// orgs that are linked, created, given consent, configured, deactivated, deleted (`maxLinked` and so on); protected: take
    /// something away in an org of `protectedOrgs`; unmanaged: go on although the account has orgs that the file doesn't list
    /// (`unmanagedOrgs: fail`); unread: go on although an org's inside can't be read (`baselineUnread: fail`); lookalikes: link an org that looks like one of these; constraints: break `constraints`.
    #[arg(long, value_name = "WORD[=N]", value_parser = allowance, value_delimiter = ',')]
    allow: Vec<(Allowance, Option<u64>)>,
}

impl Allow {
    pub(super) fn allowances(&self) -> Allowances {
        self.allow.iter().copied().collect()
    }
}

/// How much of a plan is shown to people.
#[derive(Debug, Clone, Args)]
pub(super) struct Calls {
    /// List the calls too, in the order in which they are made.
    #[arg(long)]
    pub(super) calls: bool,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FindingsFormat {
    /// For people, on standard error.
    Human,
    /// JSON, on standard output.
    Json,
    /// GitHub workflow commands, on standard output.
    Github,
    /// SARIF 2.1.0, on standard output.
    Sarif,
}

/// How a comparison is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum PreviewFormat {
    /// For people.
    Human,
    /// JSON.
    Json,
    /// Markdown, for a pull-request comment.
    Markdown,
    /// GitHub workflow commands.
    Github,
}

/// How a plan is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum PlanFormat {
    /// For people.
    Human,
    /// JSON.
    Json,
    /// Markdown, for a pull-request comment.
    Markdown,
    /// GitHub workflow commands.
    Github,
    /// One HTML page.
    Html,
}

/// How a result is printed that isn't about lines of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ResultFormat {
    /// For people.
    Human,
    /// JSON.
    Json,
}

/// How an account is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum StatusFormat {
    /// For people: a table.
    Human,
    /// JSON.
    Json,
    /// CSV (RFC 4180); a value that a spreadsheet would take for a formula gets an apostrophe in front.
    Csv,
    /// One HTML page.
    Html,
}

/// Which orgs of an account are shown: those for which all of it holds.
#[derive(Debug, Clone, Args)]
pub(super) struct RowFilter {
    /// Only this org, by domain or id (can be repeated).
    #[arg(long, value_name = "ORG")]
    pub(super) only: Vec<String>,
    /// Only the orgs with this owner in the file (can be repeated); with --only, those of them that it names.
    #[arg(long, value_name = "NAME")]
    pub(super) owner: Vec<String>,
    /// Only orgs that have this product, by the file's name, id or Okta's name (can be repeated: all of them).
    #[arg(long, value_name = "PRODUCT")]
    pub(super) has: Vec<String>,
    /// Only managed orgs that lack this product (can be repeated: all of them).
    #[arg(long, value_name = "PRODUCT")]
    pub(super) lacks: Vec<String>,
    /// Only orgs that differ from the file.
    #[arg(long)]
    pub(super) drifted: bool,
    /// Only managed orgs that the file doesn't list.
    #[arg(long)]
    pub(super) unmanaged: bool,
}

/// `1500ms`, `30s`, `2m`, `1h 30m`; a bare number is in seconds.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let duration = if let Ok(seconds) = text.parse() {
        Duration::from_secs(seconds)
    } else {
        SpanParser::new()
            .parse_unsigned_duration(text)
            .map_err(|_| "write a time such as 30, 30s or 2m; the units are ms, s, m and h")?
    };
    if duration.is_zero() || duration > Duration::from_secs(24 * 3600) {
        return Err("write a time between 1 ms and 24 h".to_owned());
    }
    Ok(duration)
}

/// A file that lasts from run to run.
fn kept_file(text: &str) -> Result<PathBuf, String> {
    if text == "-" {
        return Err("name a file that lasts from run to run".to_owned());
    }
    Ok(PathBuf::from(text))
}

/// `0`, `90m`, `12h`, `7d`: Okta keeps what the log tells for 90 days, and a third of that is enough to go by.
fn full_every(text: &str) -> Result<Duration, String> {
    const WRONG: &str = "write 0, or a time up to 30d such as 90m, 12h or 7d";
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    match moment(text) {
        Ok(Moment::Ago(time)) if time <= Duration::from_secs(30 * 24 * 3600) => Ok(time),
        Ok(_) | Err(_) => Err(WRONG.to_owned()),
    }
}

/// A time of day, or how long ago it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    Ago(Duration),
    At(SystemTime),
}

/// `30d`, `2026-01-31` (UTC) or `2026-01-31T09:00:00Z`.
pub(super) fn moment(text: &str) -> Result<Moment, String> {
    const WRONG: &str = "write how long ago, such as 12h, 30d or 2w, a day such as 2026-01-31, or a time such as 2026-01-31T09:00:00Z";
    let units = [
        ('m', 60),
        ('h', 3600),
        ('d', 24 * 3600),
        ('w', 7 * 24 * 3600),
    ];
    for (unit, seconds) in units {
        if let Some(number) = text.strip_suffix(unit) {
            let number: u64 = number.parse().map_err(|_| WRONG)?;
            let ago = number.checked_mul(seconds).ok_or(WRONG)?;
            return Ok(Moment::Ago(Duration::from_secs(ago)));
        }
    }
    let day = format!("{text}T00:00:00Z");
    let at = parsed(text).or_else(|| parsed(&day));
    at.map(Moment::At).ok_or_else(|| WRONG.to_owned())
}

/// How what has happened is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum HistoryFormat {
    /// For people.
    Human,
    /// JSON.
    Json,
    /// CSV (RFC 4180); a value that a spreadsheet would take for a formula gets an apostrophe in front.
    Csv,
    /// Markdown.
    Markdown,
}

/// `WORD` or `WORD=N`: an allowance, as far as the plan goes or up to a number.
fn allowance(text: &str) -> Result<(Allowance, Option<u64>), String> {
    let (word, number) = match text.split_once('=') {
        None => (text, None),
        Some((word, number)) => {
            let number = number
                .parse()
                .map_err(|_| format!("`{number}` is no number: write `{word}` or `{word}=22`"))?;
            (word, Some(number))
        }
    };
    let found = Allowance::ALL.into_iter().find(|one| one.as_str() == word);
    let known = Allowance::ALL.map(Allowance::as_str).join(", ");
    found
        .map(|allowance| (allowance, number))
        .ok_or_else(|| format!("`{word}` is none of {known}"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        for (text, ms) in [
            ("30", 30_000),
            ("30s", 30_000),
            ("300ms", 300),
            ("2m", 120_000),
            ("1h 30m", 5_400_000),
            ("1m30s", 90_000),
            ("0.5s", 500),
            ("24h", 86_400_000),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_millis(ms)), "{text}");
        }
        for text in [
            "",
            "0",
            "0s",
            "-1",
            "-1s",
            "25h",
            "1d",
            "2x",
            "s",
            "99999999999999999999",
        ] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_allowance_is_a_word_and_may_have_a_number() {
        assert_eq!(allowance("links"), Ok((Allowance::Links, None)));
        assert_eq!(
            allowance("disables=22"),
            Ok((Allowance::Disables, Some(22)))
        );
        let unknown = allowance("everything").unwrap_err();
        assert!(unknown.starts_with("`everything` is none of disables, links, "));
        let no_number = allowance("links=all").unwrap_err();
        assert_eq!(no_number, "`all` is no number: write `links` or `links=22`");
    }
}
