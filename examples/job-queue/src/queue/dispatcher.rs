//! Who is next: permits of tenants, first in first out within a tenant, in turn over the tenants.

use std::collections::VecDeque;

/// Waiting items of all tenants, and the permits that they wait for. Knows no thread and no time.
#[derive(Debug)]
pub(super) struct Dispatcher<T> {
    lanes: Vec<Lane<T>>,
    /// Tenants that have an item waiting and a permit of their own free, in turn.
    ready: VecDeque<usize>,
    shared: Option<Permits>,
    waiting: usize,
}

/// One tenant.
#[derive(Debug)]
struct Lane<T> {
    waiting: VecDeque<T>,
    permits: Permits,
    /// Whether it is among the ready.
    listed: bool,
}

#[derive(Debug)]
struct Permits {
    limit: usize,
    taken: usize,
}

impl<T> Dispatcher<T> {
    /// Nothing waiting. With `shared`, all tenants are under one semaphore of so many permits, and their own
    /// limits do not count.
    pub(super) fn new(limits: impl IntoIterator<Item = usize>, shared: Option<usize>) -> Dispatcher<T> {
        let limits = limits.into_iter().map(|limit| if shared.is_some() { usize::MAX } else { limit });
        let lanes = limits.map(|limit| Lane {
            waiting: VecDeque::new(),
            permits: Permits { limit, taken: 0 },
            listed: false,
        });
        Dispatcher {
            lanes: lanes.collect(),
            ready: VecDeque::new(),
            shared: shared.map(|limit| Permits { limit, taken: 0 }),
            waiting: 0,
        }
    }

    /// Puts an item behind the others of its tenant.
    pub(super) fn push(&mut self, tenant: usize, item: T) {
        self.lanes[tenant].waiting.push_back(item);
        self.waiting += 1;
        self.list(tenant);
    }

    /// Puts an item before the others of its tenant.
    pub(super) fn push_first(&mut self, tenant: usize, item: T) {
        self.lanes[tenant].waiting.push_front(item);
        self.waiting += 1;
        self.list(tenant);
    }

    /// Takes the item whose turn it is, and a permit for it; `None` when no item may run now.
    pub(super) fn take(&mut self) -> Option<T> {
        if !self.has_ready() {
            return None;
        }
        let tenant = self.ready.pop_front()?;
        let lane = &mut self.lanes[tenant];
        lane.listed = false;
        let item = lane.waiting.pop_front().expect("a listed tenant has an item waiting");
        self.waiting -= 1;
        lane.permits.taken += 1;
        if let Some(shared) = &mut self.shared {
            shared.taken += 1;
        }
        self.list(tenant);
        Some(item)
    }

    /// Gives back the permit of one item that was taken.
    pub(super) fn release(&mut self, tenant: usize) {
        self.lanes[tenant].permits.give_back();
        if let Some(shared) = &mut self.shared {
            shared.give_back();
        }
        self.list(tenant);
    }

    /// Takes all that waits, without permits: nothing of it will run.
    pub(super) fn drain(&mut self) -> Vec<T> {
        self.ready.clear();
        self.waiting = 0;
        let lanes = self.lanes.iter_mut();
        lanes
            .flat_map(|lane| {
                lane.listed = false;
                lane.waiting.drain(..)
            })
            .collect()
    }

    /// Whether an item may run now.
    pub(super) fn has_ready(&self) -> bool {
        !self.ready.is_empty() && self.shared.as_ref().is_none_or(Permits::has_free)
    }

    /// Items waiting, over all tenants.
    pub(super) fn waiting(&self) -> usize {
        self.waiting
    }

    /// Items of one tenant waiting.
    pub(super) fn waiting_of(&self, tenant: usize) -> usize {
        self.lanes[tenant].waiting.len()
    }

    /// Items of one tenant that were taken and not released.
    pub(super) fn running_of(&self, tenant: usize) -> usize {
        self.lanes[tenant].permits.taken
    }

    /// The share of permits taken, 0 to 1, of the semaphore that the tenant is under.
    pub(super) fn utilization_of(&self, tenant: usize) -> f64 {
        let permits = self.shared.as_ref().unwrap_or(&self.lanes[tenant].permits);
        permits.taken as f64 / permits.limit as f64
    }

    fn list(&mut self, tenant: usize) {
        let lane = &mut self.lanes[tenant];
        if !lane.listed && !lane.waiting.is_empty() && lane.permits.has_free() {
            lane.listed = true;
            self.ready.push_back(tenant);
        }
    }
}

impl Permits {
    fn has_free(&self) -> bool {
        self.taken < self.limit
    }

