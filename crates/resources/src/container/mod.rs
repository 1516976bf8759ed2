//! What all sources of containers share: the same metrics, computed in one place, whoever looked.

#[cfg(all(test, target_os = "linux", feature = "docker", feature = "cadvisor"))]
mod agreement;
mod disk;
mod frame;
mod limits;
mod memory;
mod pressure;
#[cfg(any(feature = "docker", feature = "cadvisor"))]
mod when;

pub(crate) use disk::DiskBytes;
pub(crate) use frame::{Frame, METRICS, NetworkBytes, Throttling};
pub(crate) use limits::{Limits, cpu_list};
pub(crate) use memory::Memory;
pub(crate) use pressure::Pressure;
#[cfg(any(feature = "docker", feature = "cadvisor"))]
pub(crate) use when::since_epoch_ns;
