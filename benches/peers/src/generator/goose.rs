//! goose: transactions of users, with a client of their own.

use std::time::Duration;

use ::goose::config::GooseConfiguration;
use ::goose::prelude::*;
use anyhow::bail;

use super::USERS;
use crate::work::{self, Work};

async fn nothing(_user: &mut GooseUser) -> TransactionResult {
    work::nothing().await;
    Ok(())
}

async fn http(user: &mut GooseUser) -> TransactionResult {
    work::note();
    let answer = user.get("/").await?;
    answer.response?.bytes().await?;
    Ok(())
}

pub(super) async fn run(work: Work, length: Duration) -> anyhow::Result<()> {
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
        Work::Nothing => transaction!(nothing),
        Work::Http => transaction!(http),
    };
    let attack = GooseAttack::initialize_with_config(options)?;
    let attack = attack.register_scenario(scenario!("peers").register_transaction(transaction));
    match tokio::spawn(attack.execute()).await? {
        Ok(_) => Ok(()),
        Err(error) => bail!("goose: {error}"),
    }
}
