//! Findings about a file, each with its place: what the user sees when a desired state isn't valid.
//!
//! `code` names the kinds of finding and explains each, `finding` is one of them and many, `source` is the texts that they
//! point into.

mod code;
mod finding;
mod source;

pub use code::Code;
pub use finding::{Diagnostic, Diagnostics, LabelledSpan, Severity};
pub use source::{Place, Source, SourceId, Sources, Span};
