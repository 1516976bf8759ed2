//! Host, process and container resources on the timeline of a plimsoll load test.
//!
//! A [`Source`] reads raw counters of one target; [`derive()`] turns two readings into values or typed gaps;
//! a [`Sampler`] does that at an interval, on a thread of its own, and leaves the series of a run.
//! [`environment`] says where a result was measured, [`advice`] what of this machine stands in a load
//! test's way.
//!
//! # Metrics
//! | metric | of | unit | meaning |
//! |---|---|---|---|
//! | `cpu` | host | share of the whole machine, 0 to 1 | time that this machine's cores worked; without waiting for disks and without steal |
//! | `cpu` | process | cores, never clamped: two busy cores are 2 | the process and its children, also those that came and went |
//! | `iowait`, `steal` | host | share of the whole machine, 0 to 1 | time idle for a disk; time that the hypervisor gave to others |
//! | `cpu_pressure`, `memory_pressure`, `io_pressure` | host | share of the time, 0 to 1 | time in which at least one task waited for it |
//! | `load` | host | count | load average of one minute |
//! | `runnable` | host | count | tasks that run or wait for a core |
//! | `context_switches` | host | per second | |
//! | `memory` | host | bytes | total less available |
//! | `memory_share` | host | share of the machine's memory, 0 to 1 | the same, of all there is |
//! | `memory` | process | bytes | resident set; what processes of the tree share counts in each |
//! | `swap` | host | bytes | swap in use |
//! | `disk_read`, `disk_write` | both | bytes per second | whole disks only; for a process what reached the disk |
//! | `disk_requests` | host | per second | reads and writes done |
//! | `disk_wait` | host | nanoseconds | mean time of a request, queue included |
//! | `network_receive`, `network_transmit` | host | bytes per second | physical interfaces only, each byte once |
//! | `network_drops`, `network_errors` | host | per second | both directions |
//! | `tcp_retransmits` | host | per second | segments |
//! | `connections` | host | count | TCP sockets of this network namespace, IPv4 and IPv6, listeners included, waiting-to-close not; the load's own are among them |
//! | `threads` | both | count | |
//! | `file_descriptors` | process | count | |
//!
//! In a container, the host's CPU, load and memory are those of the machine around it.
//!
//! # Elsewhere than on Linux
//! CPU, memory, swap and load come from sysinfo, of a process CPU and memory without its children. All else
//! is a gap of cause [`Unsupported`](plimsoll_model::GapCause::Unsupported).

pub mod advice;
#[cfg(feature = "cadvisor")]
mod cadvisor;
mod cgroup;
mod container;
pub mod derive;
#[cfg(feature = "docker")]
mod docker;
pub mod environment;
mod host;
#[cfg(target_os = "linux")]
mod parse;
mod process;
mod sampler;
mod series;
mod source;
mod summary;
#[cfg(target_os = "linux")]
mod system;
mod track;
mod watch;

#[cfg(feature = "cadvisor")]
pub use cadvisor::{Api, Cadvisor};
pub use cgroup::Cgroup;
pub use derive::{Derived, derive};
#[cfg(feature = "docker")]
pub use docker::Container;
pub use host::Host;
pub use process::Process;
pub use sampler::{Lookout, Pace, Sampled, Sampler, SamplerError};
pub use source::{Description, Noticed, Raw, Reading, Source, SourceError};
pub use watch::{Breach, Watch};
