//! The network that a process sees, which `/proc/PID/net` shows from outside.

use crate::parse::{self, Traffic};
use crate::system::Root;

/// The network namespace of a process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Namespace<'a> {
    pub(crate) root: &'a Root,
    pub(crate) pid: u32,
}

impl Namespace<'_> {
    /// Whether it is that of this program, and so mostly of the machine: then what it shows is not the process's own.
    pub(crate) fn is_ours(&self) -> bool {
        let namespace = |process: &str| self.root.link_name(&format!("proc/{process}/ns/net"));
        let ours = namespace("self");
        ours.is_some() && ours == namespace(&self.pid.to_string())
    }

    /// What passed its interfaces but the loopback; `None` where that cannot be read.
    pub(crate) fn traffic(&self) -> Option<Vec<Traffic>> {
        let text = self.root.text(&format!("proc/{}/net/dev", self.pid)).ok()?;
        Some(parse::traffic(&text).into_iter().filter(|one| one.name != "lo").collect())
    }

    /// TCP sockets in use.
    pub(crate) fn sockets(&self) -> Option<u64> {
        let of = |file: &str, key: &str| {
            self.root.read(&format!("proc/{}/net/{file}", self.pid), |text| parse::sockets(text, key)).ok()
        };
        Some(of("sockstat", "TCP:")?.saturating_add(of("sockstat6", "TCP6:").unwrap_or(0)))
    }
}
