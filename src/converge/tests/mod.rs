//! Converging without a server: what a look means, as tables, and the protocol against a script of looks and answers.

mod configure;
mod drive;
mod judge;
mod lost;
mod schedule;
mod script;
