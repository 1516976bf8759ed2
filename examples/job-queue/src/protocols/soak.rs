//! Soak: a load for a long time, and what it does to memory and to the books.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use plimsoll::harness::memory_profiles;
use plimsoll::model::{
    Leak, LeakVerdict, MemoryProfile, Profile as LoadProfile, ProtocolScenario, Run, Status, StopCause,
    TargetKind, Verdict,
};
use plimsoll::{Load, LoadError, Process, Sample as _};

use super::accounts::{get_stuck, left_behind, wrongly_found};
use super::outcome::{Outcome, ProtocolError, fail_for, named};
use crate::profile::Profile;
use crate::queue::{Clock, Queue, Reconciliation, Settings, Status as QueueStatus};
use crate::workload;

/// How often memory is looked at. A window of the search for leaks takes 20 seconds and wants ten values: four
/// times as many leave room for a machine that is late.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// How often stuck jobs are looked for while the load goes on.
const RECONCILE_EVERY: Duration = Duration::from_secs(10);

/// The silence after which a job counts as stuck: no job of a profile takes nearly as long.
const LEASE: Duration = Duration::from_secs(30);

const MEGABYTE: f64 = 1e6;

/// The load of a profile for a long time.
///
/// Meanwhile the memory of this process, with the queue in it, is followed, and stuck jobs are looked for. After
/// it every job must be accounted for, and a job that does get stuck must be found. A leak fails; memory that
/// was not followed long enough leaves the matter open.
#[derive(Debug, Clone, PartialEq)]
pub struct Soak {
    /// The queue under test.
    pub settings: Settings,
    /// The load.
    pub profile: Profile,
    /// How long.
    pub length: Duration,
}

/// What a soak leaves: the run whatever came after it.
#[derive(Debug)]
pub struct Soaked {
    /// The load as it was measured.
    pub run: Run,
    /// What the memory of this process did.
    pub leak: Leak,
    /// What was concluded, unless the queue could not be asked any more.
    pub outcome: Result<Outcome, ProtocolError>,
}

/// What stuck jobs were found while the load went on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Patrol {
    rounds: u64,
    stuck: usize,
}

/// The books when the load was over.
#[derive(Debug, Clone)]
struct Books {
    closed: QueueStatus,
    nothing: Reconciliation,
    stuck: Reconciliation,
}

impl Soak {
    /// The usual: five minutes.
    #[must_use]
    pub fn new(settings: Settings, profile: Profile) -> Soak {
        Soak { settings, profile, length: Duration::from_secs(300) }
    }

    /// Runs it on a queue of its own; `measure` carries out the load.
    ///
    /// # Errors
    /// A queue that does not start, and a load that cannot be run.
    pub async fn run(
        &self,
        clock: &Clock,
        measure: impl AsyncFnOnce(Load) -> Result<Run, LoadError>,
    ) -> Result<Soaked, ProtocolError> {
        let queue = Arc::new(Queue::start(self.settings.clone(), clock.clone()).await?);
        let mut patrol = Patrol::default();
        let run = tokio::select! {
            run = measure(self.load(&queue)) => run?,
            never = patrol.walk(&queue) => match never {},
        };
        let books = Books::close(&queue, self.profile).await;
        let shut_down = queue.shutdown().await;
        let leak = leak(&run);
        let outcome = books.and_then(|books| shut_down.map(|()| books).map_err(ProtocolError::from));
        let outcome = outcome.map(|books| Outcome {
            scenario: self.scenario(&run, &leak, patrol, &books),
            verdict: verdict(&run, &leak, patrol, &books),
        });
        Ok(Soaked { run, leak, outcome })
    }

    fn load(&self, queue: &Arc<Queue>) -> Load {
        let users = self.profile.concurrent_jobs() as u64;
        workload::load(self.profile, Arc::clone(queue))
            .measure(LoadProfile::users(users, self.length))
            .sample_every(LOOK_EVERY, [Box::new(Process::own()) as _])
    }

