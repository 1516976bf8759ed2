//! The statistics held to other people's answers, to laws, and to series whose verdict is known.

mod goals;
mod golden;
mod known_answers;
mod laws;
mod refusal;
mod scipy;
mod simulation;
