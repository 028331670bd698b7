//! `--incremental`: what is read, what is said of it, and that no file makes a plan that a whole read wouldn't make.

mod apply;
mod file;
mod law;
mod read;
mod world;
