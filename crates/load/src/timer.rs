//! Waiting for a point of the timeline.

use std::pin::Pin;
use std::task::{Context, Poll};

use plimsoll_metrics::{Clock, Nanos, Timeline, VirtualSleep};

/// tokio's timer wheel counts whole milliseconds and rounds up: sleep to this long before, then look again and
/// again.
const COARSE: Nanos = 2_000_000;

/// The most that one look at the clock while spinning may take; a longer gap was other work of the thread.
const LOOK: Nanos = 5_000;

/// Waits for points of the timeline, one at a time.
///
/// The last stretch before a point may be spun through: looked at again and again, each time letting the
/// thread's other work go on. It costs a core and takes tens of microseconds of lateness away.
pub(crate) struct Timer {
    timeline: Timeline,
    armed: Option<Nanos>,
    kind: Kind,
    spin: Nanos,
    last_look: Option<Nanos>,
    spun: Nanos,
}

enum Kind {
    /// timerfd: wakes within microseconds.
    #[cfg(target_os = "linux")]
    Precise(precise::TimerFd),
    /// tokio's timer, and busy waiting for the last two milliseconds.
    Coarse(Pin<Box<tokio::time::Sleep>>),
    Virtual(Option<VirtualSleep>),
}

impl Timer {
    /// A timer on the current runtime that spins for this long before a point.
    pub(crate) fn new(timeline: Timeline, spin: Nanos) -> Timer {
        let kind = match timeline.clock() {
            Clock::Virtual(_) => Kind::Virtual(None),
            Clock::System => system_timer(&timeline),
        };
        Timer { timeline, armed: None, kind, spin, last_look: None, spun: 0 }
    }

    /// How long it has done nothing but look at the clock.
    pub(crate) fn spun(&self) -> Nanos {
        self.spun
    }

    /// Ready when the point has come.
    pub(crate) fn poll_until(&mut self, at: Nanos, cx: &mut Context<'_>) -> Poll<()> {
        let now = self.timeline.now();
        if now >= at {
            return Poll::Ready(());
        }
        if at - now <= self.spin {
            return self.poll_spinning(now, cx);
        }
        let wake_at = at - self.spin;
        let is_armed = self.armed == Some(wake_at);
        self.armed = Some(wake_at);
        let woken = match &mut self.kind {
            #[cfg(target_os = "linux")]
            Kind::Precise(timer) => timer.poll_until(&self.timeline, wake_at, is_armed, cx),
            Kind::Coarse(sleep) => poll_coarse(sleep.as_mut(), &self.timeline, wake_at, is_armed, cx),
            Kind::Virtual(sleep) => poll_virtual(sleep, &self.timeline, wake_at, is_armed, cx),
        };
        if woken.is_ready() {
            self.armed = None;
        }
        woken
    }

    fn poll_spinning(&mut self, now: Nanos, cx: &mut Context<'_>) -> Poll<()> {
        self.spun += self.last_look.map_or(0, |last| (now - last).min(LOOK));
        self.last_look = Some(now);
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Something is to be done now: what follows is no spinning.
    pub(crate) fn work_begins(&mut self) {
        self.last_look = None;
    }
}

fn coarse_timer(timeline: &Timeline) -> Kind {
    Kind::Coarse(Box::pin(tokio::time::sleep_until(timeline.instant(0).into())))
}

#[cfg(not(target_os = "linux"))]
fn system_timer(timeline: &Timeline) -> Kind {
    coarse_timer(timeline)
}

#[cfg(target_os = "linux")]
fn system_timer(timeline: &Timeline) -> Kind {
    precise::TimerFd::new().map_or_else(|_| coarse_timer(timeline), Kind::Precise)
}

fn poll_coarse(
    mut sleep: Pin<&mut tokio::time::Sleep>,
    timeline: &Timeline,
    at: Nanos,
    is_armed: bool,
    cx: &mut Context<'_>,
) -> Poll<()> {
    if at.saturating_sub(timeline.now()) <= COARSE {
        // Too near for the wheel. Yielding in turn lets everything else on this runtime go on.
        cx.waker().wake_by_ref();
        return Poll::Pending;
    }
    if !is_armed {
        sleep.as_mut().reset(timeline.instant(at.saturating_sub(COARSE)).into());
    }
    sleep.poll(cx)
}

fn poll_virtual(
    sleep: &mut Option<VirtualSleep>,
    timeline: &Timeline,
    at: Nanos,
    is_armed: bool,
    cx: &mut Context<'_>,
) -> Poll<()> {
    let Clock::Virtual(clock) = timeline.clock() else { return Poll::Ready(()) };
    if !is_armed || sleep.is_none() {
        let remaining = at.saturating_sub(timeline.now());
        *sleep = Some(clock.sleep_until(clock.now().saturating_add(remaining)));
    }
    let sleep = sleep.as_mut().expect("it was set a moment ago");
    Pin::new(sleep).poll(cx)
}

#[cfg(target_os = "linux")]
mod precise {
    //! timerfd in tokio's reactor.

    use std::io;
    use std::os::fd::OwnedFd;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::task::{Context, Poll, ready};

    use plimsoll_metrics::{NANOS_PER_SECOND, Nanos, Timeline};
    use rustix::time::{
        Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
        timerfd_settime,
    };
    use tokio::io::unix::AsyncFd;

    pub(crate) struct TimerFd {
        fd: AsyncFd<OwnedFd>,
    }

    #[expect(
        deprecated,
        reason = "its replacement is unsafe for the sake of types that change their descriptor; this one owns it"
    )]
    fn register(fd: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
        AsyncFd::new(fd)
    }

    impl TimerFd {
        /// A timer in the current runtime's reactor; an error when the runtime has none.
        pub(crate) fn new() -> io::Result<TimerFd> {
            let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
            let fd = timerfd_create(TimerfdClockId::Monotonic, flags)?;
            // tokio panics where I/O is not enabled, and offers no way to ask.
            let fd = catch_unwind(AssertUnwindSafe(|| register(fd)));
            let fd = fd.map_err(|_| io::Error::other("the runtime has no I/O driver"))??;
            Ok(TimerFd { fd })
        }

        pub(crate) fn poll_until(
            &mut self,
            timeline: &Timeline,
            at: Nanos,
            is_armed: bool,
            cx: &mut Context<'_>,
        ) -> Poll<()> {
            if !is_armed && self.arm(at.saturating_sub(timeline.now())).is_err() {
                // Without a timer, looking again and again is slow but right.
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            loop {
                let Ok(mut guard) = ready!(self.fd.poll_read_ready(cx)) else { return Poll::Ready(()) };
                let mut expirations = [0; 8];
                match guard.try_io(|fd| Ok(rustix::io::read(fd.get_ref(), &mut expirations)?)) {
                    Ok(_) => return Poll::Ready(()),
                    // It was armed again before it was read: wait for the new expiry.
                    Err(_would_block) => {}
                }
            }
        }

        /// Relative to now, because the timeline's zero is not known to the kernel.
        fn arm(&self, delay: Nanos) -> io::Result<()> {
            let delay = delay.max(1);
            let value = Timespec {
                tv_sec: i64::try_from(delay / NANOS_PER_SECOND).unwrap_or(i64::MAX),
                tv_nsec: i64::try_from(delay % NANOS_PER_SECOND).unwrap_or(0),
            };
            let once = Itimerspec { it_interval: Timespec { tv_sec: 0, tv_nsec: 0 }, it_value: value };
            timerfd_settime(self.fd.get_ref(), TimerfdTimerFlags::empty(), &once)?;
            Ok(())
        }
    }
}
