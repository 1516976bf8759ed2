//! What the components share, and the load on each.

use std::sync::Arc;
use std::time::Duration;

use plimsoll::http::{HttpError, Response};
use plimsoll::{Context, Load, Operation, Outcome, op};

use crate::api::{Door, serve};
use crate::component::Component;
use crate::embedding::{DIMENSIONS, embed_all};
use crate::llm::{Answer, Model};
use crate::search::{Hit, Index, NEIGHBOURS};
use crate::slow_down::SlowDown;
use crate::texts::{QUESTIONS, questions};

/// Names of the steps of an embedding, by how many texts are embedded at once.
const BATCHES: [&str; QUESTIONS.len()] = [
    "batch_1", "batch_2", "batch_3", "batch_4", "batch_5", "batch_6", "batch_7", "batch_8", "batch_9",
    "batch_10", "batch_11", "batch_12",
];

/// Most passages that a language model is given.
const MOST_PASSAGES: usize = 20;

/// What the components share; cheap to copy into an operation.
#[derive(Debug, Clone)]
pub struct Parts {
    /// What is searched.
    pub index: Arc<Index>,
    /// Texts that are embedded at once, each number in its turn.
    pub batches: Arc<[usize]>,
    /// The language model.
    pub model: Model,
    /// A component that is slower than it has to be.
    pub slow_down: Option<SlowDown>,
}

impl Parts {
    /// The load on a component, without its phases.
    ///
    /// # Errors
    /// When the service of the API cannot be started.
    pub async fn load(&self, component: Component) -> anyhow::Result<Load> {
        let operation = match component {
            Component::Embedding => self.embedding(),
            Component::Search => self.search(),
            Component::Llm => self.llm(),
            Component::Api => self.api().await?,
            Component::EndToEnd => self.end_to_end(),
        };
        let load = Load::new(component.workload()).operation(operation);
        let load = component.conditions()?.into_iter().fold(load, Load::threshold);
        // On a thread of its own, so that a service on this runtime has the others.
        let load = load.dedicated_threads(1).parameter("dimensions", DIMENSIONS);
        Ok(match component {
            Component::Embedding => load,
            Component::Llm => load.parameter("llm", self.model),
            Component::Search | Component::Api => load.parameter("vectors", self.index.len()),
            Component::EndToEnd => load.parameter("vectors", self.index.len()).parameter("llm", self.model),
        })
    }

    fn embedding(&self) -> Operation {
        let parts = self.clone();
        let steps: Vec<&str> = self.batches.iter().filter_map(|batch| name_of(*batch)).collect();
        let embed = move |cx: Context| {
            let parts = parts.clone();
            async move {
                let batch = parts.batches[index(cx.iteration(), parts.batches.len())];
                let (start, texts) = (cx.now(), questions(cx.seed(), batch));
                let vectors = parts.embed(&cx, &texts).await;
                let is_whole =
                    vectors.len() == batch && vectors.iter().all(|vector| vector.len() == DIMENSIONS);
                let outcome = Outcome::ok().items(batch as u64).check("a vector for each text", is_whole);
                match name_of(batch) {
                    Some(name) => outcome.step(name, cx.now() - start),
                    None => outcome,
                }
            }
        };
        op(Component::Embedding.name(), embed).steps(steps).checks(["a vector for each text"])
    }

    fn search(&self) -> Operation {
        let parts = self.clone();
        let vectors: Arc<[Vec<f32>]> = embed_all(&QUESTIONS).into();
        let search = move |cx: Context| {
            let (parts, vectors) = (parts.clone(), Arc::clone(&vectors));
            async move {
                let question = index(cx.seed(), vectors.len());
                let hits = parts.nearest(&cx, &vectors[question], neighbours(&cx)).await;
                let outcome = Outcome::ok().items(hits.len() as u64);
                outcome.check("found the nearest", parts.index.is_nearest(question, hits.first()))
            }
        };
        op(Component::Search.name(), search).checks(["found the nearest"])
    }

    fn llm(&self) -> Operation {
        let parts = self.clone();
        let generate = move |cx: Context| {
            let parts = parts.clone();
            async move {
                let count = 1 + index(cx.seed() >> 20, MOST_PASSAGES);
                let hits: Vec<Hit> = (0..count).map(|passage| Hit { passage, distance: 0.0 }).collect();
                let prompt = parts.prompt(questions(cx.seed(), 1)[0], &hits);
                told(&parts.generate(&cx, &prompt).await)
            }
        };
        op(Component::Llm.name(), generate).steps(["first_token", "generation"])
    }

