//! A service whose load, speed, queue and memory can be set from outside.
//!
//! Each agent puts ten items of work in a second into a queue, times the speed; an item takes two milliseconds of CPU. So
//! an agent keeps a fiftieth of a core busy, and 25 agents half a core.
//!
//! | route | what it does |
//! |---|---|
//! | `GET /health` | says that it is there |
//! | `GET /state` | agents, speed, whether it is paused, what is queued, done and dropped |
//! | `POST /reset` | no agents, its own speed, an empty queue, taking work, no memory but its own |
//! | `POST /load {"units": N}` | so many agents from now on |
//! | `POST /speed {"multiplier": N}` | so many times its own speed |
//! | `POST /pause` | takes no new work, and finishes what it has |
//! | `POST /switches {"leak_mb_per_min": X, "hog_mb_per_unit": X, "sawtooth_mb": X}` | faults of its memory, which a reset leaves on |
//!
//! Those from `/reset` on change something: with a token in its surroundings (`TOKEN`) they want it as a bearer.

mod memory;
mod routes;
mod state;
mod workers;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;

pub use state::{Simulation, State, Switches};

/// Serves a simulation until a signal asks it to end.
///
/// # Errors
/// When the address is taken, or the system gives no thread.
pub async fn serve(address: SocketAddr, token: Option<String>, simulation: Simulation) -> io::Result<()> {
    let listener = TcpListener::bind(address).await?;
    let simulation = Arc::new(simulation);
    workers::start(&simulation)?;
    tokio::spawn(memory::keep(Arc::clone(&simulation)));
    let router = routes::router(simulation, token);
    axum::serve(listener, router).with_graceful_shutdown(asked_to_end()).await
}

/// The first process of a container gets no signal that it does not ask for.
async fn asked_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    // Without it, the service ends when it is killed.
    let _ = tokio::signal::ctrl_c().await;
}
