//! plimsoll

pub use plimsoll_model as model;
