//! The engine: workflows of which agents do the parts.
//!
//! A document is handed in over the API and written on the blackboard. One agent divides it, others read its sections
//! at the same time and ask a lexicon over a socket what their words weigh, one puts the findings together and into the
//! store. Every task that is done is an event on the bus, and the director hands out what follows from it.
//!
//! | part | what it is |
//! |---|---|
//! | API | axum on a port of this machine: `PUT /workflows/ID`, `GET /workflows/ID` |
//! | agents | tokio tasks, each with a bounded queue |
//! | bus | a broadcast channel, of which every subscriber gets every event |
//! | blackboard | a map behind a lock that readers share |
//! | store | an append-only file, and a thread that writes and reads it |
//! | lexicon | a service of one line each way, over TCP on this machine |

mod agent;
mod api;
mod blackboard;
mod bus;
mod director;
mod failed;
mod lexicon;
mod running;
mod settings;
mod shared;
mod store;
mod trace;
mod workflow;

pub use failed::Failed;
pub use running::{Engine, Ticket};
pub use settings::Settings;
pub use trace::{Part, Span};
