//! What others depend on: schemas, examples, help texts, and Okta's own words against client and emulator.

mod asking;
mod client;
mod documents;
mod emulator;
mod emulator_account;
mod emulator_apps_and_policies;
mod emulator_collections;
mod emulator_doors;
mod emulator_logs;
mod emulator_orgs;
mod help;
mod runbook;
mod schemas;
