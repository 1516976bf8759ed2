//! What is done, the same for everybody.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::anyhow;

/// What is done.
#[derive(Clone, Copy)]
pub(crate) enum Work {
    /// Nothing, which shows what a generator itself takes.
    Nothing,
    /// A request over HTTP/1.1 to a server in a process of its own, on a connection that is kept.
    Http,
}

/// Operations so far.
static COUNT: AtomicU64 = AtomicU64::new(0);

/// Where the server is, and the client that talks to it.
static TARGET: OnceLock<(String, reqwest::Client)> = OnceLock::new();

impl Work {
    pub(crate) const ALL: [Work; 2] = [Work::Nothing, Work::Http];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Work::Nothing => "no-op",
            Work::Http => "http",
        }
    }

    pub(crate) fn named(name: &str) -> anyhow::Result<Work> {
        let found = Work::ALL.into_iter().find(|work| work.name() == name);
        found.ok_or_else(|| anyhow!("no work is called {name:?}"))
    }
}

/// Notes where the server is.
pub(crate) fn aim_at(address: &str) {
    TARGET.get_or_init(|| (address.to_owned(), reqwest::Client::new()));
}

pub(crate) fn address() -> &'static str {
    TARGET.get().map_or("", |(address, _)| address)
}

/// Counts an operation.
pub(crate) fn note() {
    COUNT.fetch_add(1, Ordering::Relaxed);
}

pub(crate) fn count() -> u64 {
    COUNT.load(Ordering::Relaxed)
}

/// Does nothing, and takes its part in tokio's budget for tasks: of a task that never yields, some of the others never
/// get to hear that the time is over.
pub(crate) async fn nothing() {
    note();
    tokio::task::coop::consume_budget().await;
}

/// A request, with its whole answer.
pub(crate) async fn http() -> Result<usize, reqwest::Error> {
    note();
    let (address, client) = TARGET.get().expect("main has set it");
    let answer = client.get(address).send().await?;
    Ok(answer.bytes().await?.len())
}
