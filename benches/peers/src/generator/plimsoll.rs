//! Ours.

use std::time::Duration;

use ::plimsoll::{Load, Profile, op};

use super::USERS;
use crate::work::{self, Work};

pub(super) async fn run(work: Work, length: Duration) -> anyhow::Result<()> {
    let operation = match work {
        Work::Nothing => op("nothing", |_cx| work::nothing()),
        Work::Http => op("http", |_cx| work::http()),
    };
    let load = Load::new("peers").operation(operation).measure(Profile::users(u64::from(USERS), length));
    // On a worker of the runtime, as the others are.
    tokio::spawn(load.run()).await??;
    Ok(())
}
