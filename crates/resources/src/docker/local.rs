//! What this machine knows of a container itself, where the engine runs on it.

use super::inspection::Inspection;
#[cfg(target_os = "linux")]
use crate::cgroup::{Groups, Reader};
#[cfg(target_os = "linux")]
use crate::system::Root;

/// A container whose processes this machine can see.
#[derive(Debug)]
pub(super) struct Local {
    #[cfg(target_os = "linux")]
    reader: Reader,
    /// Cores by the limits of its group and of those above it, which the engine does not say.
    pub(super) cores: Option<f64>,
}

#[cfg(target_os = "linux")]
impl Local {
    /// `None` where the engine's process id means nothing here, or another process.
    pub(super) fn of(inspection: &Inspection) -> Option<Local> {
        let (root, pid) = (Root::default(), inspection.pid?);
        let groups = Groups::of(&root, &pid.to_string())?;
        let cores = groups.limits(&root).cpu_millicores;
        let cores = cores.map(|thousandths| plimsoll_metrics::num::to_f64(thousandths) / 1_000.0);
        let is_it = !inspection.id.is_empty() && groups.mention(&inspection.id);
        is_it.then(|| Local { reader: Reader::new(pid), cores })
    }

    /// TCP sockets of its network.
    pub(super) fn connections(&self) -> Option<u64> {
        self.reader.connections()
    }
}

#[cfg(not(target_os = "linux"))]
impl Local {
    pub(super) fn of(_inspection: &Inspection) -> Option<Local> {
        None
    }

    pub(super) fn connections(&self) -> Option<u64> {
        None
    }
}
