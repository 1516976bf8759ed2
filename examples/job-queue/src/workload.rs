//! Jobs as a load: submitted to the queue, waited for, and measured.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use plimsoll::metrics::{Clock as PlimsollClock, Timeline};
use plimsoll::model::PlanError;
use plimsoll::{Context, Load, Operation, Outcome, Profile as LoadProfile, op, secs};

use crate::backend::Backend;
use crate::profile::Profile;
use crate::queue::{Clock, Connector, Job, Losses, Queue, Settings, SlowDown, StartError, Tenant};

/// Tenants that share the queue.
const TENANTS: usize = 5;

/// Records of its connector that one job transforms, each with all the connector's fields.
pub const RECORDS: u64 = 20;

/// What the service is like, apart from the load on it.
#[derive(Debug, Clone, Default)]
pub struct Service {
    /// Where it keeps its jobs.
    pub backend: Backend,
    /// How much more work than necessary each job does. A property of the service, not of the plan: results
    /// with and without stay comparable.
    pub slow_down: SlowDown,
    /// Puts all tenants under one semaphore.
    pub shared_semaphore: bool,
    /// How many workers it has; `None` for as many as the machine has cores.
    pub workers: Option<NonZeroUsize>,
}

impl Service {
    /// The settings of a queue with its workers, and five tenants that may each keep half of them busy.
    #[must_use]
    pub fn settings(&self) -> Settings {
        let workers = self.workers.or_else(|| std::thread::available_parallelism().ok());
        let workers = workers.map_or(1, NonZeroUsize::get);
        let settings = Settings::new(workers, Tenant::numbered(TENANTS, workers.div_ceil(2)));
        Settings {
            slow_down: self.slow_down,
            shared_semaphore: self.shared_semaphore,
            backend: self.backend.clone(),
            ..settings
        }
    }

    /// Starts the queue.
    ///
    /// # Errors
    /// When the system gives no thread for a worker, or the backend is not there.
    pub async fn start(&self) -> Result<Arc<Queue>, StartError> {
        Queue::start(self.settings(), clock()).await.map(Arc::new)
    }
}

/// A clock for the queue, from plimsoll's.
#[must_use]
pub fn clock() -> Clock {
    let timeline = Timeline::start(PlimsollClock::System);
    Clock::new(move || Duration::from_nanos(timeline.now()))
}

/// The load of a profile, without its phases: one operation, from submitting a job to its completion.
///
/// The response time is end to end; queue wait and processing are steps of it; an item is a field. With a Redis
/// behind the queue, the round trip that hands a job in is a step as well, and a part of the queue wait.
#[must_use]
pub fn load(profile: Profile, queue: Arc<Queue>) -> Load {
    load_with(profile, RECORDS, queue)
}

/// The same with another number of records for each job.
#[must_use]
pub fn load_with(profile: Profile, records: u64, queue: Arc<Queue>) -> Load {
    let operation = job_operation(profile, records, Arc::clone(&queue));
    let load = Load::new(format!("job-queue/{profile}")).operation(operation);
    on_backend(load, &queue)
        .parameter("profile", profile)
        .parameter("connectors", profile.connectors())
        .parameter("fields", profile.fields())
        .parameter("records", records)
}

/// Says in the plan and in the result of a load what is behind the queue.
pub(crate) fn on_backend(load: Load, queue: &Queue) -> Load {
    match queue.health() {
        None => load,
        Some(health) => load.parameter("backend", "redis").observe(Losses::new(health)),
    }
}

fn job_operation(profile: Profile, records: u64, queue: Arc<Queue>) -> Operation {
    op("job", move |cx| {
        let queue = Arc::clone(&queue);
        async move { complete(&queue, job(profile, records, &cx)).await }
    })
    .steps(["queue_wait", "processing"])
}

/// What is offered unless flags say otherwise: as many users as the profile has concurrent jobs, for 5 to 30
/// seconds.
///
/// # Errors
/// None: the profile is valid.
pub fn offered(profile: Profile) -> Result<LoadProfile, PlanError> {
    let length = match profile {
        Profile::Small => secs(5),
        Profile::Medium => secs(10),
        Profile::Large => secs(20),
        Profile::Enterprise => secs(30),
    };
    LoadProfile::users(profile.concurrent_jobs() as u64, length)
}

/// What one job of a connector of the profile works on.
#[must_use]
pub fn connector(profile: Profile, number: u64) -> Connector {
    Connector { seed: number, fields: RECORDS * profile.fields() }
}

/// Every connector in turn, every tenant in turn.
fn job(profile: Profile, records: u64, cx: &Context) -> Job {
    let tenant = usize::try_from(cx.iteration()).unwrap_or(0) % TENANTS;
    let connector = connector(profile, cx.iteration() % profile.connectors());
    Job::new(tenant, Connector { fields: records * profile.fields(), ..connector })
}

/// Submits a job and waits for it.
pub(crate) async fn complete(queue: &Queue, job: Job) -> Outcome {
    let ticket = match queue.submit(job).await {
        Ok(ticket) => ticket,
        Err(refusal) => return Outcome::fail(refusal.kind(), refusal.to_string()),
    };
    let round_trip = ticket.round_trip();
    match ticket.await {
        Ok(done) => {
            let outcome = Outcome::ok().items(done.fields);
            let outcome = match round_trip {
                Some(round_trip) => outcome.step("redis_round_trip", round_trip),
                None => outcome,
            };
            let outcome = outcome.step("queue_wait", done.queue_wait);
            outcome.step_with_bytes("processing", done.processing, done.bytes)
        }
        Err(error) => Outcome::fail(error.kind(), error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use plimsoll::{Expect, millis};

    use super::*;

    #[tokio::test]
    async fn every_job_is_measured_end_to_end_and_in_its_parts() {
        let queue = Service::default().start().await.expect("threads can be had");
        let load = load(Profile::Small, Arc::clone(&queue)).measure(LoadProfile::iterations(5, 40));
        let run = load.run().await.expect("the plan is valid");
        let job = &run.scenarios[0];
        assert_eq!(job.counts.ok, 40);
        let steps: Vec<_> = job.steps.iter().map(|step| (step.name.as_str(), step.ok)).collect();
        assert_eq!(steps, [("queue_wait", 40), ("processing", 40)]);
        assert!(job.throughput.items_per_s > job.throughput.achieved_per_s * 999.0, "a thousand fields each");
        assert_eq!(queue.status().await.unwrap().depth().done, 40);
        queue.shutdown().await.unwrap();
    }

    #[tokio::test]
    async fn a_queue_that_is_shut_down_refuses_and_the_result_says_so() {
        let queue = Service::default().start().await.expect("threads can be had");
        queue.shutdown().await.unwrap();
        let load = load(Profile::Small, queue).measure(LoadProfile::hold(1_000, millis(20)));
        let run = load.run().await.expect("the plan is valid");
        assert_eq!(run.scenarios[0].counts.failed, 20);
        assert!(run.expect("error_rate < 1%").check().is_err());
    }
}
