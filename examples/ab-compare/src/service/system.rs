//! A system, as processes of its own.

use std::fmt::{self, Display};
use std::process::Stdio;

use anyhow::Context;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::COMMAND;

/// What a system is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// One process.
    Monolith,
    /// A front, and two workers that it asks.
    Microservices,
}

impl Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Monolith => "monolith",
            Kind::Microservices => "microservices",
        })
    }
}

/// A system that runs, for as long as this lives.
#[derive(Debug)]
pub struct System {
    process: Child,
    url: String,
}

impl System {
    /// Starts a system; `looks` is how much work a search is, 1 for as much as it needs.
    ///
    /// # Errors
    /// When it cannot be started, or does not say where it listens.
    pub async fn start(kind: Kind, looks: f64) -> anyhow::Result<System> {
        match kind {
            Kind::Monolith => System::part("monolith", looks).await,
            Kind::Microservices => System::part("front", looks).await,
        }
    }

    pub(super) async fn worker(looks: f64) -> anyhow::Result<System> {
        System::part("worker", looks).await
    }

    async fn part(part: &str, looks: f64) -> anyhow::Result<System> {
        let program = std::env::current_exe().context("this program is not where it was")?;
        let mut command = Command::new(program);
        command.args([COMMAND, part, &looks.to_string()]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        // Ctrl-C is for who started it, which then ends it.
        #[cfg(unix)]
        command.process_group(0);
        let mut process = command.spawn().with_context(|| format!("{part} cannot be started"))?;
        let output = process.stdout.take().context("the standard output was asked for")?;
        let mut lines = BufReader::new(output).lines();
        let url = lines.next_line().await?.with_context(|| format!("{part} ended before it listened"))?;
        Ok(System { process, url })
    }

    /// Where it listens.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The process that all its others are children of; `None` once it has ended.
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        self.process.id()
    }
}
