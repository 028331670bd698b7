//! What is kept and what of it holds, and the law of it: however changes and their events come, a run ends with the truth.

mod law;
mod recalled;
mod text;
mod worlds;
