//! Two builds, or two settings, measured in turn within one test.

use plimsoll_baseline::gate::{Gate, Next, Policy};
use plimsoll_model::{Comparison, Isolation, Run, Side, Tool};

use crate::Sitting;

/// Measures two sides in turn until it is clear whether `b` is worse than `a`.
///
/// Each call of a side is one replicate: it should set up the service afresh, warm it up and measure it once. Both
/// share this process, which is what a test can do; `cargo xtask gate` gives each replicate a process of its own.
///
/// # Errors
/// The first that a side ends with.
///
/// ```
/// use std::time::Duration;
/// use plimsoll_baseline::gate::Policy;
/// use plimsoll_harness::gate;
/// use plimsoll_load::{Load, op};
/// use plimsoll_model::{Profile, Status};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let measure = async |work_ms: u64| {
///     Load::new("search")
///         .operation(op("query", move |cx| async move { cx.sleep(Duration::from_millis(work_ms)).await }))
///         .measure(Profile::users(2, Duration::from_secs(5)))
///         .virtual_time() // leave it out to test something real
///         .run()
///         .await
/// };
/// let comparison = gate(Policy::default(), async || measure(10).await, async || measure(13).await).await?;
/// assert_eq!(comparison.verdict.status, Status::Fail);
/// # Ok(()) })
/// # }
/// ```
pub async fn gate<E>(
    policy: Policy,
    mut a: impl AsyncFnMut() -> Result<Run, E>,
    mut b: impl AsyncFnMut() -> Result<Run, E>,
) -> Result<Comparison, E> {
    let tool = Tool { name: "gate".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned(), git: None };
    let sitting = Sitting::begin("gate", tool, "dev");
    let mut gate = Gate::new(policy, "a", "b");
    loop {
        let run = match gate.next() {
            Next::Run(Side::A) => a().await?,
            Next::Run(Side::B) => b().await?,
            Next::Done(comparison) => return Ok(comparison.clone()),
        };
        let mut replicate = sitting.clone();
        let name = run.name.clone();
        replicate.add(&name, Isolation::InProcess, run);
        gate.observe(replicate.finish());
    }
}
