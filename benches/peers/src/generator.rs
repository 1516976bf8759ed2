//! The load generators, each as its own documentation says to use it.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use anyhow::{anyhow, bail};
use async_trait::async_trait;
use balter::prelude::*;
use clap::Parser;
use goose::config::GooseConfiguration;
use goose::prelude::*;
use plimsoll::{Load, Profile, op};
use rlt::cli::BenchCli;
use rlt::{IterInfo, IterReport, StatelessBenchSuite, Status};

use crate::work::{self, Work};

/// Users, workers or tasks at the same time.
const USERS: u32 = 50;

/// A load generator.
#[derive(Clone, Copy)]
pub(crate) enum Generator {
    Plimsoll,
    Rlt,
    Balter,
    Goose,
}

impl Generator {
    /// Ours first: the others are held against it.
    pub(crate) const ALL: [Generator; 4] =
        [Generator::Plimsoll, Generator::Rlt, Generator::Balter, Generator::Goose];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Generator::Plimsoll => "plimsoll",
            Generator::Rlt => "rlt",
            Generator::Balter => "balter",
            Generator::Goose => "goose",
        }
    }

    pub(crate) fn named(name: &str) -> anyhow::Result<Generator> {
        let found = Generator::ALL.into_iter().find(|generator| generator.name() == name);
        found.ok_or_else(|| anyhow!("no generator is called {name:?}"))
    }

    pub(crate) async fn run(self, work: Work, length: Duration) -> anyhow::Result<()> {
        match self {
            Generator::Plimsoll => plimsoll(work, length).await,
            Generator::Rlt => rlt(work, length).await,
            Generator::Balter => balter(work, length).await,
            Generator::Goose => goose(work, length).await,
        }
    }
}

async fn plimsoll(work: Work, length: Duration) -> anyhow::Result<()> {
    let operation = match work {
        Work::Nothing => op("nothing", |_cx| work::nothing()),
        Work::Http => op("http", |_cx| work::http()),
    };
    let load = Load::new("peers").operation(operation).measure(Profile::users(u64::from(USERS), length));
    // On a worker of the runtime, as the others are.
    tokio::spawn(load.run()).await??;
    Ok(())
}

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

async fn rlt(work: Work, length: Duration) -> anyhow::Result<()> {
    let mut options = BenchCli::parse_from(["rlt", "--quiet"]);
    options.concurrency = NonZeroU32::new(USERS).unwrap_or(NonZeroU32::MIN);
    options.duration = Some(length.into());
    tokio::spawn(rlt::cli::run(options, Suite(work))).await?
}

#[transaction]
async fn balter_nothing() -> Result<(), String> {
    work::nothing().await;
    Ok(())
}

#[transaction]
async fn balter_http() -> Result<(), reqwest::Error> {
    work::http().await.map(drop)
}

#[scenario]
async fn balter_nothing_scenario() {
    let _ = balter_nothing().await;
}

#[scenario]
async fn balter_http_scenario() {
    let _ = balter_http().await;
}

/// It has no way to say "as fast as you can": it is asked for more than there is.
const BEYOND_REACH: u32 = 20_000_000;

async fn balter(work: Work, length: Duration) -> anyhow::Result<()> {
    let users = usize::try_from(USERS)?;
    match work {
        Work::Nothing => {
            let scenario = balter_nothing_scenario().tps(BEYOND_REACH).hint(balter::Hint::Concurrency(users));
            tokio::spawn(async move { scenario.duration(length).await }).await?;
        }
        Work::Http => {
            let scenario = balter_http_scenario().tps(BEYOND_REACH).hint(balter::Hint::Concurrency(users));
            tokio::spawn(async move { scenario.duration(length).await }).await?;
        }
    }
    Ok(())
}

async fn goose_nothing(_user: &mut GooseUser) -> TransactionResult {
    work::nothing().await;
    Ok(())
}

async fn goose_http(user: &mut GooseUser) -> TransactionResult {
    work::note();
    let answer = user.get("/").await?;
    answer.response?.bytes().await?;
    Ok(())
}

async fn goose(work: Work, length: Duration) -> anyhow::Result<()> {
    let mut options = GooseConfiguration::default();
    options.host = Some(work::address().to_owned());
    options.users = Some(usize::try_from(USERS)?);
    options.increase_rate = Some("1000".to_owned());
    options.run_time = Some(format!("{}s", length.as_secs()));
    options.quiet = 2;
    options.no_print_metrics = true;
    options.no_telnet = true;
    options.no_websocket = true;
    let transaction = match work {
        Work::Nothing => transaction!(goose_nothing),
        Work::Http => transaction!(goose_http),
    };
    let attack = GooseAttack::initialize_with_config(options)?;
    let attack = attack.register_scenario(scenario!("peers").register_transaction(transaction));
    match tokio::spawn(attack.execute()).await? {
        Ok(_) => Ok(()),
        Err(error) => bail!("goose: {error}"),
    }
}
