//! What a GPU shows at one look.

use serde::{Deserialize, Serialize};

/// What a GPU shows at one look; `None` where the device does not tell.
///
/// Plain data, so that a frame that was recorded on one machine is a test on every other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GpuFrame {
    /// Place of the device in the driver's list, from 0.
    pub index: u32,
    /// Its own id, which no other device has.
    pub uuid: String,
    /// Its model.
    pub name: String,
    /// Share of the driver's last sampling period in which something ran on it, 0 to 100.
    pub busy_percent: Option<u32>,
    /// Share of the same time in which its memory was read or written, 0 to 100.
    pub memory_busy_percent: Option<u32>,
    /// Memory in use, by all processes.
    pub memory_used_bytes: Option<u64>,
    /// All of its memory.
    pub memory_total_bytes: Option<u64>,
}

/// Frames in a file, with where they come from.
#[cfg(test)]
#[derive(Debug, Deserialize)]
pub(super) struct Recording {
    #[expect(dead_code, reason = "it is for people")]
    pub(super) note: String,
    pub(super) frames: Vec<GpuFrame>,
}