    /// The service is started anew.
    async fn api(&self) -> anyhow::Result<Operation> {
        let url = serve(Arc::clone(&self.index), self.slower_by(Component::Api)).await?;
        let door = Door::open(&url).await?;
        let ask = move |cx: Context| {
            let door = door.clone();
            async move {
                let is_login = cx.iteration().is_multiple_of(2);
                let question = questions(cx.seed(), 1)[0];
                let request = if is_login { door.login() } else { door.query(question, neighbours(&cx)) };
                answered(if is_login { "login" } else { "query" }, request.send(&cx).await)
            }
        };
        Ok(op(Component::Api.name(), ask).steps(["login", "query"]))
    }

    fn end_to_end(&self) -> Operation {
        let parts = self.clone();
        let answer = move |cx: Context| {
            let parts = parts.clone();
            async move {
                let question = questions(cx.seed(), 1)[0];
                let start = cx.now();
                let vectors = parts.embed(&cx, &[question]).await;
                let embedded = cx.now();
                let hits = parts.nearest(&cx, &vectors[0], neighbours(&cx)).await;
                let found = cx.now();
                let answer = parts.generate(&cx, &parts.prompt(question, &hits)).await;
                let said = cx.now();
                Outcome::ok()
                    .items(answer.output_tokens)
                    .step(Component::Embedding.name(), embedded - start)
                    .step(Component::Search.name(), found - embedded)
                    .step(Component::Llm.name(), said - found)
            }
        };
        let steps = [Component::Embedding, Component::Search, Component::Llm].map(Component::name);
        op(Component::EndToEnd.name(), answer).steps(steps)
    }

    async fn embed(&self, cx: &Context, texts: &[&str]) -> Vec<Vec<f32>> {
        self.wait(cx, Component::Embedding).await;
        embed_all(texts)
    }

    async fn nearest(&self, cx: &Context, vector: &[f32], neighbours: usize) -> Vec<Hit> {
        self.wait(cx, Component::Search).await;
        self.index.search(vector, neighbours)
    }

    async fn generate(&self, cx: &Context, prompt: &str) -> Answer {
        self.wait(cx, Component::Llm).await;
        let answer = self.model.answer(prompt, cx.seed());
        cx.sleep(answer.first_token + answer.rest).await;
        answer
    }

    /// A question with what was found, as the language model is given it.
    fn prompt(&self, question: &str, hits: &[Hit]) -> String {
        let found = hits.iter().map(|hit| self.index.passage(*hit));
        std::iter::once(question).chain(found).collect::<Vec<_>>().join("\n")
    }

    async fn wait(&self, cx: &Context, component: Component) {
        let by = self.slower_by(component);
        if !by.is_zero() {
            cx.sleep(by).await;
        }
    }

    fn slower_by(&self, component: Component) -> Duration {
        let own = self.slow_down.filter(|slow_down| slow_down.component == component);
        own.map_or(Duration::ZERO, |slow_down| slow_down.by)
    }
}

/// The step of an embedding of so many texts.
fn name_of(batch: usize) -> Option<&'static str> {
    BATCHES.get(batch.checked_sub(1)?).copied()
}

/// A number from 0 below a length.
fn index(number: u64, length: usize) -> usize {
    usize::try_from(number % length as u64).unwrap_or(0)
}

/// So many neighbours as a search may ask for.
fn neighbours(cx: &Context) -> usize {
    NEIGHBOURS.start() + index(cx.seed() >> 8, NEIGHBOURS.end() - NEIGHBOURS.start() + 1)
}

fn told(answer: &Answer) -> Outcome {
    let outcome = Outcome::ok().items(answer.output_tokens);
    outcome.step("first_token", answer.first_token).step("generation", answer.rest)
}

fn answered(step: &'static str, answer: Result<Response, HttpError>) -> Outcome {
    match answer.and_then(Response::good) {
        Ok(answer) => {
            let timing = answer.timing();
            Outcome::ok().step_with_bytes(step, timing.total, timing.bytes)
        }
        Err(error) => error.outcome(),
    }
}
