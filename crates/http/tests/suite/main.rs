//! HTTP and WebSockets against servers on loopback, some of which misbehave.

#![expect(clippy::unwrap_used, reason = "what cannot be started fails the test")]

mod connections;
mod faults;
mod requests;
mod secrets;
mod support;
mod websocket;
