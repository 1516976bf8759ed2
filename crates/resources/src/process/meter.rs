//! The use of a whole tree of processes as one counter that never falls.

use std::collections::BTreeMap;

use super::tree::Identity;

/// What one process has used since its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Usage {
    pub(super) parent: u32,
    /// By itself.
    pub(super) own: u64,
    /// By its ended children, as the kernel adds it when the parent asks how they ended; also its own, where
    /// the kernel keeps the two as one number.
    pub(super) reaped: u64,
}

/// Adds up what the members of a tree use while they come and go.
///
/// A plain sum over the living would fall with each child that ends; a sum that adds what parents reaped would
/// count a child a second time that was seen alive before. So what an ended member had used when last seen
/// is taken off the growth of its nearest living ancestor's reaped use.
#[derive(Debug, Default)]
pub(super) struct Meter {
    total: u64,
    members: BTreeMap<Identity, Member>,
}

#[derive(Debug, Clone, Copy)]
struct Member {
    usage: Usage,
    /// Use of descendants that ended last time but were not in its reaped use yet: its file was read before it
    /// asked. A parent that never asks will not get it, so it is remembered for one round only.
    expected: u64,
}

impl Meter {
    /// Takes in the members as they are now and gives the use of the tree so far, those of the first time
    /// with all that they had used before.
    pub(super) fn advance(&mut self, now: &BTreeMap<Identity, Usage>) -> u64 {
        let mut ended = self.ended(now);
        let mut members = BTreeMap::new();
        for (identity, usage) in now {
            let before = self.members.get(identity).copied().unwrap_or(Member::NEW);
            let ended = ended.remove(identity).unwrap_or(0);
            let known = before.expected.saturating_add(ended);
            let reaped = usage.reaped.saturating_sub(before.usage.reaped);
            let own = usage.own.saturating_sub(before.usage.own);
            self.total = self.total.saturating_add(own).saturating_add(reaped.saturating_sub(known));
            let expected = known.saturating_sub(reaped).min(ended);
            members.insert(*identity, Member { usage: *usage, expected });
        }
        self.members = members;
        self.total
    }

    /// What members had used that have ended since, by their nearest living ancestor.
    fn ended(&self, now: &BTreeMap<Identity, Usage>) -> BTreeMap<Identity, u64> {
        let by_pid: BTreeMap<u32, &Identity> = self.members.keys().map(|one| (one.pid, one)).collect();
        let mut ended = BTreeMap::new();
        for (_, member) in self.members.iter().filter(|(identity, _)| !now.contains_key(identity)) {
            let mut ancestor = by_pid.get(&member.usage.parent).copied();
            // No line of ancestors is longer than there are members, whatever a damaged file says.
            for _ in 0..self.members.len() {
                ancestor = match ancestor {
                    Some(one) if !now.contains_key(one) => {
                        by_pid.get(&self.members[one].usage.parent).copied()
                    }
                    found => found,
                };
            }
            if let Some(living) = ancestor.filter(|one| now.contains_key(one)) {
                let sum: &mut u64 = ended.entry(*living).or_default();
                *sum = sum.saturating_add(member.usage.own).saturating_add(member.usage.reaped);
            }
        }
        ended
    }
}

impl Member {
    const NEW: Member = Member { usage: Usage { parent: 0, own: 0, reaped: 0 }, expected: 0 };
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Members as (id, parent, own, reaped).
    fn advance(meter: &mut Meter, members: &[(u32, u32, u64, u64)]) -> u64 {
        let members = members.iter().map(|(pid, parent, own, reaped)| {
            let usage = Usage { parent: *parent, own: *own, reaped: *reaped };
            (Identity { pid: *pid, start_ticks: 0 }, usage)
        });
        meter.advance(&members.collect())
    }

    fn meter(members: &[(u32, u32, u64, u64)]) -> Meter {
        let mut meter = Meter::default();
        advance(&mut meter, members);
        meter
    }

    #[test]
    fn the_living_are_added_up() {
        let mut meter = meter(&[(1, 0, 10, 0), (2, 1, 5, 0)]);
        assert_eq!(advance(&mut meter, &[(1, 0, 12, 0), (2, 1, 8, 0)]), 20);
    }

    #[test]
    fn a_child_that_was_seen_and_reaped_counts_once() {
        let mut meter = meter(&[(1, 0, 10, 0), (2, 1, 50, 0)]);
        assert_eq!(advance(&mut meter, &[(1, 0, 10, 53)]), 63);
    }

    #[test]
    fn a_child_that_came_and_went_between_two_readings_counts() {
        let mut meter = meter(&[(1, 0, 10, 0)]);
        assert_eq!(advance(&mut meter, &[(1, 0, 10, 40)]), 50);
    }

    #[test]
    fn a_child_that_is_reaped_after_its_parent_was_read_counts_once() {
        let mut meter = meter(&[(1, 0, 10, 0), (2, 1, 50, 0)]);
        assert_eq!(advance(&mut meter, &[(1, 0, 10, 0)]), 60);
        assert_eq!(advance(&mut meter, &[(1, 0, 10, 53)]), 63);
    }

    #[test]
    fn a_parent_that_never_asks_costs_only_what_was_not_seen() {
        let mut meter = meter(&[(1, 0, 10, 0), (2, 1, 50, 0)]);
        advance(&mut meter, &[(1, 0, 10, 0)]);
        advance(&mut meter, &[(1, 0, 10, 0)]);
        assert_eq!(advance(&mut meter, &[(1, 0, 10, 7)]), 67);
    }

    #[test]
    fn a_grandchild_reaped_with_its_parent_counts_once() {
        let mut meter = meter(&[(1, 0, 0, 0), (2, 1, 20, 0), (3, 2, 30, 0)]);
        assert_eq!(advance(&mut meter, &[(1, 0, 0, 52)]), 52);
    }

    #[test]
    fn a_new_child_counts_from_its_start() {
        let mut meter = meter(&[(1, 0, 10, 0)]);
        assert_eq!(advance(&mut meter, &[(1, 0, 10, 0), (2, 1, 9, 1)]), 20);
    }

    /// A parent whose children work, end and are reaped, in any order.
    fn any_steps() -> impl Strategy<Value = Vec<(usize, u64, bool, bool)>> {
        proptest::collection::vec((0_usize..4, 0_u64..100, any::<bool>(), any::<bool>()), 0..80)
    }

    proptest! {
        #[test]
        fn the_total_is_all_work_ever_done(steps in any_steps()) {
            let mut meter = Meter::default();
            let (mut work, mut reaped, mut next_pid) = (0, 0, 6);
            let mut children: Vec<(u32, u64)> = (2..6).map(|pid| (pid, 0)).collect();
            for (slot, amount, ends, is_read) in steps {
                children[slot].1 += amount;
                work += amount;
                if ends {
                    reaped += children[slot].1;
                    children[slot] = (next_pid, 0);
                    next_pid += 1;
                }
                if is_read {
                    let living = children.iter().map(|(pid, own)| (*pid, 1, *own, 0));
                    let members: Vec<_> = living.chain([(1, 0, 0, reaped)]).collect();
                    prop_assert_eq!(advance(&mut meter, &members), work);
                }
            }
        }
    }
}
