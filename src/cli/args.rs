//! The command line: one struct a command.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use super::args_import::{CatalogArgs, ImportArgs};
use super::flags::{
    Allow, Calls, Common, ConnectionFlags, Files, FindingsFormat, Incremental, PlanFormat,
    PreviewFormat, ReceiptFolder, ResultFormat, RowFilter, StatusFormat, WhichOrgs, duration,
};
pub(super) use super::history_args::HistoryArgs;
pub(super) use super::printed::{CompletionsArgs, ManArgs, SchemaArgs};
pub(super) use super::probe_args::ProbeArgs;
pub(super) use super::undo_args::UndoArgs;

/// GitOps for Okta Aerial: a YAML file lists orgs and their products, aerialctl converges the account.
#[derive(Debug, Parser)]
#[command(
    name = "aerialctl",
    version,
    propagate_version = true,
    max_term_width = 100
)]
pub(super) struct Cli {
    /// The command.
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Write a first desired state with its workflows, and say what comes next. Needs no network.
    Init(InitArgs),
    /// Make a key pair for a service app, and say what to do with it. Needs no network.
    Keygen(KeygenArgs),
    /// Check the desired state: its shape and its meaning. Needs no network.
    Validate(ValidateArgs),
    /// Show what this branch changes against another revision. Needs no network and no credentials.
    Preview(PreviewArgs),
    /// Read the account and print the difference and the ordered plan. Changes nothing.
    Plan(PlanArgs),
    /// Plan again, ask, converge the account, verify each step.
    Apply(ApplyArgs),
    /// Plan back to what a run found, by its receipt, ask, converge. What changed since is left alone.
    Undo(UndoArgs),
    /// Show the live account, orgs × products, and what differs from the file. Changes nothing.
    Status(StatusArgs),
    /// Write the account, what differs from the file, and the plan as one HTML page. Changes nothing.
    Report(ReportArgs),
    /// Tell everything that is known of one org: entry, products and what brings them, live state, plan, receipts. Changes nothing.
    Explain(ExplainArgs),
    /// Tell who changed what in the account, from its System Log, beside the receipts of our own runs. Changes nothing.
    History(HistoryArgs),
    /// Write a desired-state file from the live account. Changes nothing in the account.
    Import(ImportArgs),
    /// Refresh the list of the account's products and orgs beside the file, for checks without the network. Changes nothing in
    /// the account.
    Catalog(CatalogArgs),
    /// Try endpoint, clock, key, token, scopes and account, and say what is wrong. Changes nothing.
    Doctor(DoctorArgs),
    /// Ask the account what Okta's documents leave open, and write the answers as the emulator's switches. Changes nothing, but
    /// for one sandbox org where --org names it.
    Probe(ProbeArgs),
    /// Serve an emulated Aerial account on this machine.
    Emulator(EmulatorArgs),
    /// Print a JSON Schema.
    Schema(SchemaArgs),
    /// Print a completion script for a shell.
    Completions(CompletionsArgs),
    /// Print the manual page.
    Man(ManArgs),
}

#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// The Aerial account's id, from the Aerial Console under Account information.
    #[arg(long, value_name = "ID")]
    pub(super) account: Option<String>,
    /// The domain of the Aerial org, which issues the tokens, without -admin.
    #[arg(long, value_name = "DOMAIN")]
    pub(super) aerial_org: Option<String>,
    /// production, sandbox or the URL of another of Okta's Aerial servers; default: production.
    #[arg(long, value_name = "WHERE")]
    pub(super) environment: Option<String>,
    /// The cell of orgs that don't say theirs, such as ok1.
    #[arg(long, value_name = "CELL")]
    pub(super) cell: Option<String>,
    /// The file to write.
    #[arg(short, long, value_name = "FILE", default_value = "aerial.yaml")]
    pub(super) out: PathBuf,
    /// Write no GitHub workflows.
    #[arg(long)]
    pub(super) no_workflows: bool,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Args)]
pub(super) struct KeygenArgs {
    /// The file for the private key; nothing may be there.
    #[arg(short, long, value_name = "FILE", default_value = "aerialctl-key.pem")]
    pub(super) out: PathBuf,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Args)]
pub(super) struct ValidateArgs {
    #[command(flatten)]
    pub(super) files: Files,
    /// How to print the findings.
    #[arg(long, value_enum, default_value_t = FindingsFormat::Human)]
    pub(super) format: FindingsFormat,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Args)]