    fn scenario(&self, run: &Run, leak: &Leak, patrol: Patrol, books: &Books) -> ProtocolScenario {
        let depth = books.closed.depth();
        ProtocolScenario {
            scenario_name: "soak".to_owned(),
            scenario_params: named([
                ("profile", self.profile.name().into()),
                ("tenants", self.settings.tenants.len().into()),
                ("workers", self.settings.workers.into()),
                ("duration_s", self.length.as_secs_f64().into()),
            ]),
            aborted: was_cut_short(run),
            metadata: named([
                ("submitted", books.closed.submitted().into()),
                ("done", depth.done.into()),
                ("failed", depth.failed.into()),
                ("memory", leak.detail.clone().into()),
                ("memory_slope_bytes_per_min", leak.slope_bytes_per_min.into()),
                ("memory_slope_lower_bytes_per_min", leak.lower_bytes_per_min.into()),
                ("memory_slope_upper_bytes_per_min", leak.upper_bytes_per_min.into()),
                ("reconciliations", patrol.rounds.into()),
                ("stuck_during_load", patrol.stuck.into()),
                ("stuck_after_load", books.nothing.stuck().into()),
                ("stuck_found", books.stuck.stuck().into()),
            ]),
        }
    }
}

impl Patrol {
    /// Looks for stuck jobs from time to time, for ever.
    async fn walk(&mut self, queue: &Queue) -> Infallible {
        loop {
            tokio::time::sleep(RECONCILE_EVERY).await;
            // A Redis that is away shows in the figures of the load.
            if let Ok(found) = queue.reconcile(LEASE).await {
                self.rounds += 1;
                self.stuck += found.stuck();
            }
        }
    }
}

impl Books {
    async fn close(queue: &Queue, profile: Profile) -> Result<Books, ProtocolError> {
        queue.settled().await?;
        let closed = queue.status().await?;
        // Without a lease, every job that still runs would be stuck.
        let nothing = queue.reconcile(Duration::ZERO).await?;
        let stuck = get_stuck(queue, workload::connector(profile, 0)).await?;
        Ok(Books { closed, nothing, stuck })
    }
}

fn was_cut_short(run: &Run) -> bool {
    run.stop.cause != StopCause::Finished
}

fn verdict(run: &Run, leak: &Leak, patrol: Patrol, books: &Books) -> Verdict {
    let mut reasons = left_behind(&books.closed, books.closed.submitted(), "after the load");
    reasons.extend(wrongly_found(&books.nothing, &books.stuck));
    if patrol.stuck > 0 {
        reasons.push(format!("{} jobs got stuck under the load", patrol.stuck));
    }
    let failed = books.closed.depth().failed;
    if failed > 0 {
        reasons.push(format!("{failed} of {} jobs failed", books.closed.submitted()));
    }
    let memory = |status| Verdict::because(status, format!("memory of the process: {}", leak.detail));
    let memory = match leak.verdict {
        LeakVerdict::Normal => Verdict::pass(),
        LeakVerdict::Leak => memory(Status::Fail),
        LeakVerdict::Watch | LeakVerdict::NotEnoughData => memory(Status::Inconclusive),
    };
    let verdict = fail_for(reasons).and(memory);
    if was_cut_short(run) {
        return verdict.and(Verdict::because(Status::Interrupted, "the soak was cut short"));
    }
    verdict
}

/// What the memory of this process did during a run, by the profile that is in its result.
fn leak(run: &Run) -> Leak {
    let is_own = |profile: &MemoryProfile| {
        run.resources
            .iter()
            .any(|series| series.kind == TargetKind::Process && series.target == profile.target)
    };
    let profile = memory_profiles(run).into_iter().find(is_own);
    let decided = profile.as_ref().filter(|profile| profile.lower_bytes_per_min.is_some());
    Leak {
        target: "process".to_owned(),
        phase: "soak".to_owned(),
        verdict: profile.as_ref().map_or(LeakVerdict::NotEnoughData, |profile| profile.verdict),
        slope_bytes_per_min: decided.and_then(|profile| profile.slope_bytes_per_min),
        lower_bytes_per_min: decided.and_then(|profile| profile.lower_bytes_per_min),
        upper_bytes_per_min: decided.and_then(|profile| profile.upper_bytes_per_min),
        interval_confidence: decided.and_then(|profile| profile.interval_confidence),
        detail: profile.as_ref().map_or_else(|| "it was not followed".to_owned(), detail),
    }
}

