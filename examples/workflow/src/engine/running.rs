//! The engine as its owner has it.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use anyhow::Context;
use plimsoll::metrics::{Clock, Timeline};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::agent::agent;
use super::bus::Bus;
use super::director::direct;
use super::failed::Failed;
use super::settings::Settings;
use super::shared::Shared;
use super::store::Store;
use super::trace::{Span, Trace};
use super::{api, lexicon};
use crate::document::SECTIONS;

/// A workflow engine that runs, on the runtime that it was started on, until it is stopped or dropped.
#[derive(Debug)]
pub struct Engine {
    settings: Settings,
    url: String,
    shared: Arc<Shared>,
    tasks: Mutex<JoinSet<()>>,
    store: Mutex<Option<JoinHandle<()>>>,
    /// Where the store has its file.
    _folder: TempDir,
}

impl Engine {
    /// Starts an engine. Its API and its lexicon listen on free ports of this machine, its store has a file in a
    /// temporary folder that goes with the engine.
    ///
    /// # Errors
    /// When the system gives no port, no folder or no thread.
    pub async fn start(settings: Settings) -> anyhow::Result<Engine> {
        let folder = TempDir::with_prefix("plimsoll-workflow-").context("no temporary folder can be had")?;
        let (store, thread) = Store::open(folder.path(), settings.sync).context("the store cannot begin")?;
        let lexicon = TcpListener::bind("127.0.0.1:0").await.context("no port can be had")?;
        let api = TcpListener::bind("127.0.0.1:0").await.context("no port can be had")?;
        let url = format!("http://{}", api.local_addr()?);
        let capacity = usize::from(settings.capacity.get());
        // No workflow has more events that the director has not consumed than sections.
        let bus = Bus::new(capacity * SECTIONS);
        let timeline = Timeline::start(Clock::System);
        let shared = Arc::new(Shared::new(timeline, bus, store, lexicon.local_addr()?, capacity));
        let mut tasks = JoinSet::new();
        tasks.spawn(lexicon::serve(lexicon));
        let mut queues = Vec::new();
        for _ in 0..settings.agents.get() {
            let (queue, work) = agent(Arc::clone(&shared));
            queues.push(queue);
            tasks.spawn(work);
        }
        tasks.spawn(direct(Arc::clone(&shared), shared.bus.subscribe(), queues));
        let router = api::router(Arc::clone(&shared));
        tasks.spawn(async move {
            // It ends only when its port is gone, which every request then tells.
            let _ = axum::serve(api, router).await;
        });
        let (tasks, store) = (Mutex::new(tasks), Mutex::new(Some(thread)));
        Ok(Engine { settings, url, shared, tasks, store, _folder: folder })
    }

    /// What it is like.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.settings
    }

    /// Where its API is.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Watches the workflow of a number, which should not have begun yet.
    #[must_use]
    pub fn watch(&self, id: u64) -> Ticket {
        let (trace, end) = self.shared.watch(id);
        Ticket { id, shared: Arc::clone(&self.shared), trace, end }
    }

    /// Stops agents and services, then the store, and waits until they have. Workflows that have not ended fail.
    pub async fn stop(&self) {
        let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        tasks.shutdown().await;
        self.shared.unwatch_all();
        self.shared.store.close().await;
        let thread = self.store.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // A thread that panicked has stopped too.
            let _ = tokio::task::spawn_blocking(|| thread.join()).await;
        }
    }
}

/// A workflow that is watched, until this is dropped.
#[derive(Debug)]
pub struct Ticket {
    id: u64,
    shared: Arc<Shared>,
    trace: Trace,
    end: oneshot::Receiver<Result<(), Failed>>,
}

impl Ticket {
    /// Waits until the workflow has ended.
    ///
    /// # Errors
    /// When it failed.
    pub async fn ended(&mut self) -> Result<(), Failed> {
        (&mut self.end).await.unwrap_or(Err(Failed::Stopped))
    }

