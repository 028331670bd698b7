//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::plan::Allowance;

/// GitOps for Okta Aerial: a YAML file lists orgs and their products, aerialctl converges the account.
#[derive(Debug, Parser)]
#[command(
    name = "aerialctl",
    version,
    propagate_version = true,
    max_term_width = 100
)]
pub struct Cli {
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check the desired state: its shape and its meaning. Needs no network.
    Validate(Validate),
    /// Show what this branch changes against another revision. Needs no network and no credentials.
    Preview(Preview),
    /// Read the account and print the difference and the ordered plan. Changes nothing.
    Plan(Plan),
    /// Plan again, ask, converge the account, verify each step.
    Apply(Apply),
    /// Show the live account: orgs and their products. Changes nothing.
    Status(Status),
    /// Write a desired-state file from the live account. Changes nothing in the account.
    Import(Import),
    /// Try endpoint, clock, key, token, scopes and account, and say what is wrong. Changes nothing.
    Doctor(Doctor),
    /// Serve an emulated Aerial account on this machine.
    Emulator(Emulator),
    /// Print a JSON Schema.
    Schema(Schema),
    /// Print a completion script for a shell.
    Completions(Completions),
    /// Print the manual page.
    Man(Man),
}

/// Flags that every command has.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// When to colour.
    #[arg(long, value_enum, default_value_t = Colour::Auto, global = true, value_name = "WHEN")]
    pub color: Colour,
    /// Say less on standard error.
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more on standard error (can be repeated).
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    pub verbose: u8,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Where the desired state is.
#[derive(Debug, Clone, Args)]
pub struct Files {
    /// A file or folder of the desired state (can be repeated); default: aerial.yaml, else the folder aerial.
    #[arg(short, long = "file", value_name = "PATH")]
    pub files: Vec<PathBuf>,
    /// Take the desired state from this git revision instead of the worktree.
    #[arg(long, value_name = "REV")]
    pub at: Option<String>,
}

/// How the account is spoken to.
#[derive(Debug, Clone, Args)]
pub struct Connection {
    /// Use an emulated account instead of Okta; it is kept in .aerialctl/emulator.json.
    #[arg(long)]
    pub emulator: bool,
    /// What the emulated account starts as, on first use.
    #[arg(long, value_name = "FILE", requires = "emulator")]
    pub emulator_seed: Option<PathBuf>,
    /// What goes wrong in the emulated account: a YAML list of faults.
    #[arg(long, value_name = "FILE", requires = "emulator")]
    pub emulator_faults: Option<PathBuf>,
    /// Requests in flight at most, 1 to 10; Okta allows an account 10, whoever sends them.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=10))]
    pub concurrency: u8,
    /// The longest that one request may take, such as 30, 30s or 2m.
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = duration)]
    pub timeout: Duration,
    /// Percent of each rate-limit window that is left to others, 0 to 90.
    #[arg(long, value_name = "PERCENT", default_value_t = 10, value_parser = clap::value_parser!(u8).range(0..=90))]
    pub rate_reserve: u8,
    /// The longest wait that the server may ask for without any progress.
    #[arg(long, value_name = "DURATION", default_value = "15m", value_parser = duration)]
    pub max_wait: Duration,
}

/// Which orgs.
#[derive(Debug, Clone, Args)]
pub struct Scope {
    /// Only this org of the file, by domain or id (can be repeated).
    #[arg(long, value_name = "ORG")]
    pub only: Vec<String>,
    /// Only the orgs whose desired state differs from that at the merge base with this git revision.
    #[arg(long, value_name = "REV")]
    pub since: Option<String>,
}

/// `validate`.
#[derive(Debug, Args)]
pub struct Validate {
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub files: Files,
    /// How to print the findings.
    #[arg(long, value_enum, default_value_t = FindingsFormat::Human)]
    pub format: FindingsFormat,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub common: Common,
}

/// `preview`.
#[derive(Debug, Args)]
pub struct Preview {
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub files: Files,
    /// The git revision to compare with, at its merge base with HEAD.
    #[arg(long, value_name = "REV")]
    pub base: String,
    /// How to print the comparison.
    #[arg(long, value_enum, default_value_t = PlanFormat::Human)]
    pub format: PlanFormat,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub common: Common,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FindingsFormat {
    /// For people, on standard error.
    Human,
    /// JSON, on standard output.
    Json,
    /// GitHub workflow commands, on standard output.
    Github,
    /// SARIF 2.1.0, on standard output.
    Sarif,
}

/// How a result is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
    /// For people.
    Human,
    /// JSON.
    Json,
    /// Markdown, for a pull-request comment.
    Markdown,
    /// GitHub workflow commands.
    Github,
}

/// How a result is printed that isn't about lines of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ResultFormat {
    /// For people.
    Human,
    /// JSON.
    Json,
}

/// `plan`.
#[derive(Debug, Args)]
pub struct Plan {
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub files: Files,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub scope: Scope,
    /// How to print the plan.
    #[arg(long, value_enum, default_value_t = PlanFormat::Human)]
    pub format: PlanFormat,
    /// Say of each step whether this branch causes it or the account had moved away from the file before, compared with the
    /// merge base with this git revision.
    #[arg(long, value_name = "REV")]
    pub base: Option<String>,
    /// Keep a comment with the plan up to date on the pull request (GitHub Actions).
    #[arg(long)]
    pub comment: bool,
    /// Write the plan as JSON to this file, for `apply --plan`.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Exit with 2 when changes are pending.
    #[arg(long)]
    pub detailed_exitcode: bool,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub connection: Connection,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub common: Common,
}

