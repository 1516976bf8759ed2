//! How truly this machine lets anybody send: a bare loop that keeps a rate, on a thread of its own, and sends
//! nothing.

#![expect(
    clippy::disallowed_methods,
    reason = "the counterpart has nothing of ours in it, not our clock either"
)]

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

/// How a bare loop waits for its next moment.
#[derive(Clone, Copy)]
pub(crate) enum Wait {
    /// It looks at the clock again and again.
    Spin,
    /// It asks the kernel for a timer.
    Sleep,
}

/// How late the loop was at the 99th of a hundred moments, in microseconds.
pub(crate) fn late_p99_us(rate: u32, wait: Wait, length: Duration) -> f64 {
    let late = std::thread::spawn(move || lateness(rate, wait, length)).join().unwrap();
    late.value_at_quantile(0.99) as f64 / 1e3
}

fn lateness(rate: u32, wait: Wait, length: Duration) -> Histogram<u64> {
    let mut late = Histogram::new_with_bounds(1, 3_600_000_000_000, 3).unwrap();
    let step = Duration::from_secs(1) / rate;
    let begin = Instant::now() + step;
    for n in 0..(length.as_secs_f64() * f64::from(rate)) as u32 {
        let due = begin + step * n;
        let left = due.saturating_duration_since(Instant::now());
        match wait {
            Wait::Spin => while Instant::now() < due {},
            Wait::Sleep if left.is_zero() => {}
            Wait::Sleep => timer(left),
        }
        late.saturating_record(u64::try_from((Instant::now() - due).as_nanos()).unwrap());
    }
    late
}

/// Sleeps by a timer that the kernel does not put off to save wake-ups, as it does with `sleep`.
fn timer(left: Duration) {
    use rustix::time::{Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec};

    let timer = rustix::time::timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::CLOEXEC).unwrap();
    let zero = Timespec { tv_sec: 0, tv_nsec: 0 };
    let left = Timespec { tv_sec: left.as_secs() as i64, tv_nsec: i64::from(left.subsec_nanos()) };
    let once = Itimerspec { it_interval: zero, it_value: left };
    rustix::time::timerfd_settime(&timer, TimerfdTimerFlags::empty(), &once).unwrap();
    rustix::io::read(&timer, &mut [0; 8]).unwrap();
}
