//! The warning before a container runs out of memory.

use std::time::Duration;

use plimsoll_metrics::num::to_f64;
use plimsoll_model::{EventKind, human};

use super::{Limits, Memory};
use crate::source::Noticed;

/// Above this share of the limit the next allocation may be the last.
const WARNED_ABOVE: f64 = 0.95;

/// Readings in a row that are near the limit before it is said: while the kernel looks for pages to give back, those that
/// it holds in its hands are on no list, and for that moment page cache looks like memory that must stay.
const IN_A_ROW: u32 = 2;

/// Below this one a new rise is a new warning, so that use around the bound is not one at every reading.
const CALM_BELOW: f64 = 0.90;

/// Warns of memory that cannot be given back and is near its limit. Page cache never warns.
#[derive(Debug, Default)]
pub(crate) struct Pressure {
    near: u32,
    warned: bool,
}

impl Pressure {
    /// A warning when memory has come near the limit and stayed there for a second reading.
    pub(crate) fn feel(&mut self, memory: Option<&Memory>, limits: &Limits) -> Option<Noticed> {
        let (hard, limit) = memory.and_then(Memory::hard).zip(limits.memory_bytes)?;
        let share = to_f64(hard) / to_f64(limit);
        if share < CALM_BELOW {
            self.warned = false;
        }
        self.near = if share > WARNED_ABOVE { self.near + 1 } else { 0 };
        if self.near < IN_A_ROW || std::mem::replace(&mut self.warned, true) {
            return None;
        }
        let (share, limit) = (human::share(share), human::bytes(to_f64(limit)));
        let detail =
            format!("memory_hard, which cannot be given back, is at {share} of the limit of {limit}");
        Some(Noticed { kind: EventKind::Limit, detail, age: Duration::ZERO })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        cores: None,
        host_cores: None,
        memory_bytes: Some(64 << 20),
        host_memory_bytes: Some(1 << 33),
    };

    /// Whether there is a warning at each of several shares of hard memory, in per cent.
    fn warnings(percent: &[u64]) -> Vec<bool> {
        let mut pressure = Pressure::default();
        let memory = |percent| Memory::of((64 << 20) * percent / 100, 0, 0);
        percent.iter().map(|percent| pressure.feel(Some(&memory(*percent)), &LIMITS).is_some()).collect()
    }

    #[test]
    fn coming_near_the_limit_warns_once() {
        assert_eq!(warnings(&[50, 96, 97, 98, 94, 96, 96]), [false, false, true, false, false, false, false]);
    }

    #[test]
    fn coming_near_again_after_relief_warns_again() {
        assert_eq!(warnings(&[96, 96, 80, 96, 96]), [false, true, false, false, true]);
    }

    #[test]
    fn a_single_reading_near_the_limit_is_a_hiccup() {
        assert_eq!(warnings(&[50, 97, 50, 97, 94, 97]), [false; 6]);
    }

    #[test]
    fn page_cache_never_warns() {
        let memory = Memory::of((64 << 20) - 1, 4 << 20, 58 << 20);
        let mut pressure = Pressure::default();
        assert_eq!([(); 3].map(|()| pressure.feel(Some(&memory), &LIMITS)), [None, None, None]);
    }

    #[test]
    fn without_a_limit_there_is_nothing_to_come_near() {
        let memory = Memory::of(1 << 40, 0, 0);
        let limits = Limits { memory_bytes: None, ..LIMITS };
        assert_eq!(Pressure::default().feel(Some(&memory), &limits), None);
    }

    #[test]
    fn the_warning_says_how_near() {
        let memory = Memory::of((64 << 20) * 97 / 100, 0, 0);
        let mut pressure = Pressure::default();
        let told = [(); 2].map(|()| pressure.feel(Some(&memory), &LIMITS));
        let [None, Some(noticed)] = told else { panic!("97% is near: {told:?}") };
        assert_eq!(
            noticed.detail,
            "memory_hard, which cannot be given back, is at 97 % of the limit of 64 MiB"
        );
    }
}
