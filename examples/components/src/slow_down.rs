//! A component that is slower than it has to be, to see that it is found.

use std::fmt::{self, Display};
use std::str::FromStr;
use std::time::Duration;

use clap::ValueEnum;

use crate::component::Component;

/// A component, and how much longer each call of it takes: `search=600ms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlowDown {
    /// The component.
    pub component: Component,
    /// How much longer it takes.
    pub by: Duration,
}

/// Why a text is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a component and a length of time, such as search=600ms; components are {}", names())]
pub struct SlowDownError;

fn names() -> String {
    Component::ALL.map(Component::name).join(", ")
}

impl FromStr for SlowDown {
    type Err = SlowDownError;

    fn from_str(text: &str) -> Result<SlowDown, SlowDownError> {
        let (name, by) = text.split_once('=').ok_or(SlowDownError)?;
        let component = Component::from_str(name.trim(), false).map_err(|_| SlowDownError)?;
        Ok(SlowDown { component, by: plimsoll_cli::length(by).map_err(|_| SlowDownError)? })
    }
}

impl Display for SlowDown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={:?}", self.component, self.by)
    }
}