fn detail(profile: &MemoryProfile) -> String {
    let longer = profile.enough_ns.map(|enough| Duration::from_nanos(enough).as_secs_f64().ceil());
    let longer = longer.map(|seconds| format!("; {seconds:.0} s should do")).unwrap_or_default();
    let bounds = profile.lower_bytes_per_min.zip(profile.upper_bytes_per_min);
    let Some((value, (lower, upper))) = profile.slope_bytes_per_min.zip(bounds) else {
        return format!("too short to say{longer}");
    };
    let [value, lower, upper] = [value, lower, upper].map(|bytes| bytes / MEGABYTE);
    let share = profile.interval_confidence.unwrap_or_default() * 100.0;
    let open = if profile.verdict == LeakVerdict::NotEnoughData { ", too wide to say" } else { "" };
    format!(
        "changes by {value:+.3} MB in a minute ({share:.0} % interval {lower:+.3} to {upper:+.3}{open}{longer})"
    )
}

#[cfg(test)]
mod tests {
    use plimsoll::model::{ResourceSeries, ResourceSummary, Unit};
    use plimsoll::op;

    use super::*;
    use crate::queue::Tenant;

    /// A run of so many seconds whose memory grew by so many megabytes in a minute.
    async fn run(seconds: u32, megabytes: f64) -> Run {
        let load = Load::new("soak").operation(op("job", |_| async {})).virtual_time();
        let mut run = load.measure(LoadProfile::iterations(1, 1)).run().await.unwrap();
        let bytes = |second: u32| MEGABYTE * (100.0 + megabytes * f64::from(second) / 60.0);
        let points = (0..seconds).map(|second| (u64::from(second) * 1_000_000_000, Some(bytes(second))));
        run.resources = vec![ResourceSeries {
            target: "process".to_owned(),
            kind: TargetKind::Process,
            metric: "memory".to_owned(),
            unit: Unit::Bytes,
            points: points.collect(),
            gaps: Vec::new(),
            summary: ResourceSummary {
                mean: Some(bytes(seconds / 2)),
                peak: Some(bytes(seconds)),
                ..ResourceSummary::default()
            },
        }];
        run
    }

    /// Books in which nothing is wrong.
    async fn sound() -> Books {
        let settings = Settings::new(1, Tenant::numbered(1, 1));
        let queue = Queue::start(settings, Clock::new(|| Duration::ZERO)).await.unwrap();
        Books::close(&queue, Profile::Small).await.unwrap()
    }

    async fn judged(seconds: u32, megabytes: f64) -> Verdict {
        let run = run(seconds, megabytes).await;
        verdict(&run, &leak(&run), Patrol::default(), &sound().await)
    }

    #[tokio::test]
    async fn steady_memory_passes() {
        assert_eq!(judged(300, 0.0).await, Verdict::pass());
    }

    #[tokio::test]
    async fn a_leak_fails_and_tells_its_slope() {
        let verdict = judged(300, 2.0).await;
        assert_eq!(verdict.status, Status::Fail);
        let reason = "memory of the process: changes by +2.00";
        assert!(verdict.reasons[0].starts_with(reason), "{verdict:?}");
    }

    #[tokio::test]
    async fn a_short_soak_leaves_the_matter_open() {
        let verdict = judged(10, 2.0).await;
        assert_eq!(verdict.status, Status::Inconclusive);
        assert!(verdict.reasons[0].starts_with("memory of the process: too short to say; "), "{verdict:?}");
    }

    #[tokio::test]
    async fn memory_that_nobody_followed_leaves_the_matter_open() {
        let mut run = run(300, 0.0).await;
        run.resources.clear();
        assert_eq!(leak(&run).verdict, LeakVerdict::NotEnoughData);
    }

    #[tokio::test]
    async fn a_stuck_job_that_is_not_found_fails() {
        let run = run(300, 0.0).await;
        let leak = leak(&run);
        let books = Books { stuck: Reconciliation::default(), ..sound().await };
        let reason = "reconciliation found 0 stuck jobs; 1 was";
        let judged = verdict(&run, &leak, Patrol::default(), &books);
        assert_eq!(judged, Verdict::because(Status::Fail, reason));
    }

    #[tokio::test]
    async fn a_job_that_gets_stuck_under_the_load_fails() {
        let run = run(300, 0.0).await;
        let patrol = Patrol { rounds: 30, stuck: 2 };
        let judged = verdict(&run, &leak(&run), patrol, &sound().await);
        assert_eq!(judged, Verdict::because(Status::Fail, "2 jobs got stuck under the load"));
    }

    #[tokio::test]
    async fn a_soak_cut_short_is_interrupted() {
        let mut run = run(300, 0.0).await;
        run.stop.cause = StopCause::Interrupt;
        let judged = verdict(&run, &leak(&run), Patrol::default(), &sound().await);
        assert_eq!(judged.status, Status::Interrupted);
    }
}
