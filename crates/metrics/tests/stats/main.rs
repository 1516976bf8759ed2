//! The statistics held to other people's answers, to laws, and to series whose verdict is known.

mod goals;
mod scipy;
mod simulation;
