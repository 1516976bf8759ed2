//! Running without time passing.

use std::sync::Arc;

use plimsoll_metrics::VirtualClock;

/// Runs a future to its end under a virtual clock.
///
/// The runtime has no timers of its own. When nothing on it can go on, it would sleep; the clock then moves
/// to the next deadline and wakes who waits for it, so the runtime goes on instead. What waits for anything
/// else, such as a socket or tokio's own timers, never gets it: it is given up by its timeout.
pub(crate) fn block_on<F: Future>(clock: &Arc<VirtualClock>, future: F) -> std::io::Result<F::Output> {
    let driver = Arc::clone(clock);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .on_thread_park(move || {
            driver.advance();
        })
        .build()?;
    Ok(runtime.block_on(future))
}
