//! Planning as a function: a file and an account in, a plan out, no server anywhere.

mod approval;
mod baselines;
mod birth;
mod broken;
mod constraints;
mod guardrails;
mod inside;
mod laws;
mod matrix;
mod offline;
mod places;
mod planning;
mod request;
mod retire;
mod scope;
mod until;
mod waves;
