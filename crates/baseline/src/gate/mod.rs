//! Is the candidate worse than the baseline? The definite answer: both sides in turn, in one sitting.
//!
//! A [`Gate`] is a state machine without a clock or a process. It says which side runs next, is told what was
//! measured, and ends as soon as the answer is clear:
//!
//! - **Order.** Pairs of A and B in the order ABBA BAAB BAAB ABBA …, so that a machine that grows slower or
//!   faster, evenly or not, treats both sides alike, and nothing that comes back every few runs meets always
//!   the same one (the sequence of Thue and Morse).
//! - **Regression.** At a look, a deciding metric is worse by more than chance (exact Mann-Whitney, one-sided,
//!   Holm's correction over all that decide) and by at least the margin (Hodges-Lehmann).
//! - **Pass.** Of every deciding metric a change as large as the one to protect from is excluded at 5 %
//!   (Schuirmann 1987). An improvement is a regression of the baseline.
//! - **Inconclusive.** Neither, after the last look; the change that would have been found is named.
//! - **Invalid.** A run that is invalid, or measured nothing of what decides, or another plan, machine or format
//!   on one side. Missing data never passes.
//!
//! How often it errs is simulated by `cargo xtask ci --long`; the table is in `docs/evidence.md`.

mod calibrate;
mod judge;
mod looks;
mod noise;
mod policy;
mod state;

pub use calibrate::{BLOCKS, calibrate};
pub use looks::{Look, Looks, LooksError};
pub use noise::Noise;
pub use policy::Policy;
pub use state::{Gate, Next};
