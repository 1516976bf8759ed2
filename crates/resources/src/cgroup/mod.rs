//! One container by the kernel's own files.

#[cfg(target_os = "linux")]
mod groups;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod portable;

use std::time::Duration;

use async_trait::async_trait;
use plimsoll_metrics::{Clock, Timeline};
use plimsoll_model::{EventKind, TargetKind};

#[cfg(target_os = "linux")]
pub(crate) use self::groups::Groups;
#[cfg(target_os = "linux")]
pub(crate) use self::linux::Reader;
#[cfg(not(target_os = "linux"))]
use self::portable::Reader;
use crate::container::{Limits, METRICS, Pressure};
use crate::source::{Description, Noticed, Reading, Source, SourceError};

/// A container, or any other control group, by the kernel's own files: no engine needs to be asked.
///
/// It is given by the id of a process in it, which `docker inspect` calls `State.Pid`, and reads the group of
/// that process in version 1 or 2, whichever the machine has. CPU is in cores and never clamped. When the
/// process ends so does the target; a container that was started again has another process. Processes that
/// the kernel killed for lack of memory are noticed.
#[derive(Debug)]
pub struct Cgroup {
    target: String,
    pid: u32,
    reader: Reader,
    timeline: Timeline,
    /// Processes killed for lack of memory so far; `None` before the first reading.
    oom_kills: Option<u64>,
    limits: Limits,
    pressure: Pressure,
    noticed: Vec<Noticed>,
}

impl Cgroup {
    /// The control group of a process, as target `container:ID`.
    ///
    /// ```
    /// use plimsoll_resources::{Cgroup, Source};
    ///
    /// assert_eq!(Cgroup::of_process(42).target(), "container:42");
    /// assert_eq!(Cgroup::of_process(42).labelled("db").target(), "container:db");
    /// ```
    #[must_use]
    pub fn of_process(pid: u32) -> Cgroup {
        Cgroup {
            target: format!("container:{pid}"),
            pid,
            reader: Reader::new(pid),
            timeline: Timeline::start(Clock::System),
            oom_kills: None,
            limits: Limits::default(),
            pressure: Pressure::default(),
            noticed: Vec::new(),
        }
    }

    /// The same group as target `container:LABEL`, which is the same in every run.
    #[must_use]
    pub fn labelled(self, label: &str) -> Cgroup {
        Cgroup { target: format!("container:{label}"), ..self }
    }

    /// Notes what was killed since the reading before.
    fn count_kills(&mut self, oom_kills: Option<u64>) {
        let before = std::mem::replace(&mut self.oom_kills, oom_kills);
        let killed = oom_kills.zip(before).map_or(0, |(now, before)| now.saturating_sub(before));
        if killed > 0 {
            let detail = format!("the kernel killed {killed} of its processes for lack of memory");
            self.noticed.push(Noticed { kind: EventKind::Oom, detail, age: Duration::ZERO });
        }
    }
}

#[async_trait]
impl Source for Cgroup {
    fn target(&self) -> &str {
        &self.target
    }

    fn kind(&self) -> TargetKind {
        TargetKind::Container
    }

    fn metrics(&self) -> &[Description] {
        &METRICS
    }

    async fn read(&mut self) -> Result<Reading, SourceError> {
        let Some(look) = self.reader.read(self.timeline.now()) else {
            let detail = format!("no control group can be read of a process with the id {}", self.pid);
            return Err(SourceError::NotRunning { target: self.target.clone(), detail });
        };
        self.count_kills(look.oom_kills);
        self.limits = look.limits;
        self.noticed.extend(self.pressure.feel(look.frame.memory.as_ref(), &look.limits));
        Ok(look.frame.reading(look.life, &look.limits))
    }

    fn capacity(&self, metric: &str) -> Option<f64> {
        self.limits.capacity(metric)
    }

    fn noticed(&mut self) -> Vec<Noticed> {
        std::mem::take(&mut self.noticed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(cgroup: &mut Cgroup) -> Vec<EventKind> {
        cgroup.noticed().iter().map(|noticed| noticed.kind).collect()
    }

    #[tokio::test]
    async fn a_process_that_never_was_has_no_group() {
        let error = Cgroup::of_process(u32::MAX).labelled("db").read().await.expect_err("no such process");
        assert_eq!(
            error.to_string(),
            "container:db is not running: no control group can be read of a process with the id 4294967295"
        );
    }

    #[test]
    fn kills_before_the_first_reading_are_not_of_this_run() {
        let mut cgroup = Cgroup::of_process(1);
        cgroup.count_kills(Some(3));
        assert_eq!(kinds(&mut cgroup), []);
    }

    #[test]
    fn kills_between_two_readings_are_one_event_that_counts_them() {
        let mut cgroup = Cgroup::of_process(1);
        cgroup.count_kills(Some(3));
        cgroup.count_kills(Some(5));
        let noticed = cgroup.noticed();
        assert_eq!(noticed[0].detail, "the kernel killed 2 of its processes for lack of memory");
        cgroup.count_kills(Some(5));
        assert_eq!(kinds(&mut cgroup), []);
    }
}
