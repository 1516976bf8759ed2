//! What ties a running job to its worker.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// Shared by the worker, who shows signs of life, and the queue, which may take the job back.
#[derive(Debug)]
pub(super) struct Lease {
    last_sign_ns: AtomicU64,
    revoked: AtomicBool,
}

impl Lease {
    pub(super) fn new(now: Duration) -> Lease {
        Lease { last_sign_ns: AtomicU64::new(nanos(now)), revoked: AtomicBool::new(false) }
    }

    /// Shows a sign of life; false when the job was taken back.
    pub(super) fn renew(&self, now: Duration) -> bool {
        // Nothing else is read on the strength of it: relaxed is enough.
        self.last_sign_ns.store(nanos(now), Ordering::Relaxed);
        !self.is_revoked()
    }

    /// How long ago the last sign of life was.
    pub(super) fn silence(&self, now: Duration) -> Duration {
        now.saturating_sub(Duration::from_nanos(self.last_sign_ns.load(Ordering::Relaxed)))
    }

    /// Takes the job back: what its worker still does is unwanted.
    pub(super) fn revoke(&self) {
        self.revoked.store(true, Ordering::Release);
    }

    pub(super) fn is_revoked(&self) -> bool {
        self.revoked.load(Ordering::Acquire)
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_sign_of_life_ends_the_silence() {
        let lease = Lease::new(Duration::ZERO);
        assert_eq!(lease.silence(3 * SECOND), 3 * SECOND);
        lease.renew(2 * SECOND);
        assert_eq!(lease.silence(3 * SECOND), SECOND);
    }

    #[test]
    fn a_revoked_lease_is_not_renewed() {
        let lease = Lease::new(Duration::ZERO);
        assert!(lease.renew(SECOND));
        lease.revoke();
        assert!(!lease.renew(SECOND));
    }
}
