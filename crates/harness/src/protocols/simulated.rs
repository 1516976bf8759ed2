//! A system without containers, in which all time passes at once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use plimsoll_model::{Event, EventKind, ResourceSeries, ResourceSummary, Stop, StopCause, TargetKind, Unit};
use plimsoll_resources::Sampled;

use super::conduct::{Conducted, Watched, Watcher, conduct};
use super::moves::{Protocol, Seen, Stretch, Until};
use super::system::{SystemError, SystemUnderTest};

const SECOND: u64 = 1_000_000_000;

pub(super) const MEGABYTE: f64 = 1e6;

/// A machine of one core that units of load, times their speed, keep busy.
#[derive(Debug, Clone)]
pub(super) struct Machine(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    /// Units that keep the core busy.
    capacity: u64,
    load: u64,
    speed: u64,
    now_ns: u64,
    paused_ns: Option<u64>,
    killed_at: Option<u64>,
    failing_at: Option<u64>,
    drained_after_s: u64,
    interrupted_at: Option<u64>,
    /// Growth in a minute under load.
    leak_bytes: f64,
    memory: f64,
    cpu_points: Vec<(u64, Option<f64>)>,
    memory_points: Vec<(u64, Option<f64>)>,
}

impl Machine {
    /// One that so many units keep busy, and no more.
    pub(super) fn of(capacity: u64) -> Machine {
        Machine(Arc::new(Mutex::new(State {
            capacity,
            load: 0,
            speed: 1,
            now_ns: 0,
            paused_ns: None,
            killed_at: None,
            failing_at: None,
            drained_after_s: 0,
            interrupted_at: None,
            leak_bytes: 0.0,
            memory: 50.0 * MEGABYTE,
            cpu_points: Vec::new(),
            memory_points: Vec::new(),
        })))
    }

    /// Runs out of memory from so many units on.
    pub(super) fn killed_at(self, load: u64) -> Machine {
        self.state().killed_at = Some(load);
        self
    }

    /// Refuses a load of so many units.
    pub(super) fn failing_at(self, load: u64) -> Machine {
        self.state().failing_at = Some(load);
        self
    }

    /// Has something to do for so many seconds after it was paused.
    pub(super) fn drained_after(self, seconds: u64) -> Machine {
        self.state().drained_after_s = seconds;
        self
    }

    /// Somebody wants to stop when it has a load of so many units.
    pub(super) fn interrupted_at(self, load: u64) -> Machine {
        self.state().interrupted_at = Some(load);
        self
    }

    /// Keeps so much more in each minute under load.
    pub(super) fn leaking(self, bytes_per_min: f64) -> Machine {
        self.state().leak_bytes = bytes_per_min;
        self
    }

    /// Who watches it.
    pub(super) fn watcher(&self) -> impl Watcher + use<> {
        self.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Carries a protocol out on a machine.
pub(super) async fn run(protocol: &mut dyn Protocol, machine: &mut Machine) -> Conducted {
    let mut watcher = machine.watcher();
    conduct(protocol, machine, &mut watcher).await
}

#[async_trait]
impl SystemUnderTest for Machine {
    async fn reset(&mut self) -> Result<(), SystemError> {
        let mut state = self.state();
        (state.load, state.speed, state.paused_ns) = (0, 1, None);
        state.memory = 50.0 * MEGABYTE;
        Ok(())
    }

    async fn set_load(&mut self, units: u64) -> Result<(), SystemError> {
        let mut state = self.state();
        if state.failing_at == Some(units) {
            return Err(SystemError::new(format!("cannot set the load to {units}"), "status 500"));
        }
        state.load = units;
        Ok(())
    }

    async fn set_speed(&mut self, multiplier: u64) -> Result<(), SystemError> {
        self.state().speed = multiplier;
        Ok(())
    }

    async fn pause(&mut self) -> Result<(), SystemError> {
        let mut state = self.state();
        state.paused_ns = Some(state.now_ns);
        Ok(())
    }

    async fn queued(&mut self) -> Result<u64, SystemError> {
        let state = self.state();
        let until_ns = state.paused_ns.map(|paused_ns| paused_ns + state.drained_after_s * SECOND);
        Ok(if until_ns.is_some_and(|until_ns| state.now_ns >= until_ns) { 0 } else { state.load })
    }
}

#[async_trait]
impl Watcher for Machine {
    fn now_ns(&self) -> u64 {
        self.state().now_ns
    }

    async fn watch(
        &mut self,
        stretch: &Stretch,
        system: &mut dyn SystemUnderTest,
    ) -> Result<Watched, SystemError> {
        let interval_ns = u64::try_from(stretch.interval.as_nanos()).expect("it is seconds");
        let end_ns = self.now_ns() + u64::try_from(stretch.length.as_nanos()).expect("it is seconds");
        let (mut watched, mut row) = (Watched::default(), 0);
        while self.now_ns() + interval_ns <= end_ns {
            self.state().pass(interval_ns);
            watched.samples += 1;
            {
                let state = self.state();
                row = if state.is_busy() { row + 1 } else { 0 };
                let trigger = (row == 2).then(|| state.trigger());
                let is_interrupted = state.interrupted_at.is_some_and(|load| state.load >= load);
                watched.seen = Seen { trigger, killed: state.killed(), is_drained: false, is_interrupted };
            }
            watched.seen.is_drained = system.is_drained().await?;
            let is_over = match stretch.until {
                Until::Time => false,
                Until::Limit => watched.seen.trigger.is_some(),
                Until::Drained => watched.seen.is_drained,
            };
            if is_over || watched.seen.killed.is_some() || watched.seen.is_interrupted {
                break;
            }
        }
        Ok(watched)
    }

    fn sampled(&self) -> Sampled {
        let state = self.state();
        let series = |metric: &str, unit: Unit, points: &[(u64, Option<f64>)]| ResourceSeries {
            target: "container:app".to_owned(),
            kind: TargetKind::Container,
            metric: metric.to_owned(),
            unit,
            points: points.to_vec(),
            gaps: Vec::new(),
            summary: ResourceSummary { count: points.len() as u64, ..ResourceSummary::default() },
        };
        let series = vec![
            series("cpu", Unit::Ratio, &state.cpu_points),
            series("memory", Unit::Bytes, &state.memory_points),
        ];
        Sampled { series, ..Sampled::default() }
    }
}

impl State {
    /// Time passes, and is sampled at its end.
    fn pass(&mut self, interval_ns: u64) {
        self.now_ns += interval_ns;
        let works = if self.paused_ns.is_none() { (self.load * self.speed) as f64 } else { 0.0 };
        if works > 0.0 {
            self.memory += self.leak_bytes * interval_ns as f64 / 60e9;
        }
        self.cpu_points.push((self.now_ns, Some((works / self.capacity as f64).min(1.2))));
        self.memory_points.push((self.now_ns, Some(self.memory)));
    }

    fn is_busy(&self) -> bool {
        self.load * self.speed > self.capacity
    }

    /// One core is the limit.
    fn trigger(&self) -> Stop {
        Stop {
            cause: StopCause::Watch,
            target: Some("container:app".to_owned()),
            metric: Some("cpu".to_owned()),
            value: Some((self.load * self.speed) as f64 / self.capacity as f64),
            limit: Some(1.0),
            at_ns: self.now_ns,
        }
    }

    fn killed(&self) -> Option<Event> {
        let event = || Event {
            t_ns: self.now_ns,
            target: "container:app".to_owned(),
            kind: EventKind::Oom,
            detail: "a process was killed for lack of memory".to_owned(),
        };
        self.killed_at.is_some_and(|load| self.load >= load).then(event)
    }
}