pub(super) struct PreviewArgs {
    #[command(flatten)]
    pub(super) files: Files,
    /// The git revision to compare with, at its merge base with what is compared: HEAD, or the revision of --at.
    #[arg(long, value_name = "REV")]
    pub(super) base: String,
    /// How to print the comparison.
    #[arg(long, value_enum, default_value_t = PreviewFormat::Human)]
    pub(super) format: PreviewFormat,
    #[command(flatten)]
    pub(super) common: Common,
}

#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
#[derive(Debug, Args)]
pub(super) struct PlanArgs {
    #[command(flatten)]
    pub(super) files: Files,
    #[command(flatten)]
    pub(super) scope: WhichOrgs,
    /// How to print the plan.
    #[arg(long, value_enum, default_value_t = PlanFormat::Human)]
    pub(super) format: PlanFormat,
    #[command(flatten)]
    pub(super) calls: Calls,
    /// Say of each step whether this branch causes it or the account had moved away from the file before, compared with the
    /// merge base with this git revision.
    #[arg(long, value_name = "REV")]
    pub(super) base: Option<String>,
    /// Say of each difference that isn't this branch's own who made it, when and with what, by the System Log. Needs the scope
    /// okta.logs.read.
    #[arg(long)]
    pub(super) who: bool,
    /// Keep a comment with the plan up to date on the pull request (GitHub Actions).
    #[arg(long, conflicts_with = "emulator")]
    pub(super) comment: bool,
    /// What tells this plan's comment from others of the account on the same pull request; default: the files.
    #[arg(long, value_name = "KEY", requires = "comment")]
    pub(super) comment_key: Option<String>,
    /// The number of the pull request to comment on; default: the one that the event is about.
    #[arg(long, value_name = "NUMBER", requires = "comment")]
    pub(super) pull_request: Option<u64>,
    /// Write the plan as JSON to this file, for `apply --plan`; `-` is standard output.
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    /// Exit with 2 when changes are pending.
    #[arg(long)]
    pub(super) detailed_exitcode: bool,
    /// Exit with 4 when `apply` would refuse this plan, whatever is pending.
    #[arg(long)]
    pub(super) fail_on_refusal: bool,
    #[command(flatten)]
    pub(super) allow: Allow,
    #[command(flatten)]
    pub(super) incremental: Incremental,
    #[command(flatten)]
    pub(super) receipts: ReceiptFolder,
    #[command(flatten)]
    pub(super) connection: ConnectionFlags,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Args)]
pub(super) struct ApplyArgs {
    #[command(flatten)]
    pub(super) files: Files,
    #[command(flatten)]
    pub(super) scope: WhichOrgs,
    /// How to print the result.
    #[arg(long, value_enum, default_value_t = ResultFormat::Human)]
    pub(super) format: ResultFormat,
    #[command(flatten)]
    pub(super) calls: Calls,
    /// The reviewed plan: go on only if each step was in it.
    #[arg(long, value_name = "FILE")]
    pub(super) plan: Option<PathBuf>,
    /// Go on only if the desired state means the same as that of this branch's newest commit, as last fetched.
    #[arg(long, value_name = "BRANCH")]
    pub(super) require_tip: Option<String>,
    /// Take one wave of the file after another, each once the one before was seen to hold; the first that doesn't ends the run.
    #[arg(long)]
    pub(super) waves: bool,
    /// Don't ask.
    #[arg(short, long)]
    pub(super) yes: bool,
    /// How long an org that was just created is left alone before it is linked; Okta asks for 30 s.
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = duration)]
    pub(super) new_org_wait: Duration,
    #[command(flatten)]
    pub(super) allow: Allow,
    /// Add the record of the run to this file, as JSON Lines; default: a new file in --receipt-dir.
    #[arg(long, value_name = "FILE")]
    pub(super) receipt: Option<PathBuf>,
    #[command(flatten)]
    pub(super) incremental: Incremental,
    #[command(flatten)]
    pub(super) receipts: ReceiptFolder,
    #[command(flatten)]
    pub(super) connection: ConnectionFlags,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Args)]
