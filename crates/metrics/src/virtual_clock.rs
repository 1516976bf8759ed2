//! Time that moves only when everything waits for it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::Nanos;

/// A clock that stands still until it is moved, exact to the nanosecond.
///
/// Sleepers wait in a heap. Whoever drives the clock calls [`VirtualClock::advance`] when nothing else can
/// happen: it moves the time to the earliest deadline and wakes all that is due then. Sleepers with the same
/// deadline wake in the order in which they went to sleep, so that a run is the same every time.
#[derive(Debug, Default)]
pub struct VirtualClock {
    now: AtomicU64,
    sleepers: Mutex<Sleepers>,
}

#[derive(Debug, Default)]
struct Sleepers {
    heap: BinaryHeap<Reverse<Sleeper>>,
    sequence: u64,
}

/// Ordered by deadline, then by arrival; the waker takes no part in the order.
#[derive(Debug)]
struct Sleeper {
    deadline: Nanos,
    sequence: u64,
    waker: Waker,
}

impl PartialEq for Sleeper {
    fn eq(&self, other: &Self) -> bool {
        (self.deadline, self.sequence) == (other.deadline, other.sequence)
    }
}

impl Eq for Sleeper {}

impl PartialOrd for Sleeper {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Sleeper {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.deadline, self.sequence).cmp(&(other.deadline, other.sequence))
    }
}

impl VirtualClock {
    /// A clock at zero.
    #[must_use]
    pub fn new() -> VirtualClock {
        VirtualClock::default()
    }

    /// Nanoseconds since the clock was made.
    #[must_use]
    pub fn now(&self) -> Nanos {
        self.now.load(Ordering::Acquire)
    }

    /// Moves to the earliest deadline and wakes all that is due then. Returns false when nobody sleeps: then
    /// what is being waited for will never happen under this clock.
    pub fn advance(&self) -> bool {
        let mut sleepers = self.sleepers();
        let Some(Reverse(first)) = sleepers.heap.peek() else { return false };
        let deadline = first.deadline;
        self.now.fetch_max(deadline, Ordering::AcqRel);
        // Mostly one is due: the lock is taken once.
        let first = sleepers.take_due(deadline);
        let has_more = sleepers.is_due(deadline);
        drop(sleepers);
        first.into_iter().for_each(Waker::wake);
        if has_more {
            self.wake_due(deadline);
        }
        true
    }

    /// Moves to a point of time, and wakes all that is due by then. Never moves back.
    pub fn advance_to(&self, time: Nanos) {
        self.now.fetch_max(time, Ordering::AcqRel);
        self.wake_due(time);
    }

    /// Wakes without the lock: what is woken may go to sleep again at once.
    fn wake_due(&self, time: Nanos) {
        loop {
            let Some(waker) = self.sleepers().take_due(time) else { return };
            waker.wake();
        }
    }

    /// A future that ends when the clock has reached a deadline.
    #[must_use]
    pub fn sleep_until(self: &Arc<Self>, deadline: Nanos) -> VirtualSleep {
        VirtualSleep { clock: Arc::clone(self), deadline, registered: None }
    }

    fn sleepers(&self) -> MutexGuard<'_, Sleepers> {
        // The heap is whole after every operation on it, whatever panicked elsewhere.
        self.sleepers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sleepers {
    fn is_due(&self, time: Nanos) -> bool {
        self.heap.peek().is_some_and(|Reverse(sleeper)| sleeper.deadline <= time)
    }

    fn take_due(&mut self, time: Nanos) -> Option<Waker> {
        if !self.is_due(time) {
            return None;
        }
        self.heap.pop().map(|Reverse(sleeper)| sleeper.waker)
    }
}

/// Waits for a deadline of a [`VirtualClock`].
#[derive(Debug)]
pub struct VirtualSleep {
    clock: Arc<VirtualClock>,
    deadline: Nanos,
    registered: Option<Waker>,
}

impl Future for VirtualSleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.clock.now() >= self.deadline {
            return Poll::Ready(());
        }
        // Registered once for a task, however often that is polled for other reasons.
        if !self.registered.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            let mut sleepers = self.clock.sleepers();
            sleepers.sequence += 1;
            let sleeper =
                Sleeper { deadline: self.deadline, sequence: sleepers.sequence, waker: cx.waker().clone() };
            sleepers.heap.push(Reverse(sleeper));
            drop(sleepers);
            self.registered = Some(cx.waker().clone());
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::task::Wake;

    use super::*;

    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn time_jumps_to_the_earliest_deadline_and_wakes_only_what_is_due() {
        let clock = Arc::new(VirtualClock::new());
        let woken = Arc::new(Count(AtomicUsize::new(0)));
        let waker = Waker::from(Arc::clone(&woken));
        let mut cx = Context::from_waker(&waker);
        let mut sleeps: Vec<_> = [30, 10, 10].iter().map(|at| clock.sleep_until(*at)).collect();
        for sleep in &mut sleeps {
            assert!(Pin::new(sleep).poll(&mut cx).is_pending());
        }
        assert!(clock.advance());
        assert_eq!((clock.now(), woken.0.load(Ordering::Relaxed)), (10, 2));
        assert!(Pin::new(&mut sleeps[0]).poll(&mut cx).is_pending());
        assert!(Pin::new(&mut sleeps[1]).poll(&mut cx).is_ready());
        assert!(clock.advance());
        assert_eq!(clock.now(), 30);
        assert!(!clock.advance());
    }

    #[test]
    fn a_sleep_that_moved_to_another_task_wakes_that_one() {
        let clock = Arc::new(VirtualClock::new());
        let tasks = [(); 2].map(|()| Arc::new(Count(AtomicUsize::new(0))));
        let mut sleep = clock.sleep_until(10);
        for task in &tasks {
            let waker = Waker::from(Arc::clone(task));
            assert!(Pin::new(&mut sleep).poll(&mut Context::from_waker(&waker)).is_pending());
        }
        clock.advance();
        assert_eq!(tasks[1].0.load(Ordering::Relaxed), 1);
    }
}
