//! Services that have to be up.

use std::time::Duration;

use anyhow::Context;
use plimsoll::resources::{Answer, Probe};

use super::table::Row;

/// How long a service has for its answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Asks each service, all at once.
pub(super) fn ask(probes: &[Probe]) -> anyhow::Result<Vec<Row>> {
    if probes.is_empty() {
        return Ok(Vec::new());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.context("services cannot be asked: there is no runtime")?;
    runtime.block_on(async {
        let asked = probes.iter().cloned().map(|probe| tokio::spawn(row(probe))).collect::<Vec<_>>();
        let mut rows = Vec::with_capacity(asked.len());
        for row in asked {
            rows.push(row.await.context("a service could not be asked")?);
        }
        Ok(rows)
    })
}

async fn row(probe: Probe) -> Row {
    let Answer { is_up, found } = probe.ask(PATIENCE).await;
    let word = if is_up { "up" } else { "down" };
    Row { is_ok: is_up, name: probe.to_string(), found: word.to_owned(), note: found }
}
