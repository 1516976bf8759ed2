//! Host, process and container resources on the timeline of a plimsoll load test.
//!
//! A [`Source`] reads raw counters of one target; [`derive()`] turns two readings into values or typed gaps;
//! a [`Sampler`] does that at a [`Pace`], on a thread of its own, and leaves the series of a run; a [`Watch`]
//! says when a target has had enough. [`environment`] says where a result was measured. Before a run,
//! [`advice`] says what of this machine stands in its way, a [`Probe`] whether a service is up, and [`Health`]
//! how a container is.
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
//! | `network_receive`, `network_transmit` | process | bytes per second | of its network, where that is one of its own; the kernel counts by network and not by process |
//! | `network_drops`, `network_errors` | host | per second | both directions |
//! | `tcp_retransmits` | host | per second | segments |
//! | `connections` | host | count | TCP sockets of this network namespace, IPv4 and IPv6, listeners included, waiting-to-close not; the load's own are among them |
//! | `connections` | process | count | TCP sockets that it holds, each once, listeners included |
//! | `threads` | both | count | |
//! | `file_descriptors` | process | count | |
//! | `utilization` | GPU | share of the time, 0 to 1 | time in which something ran on it; memory is that of the device |
//! | `memory`, `memory_share` | GPU | bytes, share | memory of the device in use, by all processes |
//!
//! GPUs need the feature `gpu`.
//!
//! # Metrics of containers
//! By the Docker API (feature `docker`), by cAdvisor (feature `cadvisor`) and by the kernel's files ([`Cgroup`])
//! they are the same. What a source does not say is a gap.
//!
//! | metric | unit | meaning |
//! |---|---|---|
//! | `cpu` | cores, never clamped | work over the source's own wall clock |
//! | `cpu_limit` | cores | what it may use: the tightest of host, set and quota |
//! | `cpu_docker` | cores | as `docker stats` computes it, for comparison; Docker API only |
//! | `throttled` | share of the periods, 0 to 1 | periods in which its limit of CPU held it back: at half a core, 50 % of CPU may be all that it gets |
//! | `memory` | bytes | working set: without page cache that was not used for long |
//! | `memory_usage` | bytes | all that is charged, page cache included |
//! | `memory_hard` | bytes | without page cache: what cannot be given back when memory runs out |
//! | `memory_limit` | bytes | a gap without a limit |
//! | `memory_share`, `memory_host_share` | share, 0 to 1 | `memory_hard` of its limit, and of the memory of its host |
//! | `disk_read`, `disk_write` | bytes per second | as its control group counts them; of version 1, newer kernels only under a limit such as `--device-write-bps` |
//! | `network_receive`, `network_transmit` | bytes per second | all its interfaces but loopback; none with the network of the host |
//! | `network_drops` | per second | both directions |
//! | `threads` | count | |
//! | `connections` | count | TCP sockets of its network; of a Docker engine on this machine, and by files |
//!
//! Above 95 % of its limit for a second reading in a row `memory_hard` is an event of kind
//! [`Limit`](plimsoll_model::EventKind::Limit); page cache never is.
//!
//! In a container, the host's CPU, load and memory are those of the machine around it.
//!
//! # Elsewhere than on Linux
//! CPU that a source says to be more than all cores of its machine is a gap of cause
//! [`Suspect`](plimsoll_model::GapCause::Suspect): no peak, and no reason to end a run.
//!
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
#[cfg(feature = "gpu")]
mod gpu;
mod health;
mod host;
#[cfg(feature = "hostile")]
#[doc(hidden)]
pub mod hostile;
#[cfg(target_os = "linux")]
mod namespace;
#[cfg(target_os = "linux")]
mod parse;
mod probe;
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
pub use docker::{Compose, ComposeError, Container, ProjectContainer};
#[cfg(feature = "gpu")]
pub use gpu::{Gpu, GpuFrame};
pub use health::Health;
pub use host::Host;
pub use probe::{Answer, Probe};
pub use process::Process;
pub use sampler::{Lookout, Pace, Round, Sampled, Sampler, SamplerError};
pub use source::{Description, Noticed, Raw, Reading, Source, SourceError};
pub use watch::{Breach, Watch};
