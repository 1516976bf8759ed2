//! Workflows as a load: handed in, waited for, fetched, and measured in their parts.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use plimsoll::http::{Client, Method, Response, SetupError};
use plimsoll::model::PlanError;
use plimsoll::{Context, Failure, Load, Outcome, Profile, op, secs};

use crate::document::{Summary, text};
use crate::engine::{Engine, Part};

/// The load, without its phases: one operation, from handing a document in until its summary is here. Every part of
/// the engine is a step of it, and an item is a word.
///
/// # Errors
/// None: an engine's address is one.
pub fn load(engine: &Arc<Engine>, words: u32, is_open: bool) -> Result<Load, SetupError> {
    let client = Client::builder(engine.url());
    let client = if is_open { client } else { client.per_user() }.build()?;
    let (engine, next) = (Arc::clone(engine), Arc::new(AtomicU64::new(0)));
    let settings = engine.settings();
    let run = move |cx: Context| {
        let (engine, client) = (Arc::clone(&engine), client.clone());
        // Numbers of iterations begin anew with each phase.
        let id = next.fetch_add(1, Ordering::Relaxed);
        async move { complete(&engine, &client, id, text(cx.seed(), words), &cx).await }
    };
    let operation = op("workflow", run).steps(Part::ALL.map(Part::name));
    let load = Load::new("workflow").operation(operation).parameter("words", words);
    let load = load.parameter("agents", settings.agents).parameter("capacity", settings.capacity);
    Ok(load.parameter("sync", settings.sync))
}

/// What is offered unless flags say otherwise: eight users for five seconds.
///
/// # Errors
/// None: the profile is valid.
pub fn offered() -> Result<Profile, PlanError> {
    Profile::users(8, secs(5))
}

/// One workflow, from the user's side.
async fn complete(
    engine: &Engine,
    client: &Client,
    id: u64,
    text: String,
    cx: &Context,
) -> Result<Outcome, Failure> {
    let wanted = Summary::of(&text);
    let mut ticket = engine.watch(id);
    let path = format!("/workflows/{id}");
    let taken = client.request(Method::PUT, &path).body(text).send(cx).await.and_then(Response::good);
    let taken = taken.map_err(|error| error.failure())?;
    ticket.ended().await.map_err(|failed| Failure::new(failed.kind(), failed.to_string()))?;
    let fetched = client.get(&path).send(cx).await.and_then(Response::good);
    let fetched = fetched.map_err(|error| error.failure())?;
    let found: Summary = fetched.json().map_err(|error| error.failure())?;
    if found != wanted {
        return Err(Failure::new("wrong summary", format!("found {found:?}, should be {wanted:?}")));
    }
    let calls = [taken.timing(), fetched.timing()];
    let outcome = calls.iter().fold(Outcome::ok().items(wanted.words), |outcome, call| {
        outcome.step_with_bytes(Part::ApiRequest.name(), call.total, call.bytes)
    });
    let spans = ticket.spans();
    Ok(spans
        .iter()
        .fold(outcome, |outcome, span| outcome.step_with_bytes(span.part.name(), span.took, span.bytes)))
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;

    use super::*;
    use crate::document::SECTIONS;
    use crate::engine::Settings;

    async fn run(settings: Settings, users: u64, workflows: u64) -> plimsoll::Run {
        let engine = Arc::new(Engine::start(settings).await.expect("ports can be had"));
        let load = load(&engine, 90, false).expect("the address is one").dedicated_threads(1);
        let load = load.measure(Profile::iterations(users, workflows)).seed(1);
        let run = load.run().await.expect("the plan is valid");
        engine.stop().await;
        run
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn every_part_of_every_workflow_is_measured() {
        let run = run(Settings::default(), 5, 40).await;
        let workflow = &run.scenarios[0];
        assert_eq!((workflow.counts.ok, workflow.counts.is_conserved()), (40, true), "{:?}", workflow.errors);
        let sections = SECTIONS as u64;
        for (part, in_each) in [
            (Part::ApiRequest, 2),
            (Part::AgentTask, sections + 2),
            (Part::AgentQueue, sections + 2),
            (Part::Event, sections + 3),
            (Part::BlackboardRead, 2 * sections + 1),
            (Part::BlackboardWrite, 2 * sections + 1),
            (Part::RoundTrip, sections),
            (Part::StoreWrite, 1),
            (Part::StoreRead, 1),
        ] {
            let step = workflow.steps.iter().find(|step| step.name == part.name()).expect("it is a step");
            assert_eq!(
                (step.ok, step.failed, step.latency.count),
                (40 * in_each, 0, 40 * in_each),
                "{part:?}"
            );
            assert!(step.latency.max_ns < workflow.latency.response.max_ns, "a part is less than the whole");
            assert!(step.per_s.is_some_and(|per_s| per_s > 0.0), "{part:?}");
        }
        assert_eq!(workflow.steps.len(), Part::ALL.len());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_engine_that_is_full_refuses_and_the_result_says_so() {
        let one = NonZeroU16::MIN;
        let run = run(Settings { agents: one, capacity: one, sync: false }, 16, 400).await;
        let counts = &run.scenarios[0].counts;
        assert!(counts.ok > 0 && counts.failed > 0 && counts.is_conserved(), "{counts:?}");
        assert!(run.scenarios[0].errors.iter().all(|error| error.kind == "status 5xx"));
    }
}
