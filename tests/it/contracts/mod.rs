//! What others depend on: schemas, examples, help texts, and Okta's own words against client and emulator.

mod client;
mod documents;
mod emulator;
mod help;
mod runbook;
mod schemas;
