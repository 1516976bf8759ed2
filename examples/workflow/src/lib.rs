//! A workflow engine in one process, and a load on it: what the `workflow` example is made of.
//!
//! [`engine`] is the engine: agents, an event bus, a blackboard, a store, an API, and a lexicon beyond a socket.
//! [`document`] is what its workflows work on, and [`mod@load`] what is done to it.

pub mod document;
pub mod engine;
pub mod load;
