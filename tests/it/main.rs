//! One binary for everything that is tested from outside: commands, promises, laws, contracts.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "this is all test code, helpers included"
)]

mod action;
mod action_release;
mod advice;
mod at_once;
mod baseline_bodies;
mod births;
mod bounds;
mod browser;
mod bugs;
mod canary;
mod canary_inside;
mod canary_orgs;
mod commands;
mod comment;
mod comment_cases;
mod configure;
mod contracts;
mod edges;
mod evidence;
mod exact;
mod fake_account;
mod fake_github;
mod faults;
mod files;
mod gitops;
mod guide;
mod hostile;
mod house;
mod incremental;
mod inside_laws;
mod inside_words;
mod inside_worlds;
mod large_page;
mod laws;
mod life;
mod life_faults;
mod mistakes;
mod network;
mod new_orgs;
mod odd_orgs;
mod org_apps;
mod org_creator;
mod org_keys;
mod page;
mod page_details;
mod page_scale;
mod places;
mod promises;
mod redaction;
mod requests;
mod rooms;
mod runner;
mod served;
mod server;
mod signals;
mod support;
mod system_log;
mod tokens;
mod upkeep;
mod waves;
mod waves_cut;
mod workflows;
mod worlds;
mod written;
