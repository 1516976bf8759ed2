//! The built-in systems, both of which do the same work on the same routes.
//!
//! | route | what it does |
//! |---|---|
//! | `GET /items?page=N` | a page of a catalogue |
//! | `GET /search?seed=N` | the nearest of some thousand vectors |
//! | `POST /train?seed=N` | fits a linear model to seeded data |
//! | `GET /echo` | a WebSocket that gives back what it gets |
//!
//! The monolith does all of it itself. Of the microservices the front does the first and the last, and asks a worker
//! for the others over HTTP.

mod server;
mod system;
mod work;

pub use server::{COMMAND, serve};
pub use system::{Kind, System};
