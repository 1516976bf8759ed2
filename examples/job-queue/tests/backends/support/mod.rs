//! Servers of a test's own, and clocks. A server is started on a free loopback port in a temporary folder, and
//! killed when it is dropped.
//!
//! A test that needs a server which is not installed prints `skipped: no redis`; when `PLIMSOLL_REQUIRE` names
//! it, the test fails instead.

mod postgres;
mod redis;

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use job_queue::queue::Clock;

pub(crate) use self::postgres::Postgres;
pub(crate) use self::redis::Redis;

/// How often another port is tried when somebody else has taken it meanwhile.
const ATTEMPTS: u32 = 5;

/// A clock that is moved by hand.
#[derive(Debug, Clone, Default)]
pub(crate) struct ManualClock(Arc<AtomicU64>);

impl ManualClock {
    pub(crate) fn advance(&self, time: Duration) {
        self.0.fetch_add(u64::try_from(time.as_nanos()).expect("tests are short"), Ordering::SeqCst);
    }

    pub(crate) fn clock(&self) -> Clock {
        let nanos = Arc::clone(&self.0);
        Clock::new(move || Duration::from_nanos(nanos.load(Ordering::SeqCst)))
    }
}

/// A clock on which a microsecond passes whenever somebody looks.
pub(crate) fn ticking() -> Clock {
    let looks = Arc::new(AtomicU64::new(0));
    Clock::new(move || Duration::from_micros(looks.fetch_add(1, Ordering::Relaxed)))
}

/// Starts a server whose program is there; `None`, said or forbidden, when it is not.
fn when_there<T>(part: &str, is_there: bool, start: impl Fn(u16) -> Option<T>) -> Option<T> {
    if is_there {
        let started = (0..ATTEMPTS).find_map(|_| start(free_port()));
        return Some(started.unwrap_or_else(|| panic!("{part} does not start")));
    }
    let required = std::env::var("PLIMSOLL_REQUIRE").unwrap_or_default();
    assert!(
        !required.split(',').any(|name| name == part),
        "PLIMSOLL_REQUIRE names {part}, and it is missing"
    );
    skipped(part);
    None
}

#[expect(clippy::print_stderr, reason = "whoever runs the tests should know what they did not try")]
fn skipped(part: &str) {
    eprintln!("skipped: no {part}");
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback is there");
    listener.local_addr().expect("it is bound").port()
}
