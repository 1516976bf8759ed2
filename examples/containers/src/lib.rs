//! What a deployment of containers can bear: what the `containers` example is made of.
//!
//! [`config`] is the configuration file and its flags, [`system`] the deployment that protocols put load on, by HTTP and by
//! compose; [`simulation`] is a service to try it on, and [`image`] makes an image of it.

pub mod config;
pub mod image;
pub mod simulation;
pub mod system;
