//! balter: two attributes, and a goal to reach.

use std::time::Duration;

use ::balter::Hint;
use ::balter::prelude::*;

use super::USERS;
use crate::work::{self, Work};

/// It has no way to say "as fast as you can": it is asked for more than there is.
const BEYOND_REACH: u32 = 20_000_000;

#[transaction]
async fn nothing() -> Result<(), String> {
    work::nothing().await;
    Ok(())
}

#[transaction]
async fn http() -> Result<(), reqwest::Error> {
    work::http().await.map(drop)
}

#[scenario]
async fn of_nothing() {
    let _ = nothing().await;
}

#[scenario]
async fn of_http() {
    let _ = http().await;
}

pub(super) async fn run(work: Work, length: Duration) -> anyhow::Result<()> {
    let users = usize::try_from(USERS)?;
    let running = match work {
        Work::Nothing => {
            let scenario = of_nothing().tps(BEYOND_REACH).hint(Hint::Concurrency(users)).duration(length);
            tokio::spawn(async move { drop(scenario.await) })
        }
        Work::Http => {
            let scenario = of_http().tps(BEYOND_REACH).hint(Hint::Concurrency(users)).duration(length);
            tokio::spawn(async move { drop(scenario.await) })
        }
    };
    Ok(running.await?)
}
