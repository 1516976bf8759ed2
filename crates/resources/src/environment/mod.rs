//! Where a result is measured: system, processor, memory and the limits of a container around.

#[cfg(target_os = "linux")]
mod links;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod portable;

use std::thread;

use plimsoll_model::Environment;

#[cfg(target_os = "linux")]
use self::linux::{machine, room};
#[cfg(not(target_os = "linux"))]
use self::portable::{machine, room};

/// This machine, under a label such as `dev` or `staging`.
///
/// What cannot be found is an empty text, zero or `None`; nothing here fails. Cores are those that this
/// process may use, so that they follow the limits of a container, while the memory is the machine's. The
/// revision of the source and the versions of other software are for the caller to add.
///
/// ```
/// let environment = plimsoll_resources::environment::detect("dev");
/// assert_eq!(environment.label, "dev");
/// assert!(environment.cores >= 1);
/// ```
#[must_use]
pub fn detect(label: &str) -> Environment {
    Environment {
        label: label.to_owned(),
        cores: cores(),
        rustc: env!("PLIMSOLL_RUSTC").to_owned(),
        ..machine()
    }
}

/// What a process may use at most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Room {
    /// Cores, by its control groups and the machine.
    pub(crate) cores: f64,
    /// Memory, by its control groups and the machine; `None` where nobody says.
    pub(crate) memory_bytes: Option<f64>,
}

impl Room {
    /// What the process with this id may use now.
    pub(crate) fn of(pid: u32) -> Room {
        room(pid)
    }
}

/// Cores that this process may use, at least one.
pub(crate) fn cores() -> u64 {
    thread::available_parallelism().ok().and_then(|cores| u64::try_from(cores.get()).ok()).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_cores_memory_and_a_compiler() {
        let environment = detect("dev");
        assert!(environment.cores >= 1 && environment.memory_bytes > 0, "{environment:?}");
        assert!(environment.rustc.starts_with("rustc "), "{environment:?}");
    }
}
