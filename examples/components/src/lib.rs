//! The components of a query service: what the `components` example is made of.
//!
//! A question becomes a vector ([`embedding`]), its nearest passages are looked up ([`search`]), and a language model
//! answers ([`llm`], a stand-in with a stated latency); [`api`] is the way in over HTTP. [`component`] says how each is
//! measured and what it may take, [`parts`] holds what they share, and [`texts`] is what they work on.

pub mod api;
pub mod component;
pub mod embedding;
pub mod llm;
pub mod parts;
pub mod search;
pub mod slow_down;
pub mod texts;