    fn give_back(&mut self) {
        self.taken = self.taken.checked_sub(1).expect("only a permit that was taken is given back");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn filled(limits: &[usize], shared: Option<usize>, items: &[(usize, u32)]) -> Dispatcher<(usize, u32)> {
        let mut dispatcher = Dispatcher::new(limits.iter().copied(), shared);
        for item in items {
            dispatcher.push(item.0, *item);
        }
        dispatcher
    }

    fn take_all(dispatcher: &mut Dispatcher<(usize, u32)>) -> Vec<(usize, u32)> {
        std::iter::from_fn(|| dispatcher.take()).collect()
    }

    #[test]
    fn tenants_take_turns_and_each_keeps_its_order() {
        let items = [(0, 1), (0, 2), (0, 3), (1, 1), (1, 2), (2, 1)];
        let mut dispatcher = filled(&[9, 9, 9], None, &items);
        assert_eq!(take_all(&mut dispatcher), [(0, 1), (1, 1), (2, 1), (0, 2), (1, 2), (0, 3)]);
    }

    #[test]
    fn a_tenant_at_its_limit_does_not_hold_up_the_others() {
        let mut dispatcher = filled(&[1, 2], None, &[(0, 1), (0, 2), (0, 3), (1, 1), (1, 2)]);
        assert_eq!(take_all(&mut dispatcher), [(0, 1), (1, 1), (1, 2)]);
        assert_eq!(dispatcher.waiting_of(0), 2);
    }

    #[test]
    fn a_shared_semaphore_holds_up_everybody() {
        let mut dispatcher = filled(&[2, 2], Some(2), &[(0, 1), (0, 2), (1, 1)]);
        take_all(&mut dispatcher);
        assert!(!dispatcher.has_ready());
        dispatcher.release(0);
        assert!(dispatcher.has_ready());
    }

    #[test]
    fn a_permit_given_back_lets_the_next_one_run() {
        let mut dispatcher = filled(&[1], None, &[(0, 1), (0, 2)]);
        assert_eq!(take_all(&mut dispatcher), [(0, 1)]);
        dispatcher.release(0);
        assert_eq!(take_all(&mut dispatcher), [(0, 2)]);
    }

    #[test]
    fn what_is_put_first_runs_first() {
        let mut dispatcher = filled(&[9], None, &[(0, 1), (0, 2)]);
        dispatcher.push_first(0, (0, 0));
        assert_eq!(take_all(&mut dispatcher), [(0, 0), (0, 1), (0, 2)]);
    }

    #[test]
    fn utilization_is_the_share_of_permits_taken() {
        let mut dispatcher = filled(&[4, 1], None, &[(0, 1)]);
        take_all(&mut dispatcher);
        assert_eq!([0, 1].map(|tenant| dispatcher.utilization_of(tenant)), [0.25, 0.0]);
    }

    #[test]
    fn nothing_runs_after_a_drain() {
        let mut dispatcher = filled(&[1, 1], None, &[(0, 1), (0, 2), (1, 1)]);
        assert_eq!(dispatcher.drain().len(), 3);
        assert_eq!((dispatcher.take(), dispatcher.waiting()), (None, 0));
    }

    #[derive(Debug, Clone)]
    enum Step {
        Push(usize),
        Take,
        Release(usize),
    }

    fn step(tenants: usize) -> impl Strategy<Value = Step> {
        prop_oneof![
            3 => (0..tenants).prop_map(Step::Push),
            2 => Just(Step::Take),
            2 => (0..tenants).prop_map(Step::Release),
        ]
    }

    proptest! {
        #[test]
        fn limits_hold_and_nothing_is_lost_or_left(
            limits in prop::collection::vec(1usize..4, 4),
            shared in prop::option::of(1usize..4),
            steps in prop::collection::vec(step(4), 0..300),
        ) {
            let mut dispatcher = Dispatcher::new(limits.clone(), shared);
            let (mut running, mut waiting) = ([0; 4], [0; 4]);
            for step in steps {
                match step {
                    Step::Push(tenant) => {
                        dispatcher.push(tenant, tenant);
                        waiting[tenant] += 1;
                    }
                    Step::Release(tenant) if running[tenant] > 0 => {
                        dispatcher.release(tenant);
                        running[tenant] -= 1;
                    }
                    Step::Release(_) => {}
                    Step::Take => {
                        let free = |tenant: usize| match shared {
                            Some(limit) => running.iter().sum::<usize>() < limit,
                            None => running[tenant] < limits[tenant],
                        };
                        let someone_may = (0..4).any(|tenant| waiting[tenant] > 0 && free(tenant));
                        let taken = dispatcher.take();
                        prop_assert_eq!(taken.is_some(), someone_may);
                        if let Some(tenant) = taken {
                            prop_assert!(free(tenant));
                            running[tenant] += 1;
                            waiting[tenant] -= 1;
                        }
                    }
                }
                for tenant in 0..4 {
                    prop_assert_eq!(dispatcher.running_of(tenant), running[tenant]);
                    prop_assert_eq!(dispatcher.waiting_of(tenant), waiting[tenant]);
                }
                prop_assert_eq!(dispatcher.waiting(), waiting.iter().sum::<usize>());
            }
        }
    }
}
