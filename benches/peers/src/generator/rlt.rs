//! rlt: a trait, and a program around it.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use ::rlt::cli::BenchCli;
use ::rlt::{IterInfo, IterReport, StatelessBenchSuite, Status};
use async_trait::async_trait;
use clap::Parser;

use super::USERS;
use crate::work::{self, Work};

#[derive(Clone)]
struct Suite(Work);

#[async_trait]
impl StatelessBenchSuite for Suite {
    async fn bench(&mut self, _info: &IterInfo) -> anyhow::Result<IterReport> {
        let begun = Instant::now();
        match self.0 {
            Work::Nothing => work::nothing().await,
            Work::Http => drop(work::http().await?),
        }
        Ok(IterReport { duration: begun.elapsed(), status: Status::success(200), bytes: 0, items: 1 })
    }
}

pub(super) async fn run(work: Work, length: Duration) -> anyhow::Result<()> {
    let mut options = BenchCli::parse_from(["rlt", "--quiet"]);
    options.concurrency = NonZeroU32::new(USERS).unwrap_or(NonZeroU32::MIN);
    options.duration = Some(length.into());
    tokio::spawn(::rlt::cli::run(options, Suite(work))).await?
}
