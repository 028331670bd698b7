//! Planning as a function: a file and an account in, a plan out, no server anywhere.

mod approval;
mod birth;
mod guardrails;
mod laws;
mod matrix;
mod planning;
mod retire;
mod scope;