/// `apply`.
#[derive(Debug, Args)]
pub struct Apply {
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub files: Files,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub scope: Scope,
    /// How to print the result.
    #[arg(long, value_enum, default_value_t = ResultFormat::Human)]
    pub format: ResultFormat,
    /// The reviewed plan: go on only if each step was in it.
    #[arg(long, value_name = "FILE")]
    pub plan: Option<PathBuf>,
    /// Go on only if the desired state is committed, the worktree clean, and HEAD the newest commit of this branch.
    #[arg(long, value_name = "BRANCH")]
    pub require_tip: Option<String>,
    /// Don't ask.
    #[arg(short, long)]
    pub yes: bool,
    /// Exceed these guardrails for this run, each as far as the plan goes or up to a number: disables=22, links, creations,
    /// consents, configurations, deactivations, deletions, protected, unmanaged.
    #[arg(long, value_name = "WORD[=N]", value_parser = allowance, value_delimiter = ',')]
    pub allow: Vec<(Allowance, Option<u64>)>,
    /// Add the record of the run to this file, as JSON Lines.
    #[arg(long, value_name = "FILE")]
    pub receipt: Option<PathBuf>,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub connection: Connection,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub common: Common,
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

/// `status`.
#[derive(Debug, Args)]
pub struct Status {
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub files: Files,
    /// How to print the account.
    #[arg(long, value_enum, default_value_t = ResultFormat::Human)]
    pub format: ResultFormat,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub connection: Connection,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub common: Common,
}

/// `import`.
#[derive(Debug, Args)]
pub struct Import {
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub files: Files,
    /// The Aerial account, where there is no file yet that names it.
    #[arg(long, value_name = "ID")]
    pub account: Option<String>,
    /// With --account: production, sandbox or a base URL.
    #[arg(long, value_name = "WHERE", requires = "account")]
    pub environment: Option<String>,
    /// With --account: the domain of the Aerial org, which issues the tokens.
    #[arg(long, value_name = "DOMAIN", requires = "account")]
    pub aerial_org: Option<String>,
    /// Write to this file instead of standard output.
    #[arg(short, long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Overwrite a file that says something else.
    #[arg(long, requires = "out")]
    pub force: bool,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub connection: Connection,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub common: Common,
}

/// `doctor`.
#[derive(Debug, Args)]
pub struct Doctor {
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub files: Files,
    /// How to print the findings.
    #[arg(long, value_enum, default_value_t = ResultFormat::Human)]
    pub format: ResultFormat,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub connection: Connection,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub common: Common,
}

/// `emulator`.
#[derive(Debug, Args)]
pub struct Emulator {
    /// The loopback address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    /// The account to start with: a YAML file.
    #[arg(long, value_name = "FILE", required_unless_present = "state")]
    pub seed: Option<PathBuf>,
    /// Keep the account in this file; an account that is in it already goes before the seed.
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// The only access token that is taken; without it, any.
    #[arg(long, value_name = "TOKEN")]
    pub token: Option<String>,
    /// What goes wrong: a YAML list of faults.
    #[arg(long, value_name = "FILE")]
    pub faults: Option<PathBuf>,
    /// How long each answer takes, in milliseconds; goes before the seed's.
    #[arg(long, value_name = "MS")]
    pub latency_ms: Option<u64>,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub common: Common,
}

/// `schema`.
#[derive(Debug, Args)]
pub struct Schema {
    /// Which schema.
    #[arg(value_enum, default_value_t = SchemaName::DesiredState)]
    pub name: SchemaName,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub common: Common,
}

/// The published schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaName {
    /// The file that you write.
    DesiredState,
    /// What `plan --format json` prints.
    Plan,
    /// What `apply --receipt` writes, line by line.
    Receipt,
}

/// `completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell.
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub common: Common,
}

/// `man`.
#[derive(Debug, Args)]
pub struct Man {
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub common: Common,
}

impl Command {
    /// The flags that every command has.
    #[must_use]
    pub fn common(&self) -> &Common {
        match self {
            Self::Validate(args) => &args.common,
            Self::Preview(args) => &args.common,
            Self::Plan(args) => &args.common,
            Self::Apply(args) => &args.common,
            Self::Status(args) => &args.common,
            Self::Import(args) => &args.common,
            Self::Doctor(args) => &args.common,
            Self::Emulator(args) => &args.common,
            Self::Schema(args) => &args.common,
            Self::Completions(args) => &args.common,
            Self::Man(args) => &args.common,
        }
    }
}

/// `30`, `30s`, `1500ms`, `2m`.
fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.strip_prefix(digits).unwrap_or_default();
    let number: u64 = digits
        .parse()
        .map_err(|_| "write a whole number, such as 30, 30s or 2m".to_owned())?;
    let duration = match unit {
        "" | "s" => Duration::from_secs(number),
        "ms" => Duration::from_millis(number),
        "m" => Duration::from_secs(number.saturating_mul(60)),
        _ => return Err("the units are ms, s and m".to_owned()),
    };
    if duration.is_zero() || duration > Duration::from_secs(24 * 3600) {
        return Err("write a time between 1 ms and 24 h".to_owned());
    }
    Ok(duration)
}
