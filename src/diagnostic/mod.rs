//! Findings about a file, each with its place: what the user sees when a desired state isn't valid.
//!
//! `code` names the kinds of finding and explains each, `finding` is one of them, `findings` are many, within a bound,
//! `source` is the texts that they point into, `recognise` says which of these may be shown, `quote` keeps what is quoted
//! short, `number` says how many there are of what, `warnings` says once what is to be said of many orgs.

mod code;
mod finding;
mod findings;
mod number;
mod quote;
mod recognise;
mod source;
mod warnings;

pub use code::Code;
pub use finding::{Diagnostic, LabelledSpan, Severity};
pub use findings::Diagnostics;
pub use number::counted;
pub use quote::{clipped, quote};
pub use source::{Place, Source, SourceId, Sources, Span};
pub use warnings::{Warnings, alike};
