//! A service over HTTP, and loads on it and on any other: what the `http-load` example is made of.
//!
//! [`service`] is the built-in one: it knows who asks by a token, lists and answers questions, and misbehaves as
//! [`inject`] says. [`clinic`] is the load on it, and [`request`] the load on any address, with rows of [`data`].

pub mod clinic;
pub mod data;
pub mod inject;
pub mod request;
pub mod service;