pub(super) struct StatusArgs {
    #[command(flatten)]
    pub(super) files: Files,
    #[command(flatten)]
    pub(super) filter: RowFilter,
    /// How to print the account.
    #[arg(long, value_enum, default_value_t = StatusFormat::Human)]
    pub(super) format: StatusFormat,
    /// Look inside of the shown orgs that have a baseline, each at its own host.
    #[arg(long)]
    pub(super) inside: bool,
    #[command(flatten)]
    pub(super) incremental: Incremental,
    #[command(flatten)]
    pub(super) receipts: ReceiptFolder,
    #[command(flatten)]
    pub(super) connection: ConnectionFlags,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    #[command(flatten)]
    pub(super) files: Files,
    #[command(flatten)]
    pub(super) scope: WhichOrgs,
    /// Write the page to this file; `-` is standard output.
    #[arg(short, long, value_name = "FILE")]
    pub(super) out: PathBuf,
    #[command(flatten)]
    pub(super) allow: Allow,
    #[command(flatten)]
    pub(super) incremental: Incremental,
    #[command(flatten)]
    pub(super) receipts: ReceiptFolder,
    #[command(flatten)]
    pub(super) connection: ConnectionFlags,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// The org, by domain or id.
    #[arg(value_name = "ORG")]
    pub(super) org: String,
    #[command(flatten)]
    pub(super) files: Files,
    /// How to print it.
    #[arg(long, value_enum, default_value_t = ResultFormat::Human)]
    pub(super) format: ResultFormat,
    #[command(flatten)]
    pub(super) receipts: ReceiptFolder,
    #[command(flatten)]
    pub(super) connection: ConnectionFlags,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    #[command(flatten)]
    pub(super) files: Files,
    /// Ask for a token that may write too, to see whether that is granted, and throw it away unused.
    #[arg(long)]
    pub(super) manage: bool,
    /// How to print the findings.
    #[arg(long, value_enum, default_value_t = ResultFormat::Human)]
    pub(super) format: ResultFormat,
    #[command(flatten)]
    pub(super) connection: ConnectionFlags,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Args)]
pub(super) struct EmulatorArgs {
    /// The loopback address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub(super) listen: SocketAddr,
    /// The account to start with: a YAML file, or the parts of one in several (can be repeated).
    #[arg(long, value_name = "FILE", required_unless_present = "state")]
    pub(super) seed: Vec<PathBuf>,
    /// Keep the account in this file; an account that is in it already goes before the seed.
    #[arg(long, value_name = "FILE")]
    pub(super) state: Option<PathBuf>,
    /// The only access token that is taken; without it, any.
    #[arg(long, value_name = "TOKEN")]
    pub(super) token: Option<String>,
    /// What goes wrong: a YAML list of faults.
    #[arg(long, value_name = "FILE")]
    pub(super) faults: Option<PathBuf>,
    /// How long each answer takes, in milliseconds; goes before the seed's.
    #[arg(long, value_name = "MS")]
    pub(super) latency_ms: Option<u64>,
    #[command(flatten)]
    pub(super) common: Common,
}

impl Command {
    /// The flags that every command has.
    #[must_use]
    pub(super) fn common(&self) -> &Common {
        match self {
            Self::Init(args) => &args.common,
            Self::Keygen(args) => &args.common,
            Self::Validate(args) => &args.common,
            Self::Preview(args) => &args.common,
            Self::Plan(args) => &args.common,
            Self::Apply(args) => &args.common,
            Self::Undo(args) => &args.common,
            Self::Status(args) => &args.common,
            Self::Report(args) => &args.common,
            Self::Explain(args) => &args.common,
            Self::History(args) => &args.common,
            Self::Import(args) => &args.common,
            Self::Catalog(args) => &args.common,
            Self::Doctor(args) => &args.common,
            Self::Probe(args) => &args.common,
            Self::Emulator(args) => &args.common,
            Self::Schema(args) => &args.common,
            Self::Completions(args) => &args.common,
            Self::Man(args) => &args.common,
        }
    }

    /// How the account is spoken to, for commands that speak to it.
    #[must_use]
    pub(super) fn connection(&self) -> Option<&ConnectionFlags> {
        match self {
            Self::Plan(args) => Some(&args.connection),
            Self::Apply(args) => Some(&args.connection),
            Self::Undo(args) => Some(&args.connection),
            Self::Status(args) => Some(&args.connection),
            Self::Report(args) => Some(&args.connection),
            Self::Explain(args) => Some(&args.connection),
            Self::History(args) => Some(&args.connection),
            Self::Import(args) => Some(&args.connection),
            Self::Catalog(args) => Some(&args.connection),
            Self::Doctor(args) => Some(&args.connection),
            Self::Probe(args) => Some(&args.connection),
            Self::Init(_)
            | Self::Keygen(_)
            | Self::Validate(_)
            | Self::Preview(_)
            | Self::Emulator(_)
            | Self::Schema(_)
            | Self::Completions(_)
            | Self::Man(_) => None,
        }
    }
}