    /// Its parts that are over, in that order.
    #[must_use]
    pub fn spans(&self) -> Vec<Span> {
        self.trace.spans().clone()
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.shared.unwatch(self.id);
    }
}

#[cfg(test)]
mod tests {
    use plimsoll::http::{Client, Method, StatusCode};

    use super::*;
    use crate::document::Summary;
    use crate::engine::Part;
    use crate::engine::shared::Refused;
    use crate::engine::workflow::What;

    async fn put(engine: &Engine, id: u64, text: &str) -> StatusCode {
        let client = Client::builder(engine.url()).build().unwrap();
        let request = client.request(Method::PUT, &format!("/workflows/{id}")).body(text.to_owned());
        request.send_once().await.unwrap().status()
    }

    async fn get(engine: &Engine, id: u64) -> (StatusCode, Option<Summary>) {
        let client = Client::builder(engine.url()).build().unwrap();
        let answer = client.get(&format!("/workflows/{id}")).send_once().await.unwrap();
        (answer.status(), answer.json().ok())
    }

    #[tokio::test]
    async fn a_document_becomes_a_summary_and_leaves_nothing_else_behind() {
        let engine = Engine::start(Settings::default()).await.unwrap();
        let mut seen_by_others = engine.shared.bus.subscribe();
        let mut ticket = engine.watch(7);
        assert_eq!(put(&engine, 7, "keel deck mast tide").await, StatusCode::ACCEPTED);
        ticket.ended().await.unwrap();
        let summary = Summary::of("keel deck mast tide");
        assert_eq!(get(&engine, 7).await, (StatusCode::OK, Some(summary)));
        assert_eq!(get(&engine, 8).await, (StatusCode::NOT_FOUND, None));
        let of = |part| ticket.spans().iter().filter(|span| span.part == part).count();
        assert_eq!((of(Part::Event), of(Part::StoreWrite), of(Part::StoreRead)), (SECTIONS + 3, 1, 1));
        drop(ticket);
        assert!(engine.shared.is_idle());
        for number in 0..SECTIONS + 3 {
            let event = seen_by_others.next().await.unwrap();
            assert_eq!(event.what == What::Begun, number == 0, "every subscriber sees every event");
        }
        let folder = engine._folder.path().to_owned();
        engine.stop().await;
        drop(engine);
        assert!(!folder.exists());
    }

    #[tokio::test]
    async fn a_store_that_fails_fails_the_workflow_and_the_next_one_finds_room() {
        let one = std::num::NonZeroU16::MIN;
        let engine = Engine::start(Settings { capacity: one, ..Settings::default() }).await.unwrap();
        engine.shared.store.close().await;
        for id in 0..3 {
            let mut ticket = engine.watch(id);
            assert_eq!(put(&engine, id, "keel").await, StatusCode::ACCEPTED);
            assert_eq!(ticket.ended().await.unwrap_err().kind(), "store failed");
        }
        assert!(engine.shared.is_idle());
        engine.stop().await;
    }

    #[tokio::test]
    async fn a_lexicon_that_is_gone_fails_the_workflow() {
        let engine = Engine::start(Settings::default()).await.unwrap();
        let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let mut lexicon = lexicon::Lexicon::at(gone);
        let trace = Trace::new(&engine.shared.timeline);
        assert_eq!(lexicon.ask(&trace, "keel").await.unwrap_err().kind(), "lexicon failed");
        engine.stop().await;
    }

    #[tokio::test]
    async fn a_workflow_that_is_under_way_is_not_begun_twice_and_fails_when_the_engine_stops() {
        let engine = Engine::start(Settings::default()).await.unwrap();
        let mut ticket = engine.watch(1);
        // On this one thread nobody directs before it is waited for.
        engine.shared.begin(1, String::new()).unwrap();
        assert_eq!(engine.shared.begin(1, String::new()), Err(Refused::UnderWay));
        engine.stop().await;
        assert_eq!(ticket.ended().await, Err(Failed::Stopped));
    }
}
