//! Where the workers of a queue in Redis get their jobs.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::time::Duration;

use redis::RedisResult;

use super::desk::{Desk, Handed};
use super::link::Link;
use super::scripts::Scripts;
use crate::queue::claim::Claim;
use crate::queue::connector::Transformed;
use crate::queue::occupancy::Inside;
use crate::queue::worker::Shop;
use crate::queue::{Connector, Gate, JobError, JobId, StoreError};

/// How often a worker shows Redis a sign of life, while it works.
const SIGN_EVERY: Duration = Duration::from_secs(1);

/// Where one worker gets its jobs.
pub(super) struct RedisShop {
    desk: Arc<Desk>,
    link: RefCell<Link>,
    last_sign: Cell<Duration>,
}

impl RedisShop {
    pub(super) fn new(desk: Arc<Desk>, link: Link) -> RedisShop {
        RedisShop { desk, link: RefCell::new(link), last_sign: Cell::default() }
    }

    /// Asks until Redis answers; `None` when the queue is stopped before.
    fn insist<T>(&self, question: impl Fn(&Scripts, &mut redis::Connection) -> RedisResult<T>) -> Option<T> {
        self.until_answered(|link| link.ask(&question))
    }

    fn until_answered<T>(&self, ask: impl Fn(&mut Link) -> Result<T, StoreError>) -> Option<T> {
        while !self.desk.is_stopped() {
            let reports = self.desk.reports();
            match ask(&mut self.link.borrow_mut()) {
                Ok(answer) => {
                    self.desk.found(reports);
                    return Some(answer);
                }
                Err(error) => self.desk.lose(&error),
            }
            self.desk.pause();
        }
        None
    }

    /// The next job that may run; nothing when there is none.
    fn next(&self) -> Option<Option<Handed>> {
        let now = micros(self.desk.clock.now());
        let job: Option<(u64, u32, String)> =
            self.insist(|scripts, connection| scripts.on(&scripts.claim).arg(now).invoke(connection))?;
        Some(job.and_then(|(id, attempt, text)| handed(id, attempt, &text)))
    }

    /// Strikes a job off in Redis; false when it was taken back before.
    fn strike_off(&self, id: JobId, attempt: u32, tenant: usize) -> bool {
        let struck = self.insist(|scripts, connection| {
            scripts.on(&scripts.finish).arg(id.0).arg(attempt).arg(tenant).invoke(connection)
        });
        struck.unwrap_or(false)
    }

    fn wait_for_work(&self) {
        self.desk.change_crew(|crew| crew.idle += 1);
        self.until_answered(Link::wait_for_work);
        self.desk.change_crew(|crew| crew.idle -= 1);
    }

    /// Shows Redis a sign of life when it is time to; false when the job was taken back.
    fn renew_there(&self, claim: &Claim, now: Duration) -> bool {
        if now.saturating_sub(self.last_sign.get()) < SIGN_EVERY {
            return true;
        }
        self.last_sign.set(now);
        let renewed = self.insist(|scripts, connection| {
            scripts.on(&scripts.renew).arg(claim.id.0).arg(claim.attempt).arg(micros(now)).invoke(connection)
        });
        renewed.unwrap_or(false)
    }
}

impl Shop for RedisShop {
    fn join(&mut self) {
        self.desk.join_crew();
    }

    /// The last one switches off the light: all keys are removed.
    fn leave(&mut self) {
        // Before it counts as gone, since whoever waits for that may end the process.
        if self.desk.is_last_to_leave()
            && let Err(error) = self.link.get_mut().remove_keys(self.desk.settings.tenants.len())
        {
            self.desk.leave_behind(error);
        }
        self.desk.change_crew(|crew| crew.alive -= 1);
    }

    fn claim(&mut self) -> Option<Claim> {
        loop {
            match self.next()? {
                Some(handed) => match self.desk.begin(handed) {
                    Some(claim) => {
                        self.last_sign.set(claim.claimed_at);
                        return Some(claim);
                    }
                    // Nobody waits for it: it should not keep its permit.
                    None => drop(self.strike_off(handed.id, handed.attempt, handed.tenant)),
                },
                None => self.wait_for_work(),
            }
        }
    }

    fn finish(&mut self, claim: &Claim, result: Result<Transformed, JobError>) {
        let processing = self.desk.clock.now().saturating_sub(claim.claimed_at);
        if self.strike_off(claim.id, claim.attempt, claim.tenant) {
            self.desk.finish(claim, result, processing);
        }
    }

    fn wait_at(&self, gate: &Gate, claim: &Claim) {
        self.desk.change_crew(|crew| crew.at_source += 1);
        gate.wait(|| claim.lease.is_revoked());
        self.desk.change_crew(|crew| crew.at_source -= 1);
    }

    fn renew(&self, claim: &Claim) -> bool {
        let now = self.desk.clock.now();
        claim.lease.renew(now) && self.renew_there(claim, now)
    }

    fn enter(&self, claim: &Claim) -> Inside<'_> {
        self.desk.enter(claim)
    }
}

/// A job as Redis describes it: `tenant seed fields`. `None` for what this program has not written.
fn handed(id: u64, attempt: u32, text: &str) -> Option<Handed> {
    let mut words = text.split(' ');
    let mut number = || words.next()?.parse::<u64>().ok();
    let tenant = usize::try_from(number()?).ok()?;
    let connector = Connector { seed: number()?, fields: number()? };
    Some(Handed { id: JobId(id), attempt, tenant, connector })
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
