//! What an engine is like.

use std::num::NonZeroU16;

/// What an engine is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// How many agents there are.
    pub agents: NonZeroU16,
    /// Most workflows under way at the same time.
    pub capacity: NonZeroU16,
    /// Whether each write of the store waits for the disk, and not only for the operating system.
    pub sync: bool,
}

impl Default for Settings {
    /// Four agents, 256 workflows, no waiting for the disk.
    fn default() -> Settings {
        let number = |number| NonZeroU16::new(number).expect("the numbers below are not zero");
        Settings { agents: number(4), capacity: number(256), sync: false }
    }
}
