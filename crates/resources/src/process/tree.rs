//! Which processes belong together.

use std::collections::{BTreeMap, BTreeSet};

use crate::parse::ProcessStat;

/// A process among all that ever were: an id alone is given away again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Identity {
    pub(super) pid: u32,
    pub(super) start_ticks: u64,
}

impl Identity {
    pub(super) fn of(stat: &ProcessStat) -> Identity {
        Identity { pid: stat.pid, start_ticks: stat.start_ticks }
    }
}

/// The known processes that still are, and all that descend from them.
///
/// The known ones are those of the last time: a child stays when its parent ends and another takes it over.
pub(super) fn members<'a>(all: &'a [ProcessStat], known: &BTreeSet<Identity>) -> Vec<&'a ProcessStat> {
    let mut children: BTreeMap<u32, Vec<&ProcessStat>> = BTreeMap::new();
    for stat in all {
        children.entry(stat.parent).or_default().push(stat);
    }
    let mut members = BTreeMap::new();
    let mut open: Vec<&ProcessStat> = all.iter().filter(|stat| known.contains(&Identity::of(stat))).collect();
    while let Some(stat) = open.pop() {
        if members.insert(stat.pid, stat).is_none() {
            open.extend(children.get(&stat.pid).into_iter().flatten());
        }
    }
    members.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process(pid: u32, parent: u32) -> ProcessStat {
        ProcessStat {
            pid,
            parent,
            ended: false,
            own_ticks: 0,
            reaped_ticks: 0,
            threads: 1,
            start_ticks: u64::from(pid) * 10,
            resident_pages: 1,
        }
    }

    fn ids(all: &[ProcessStat], known: &[(u32, u64)]) -> Vec<u32> {
        let known = known.iter().map(|(pid, start_ticks)| Identity { pid: *pid, start_ticks: *start_ticks });
        members(all, &known.collect()).iter().map(|stat| stat.pid).collect()
    }

    #[test]
    fn children_of_children_belong_to_it_and_strangers_do_not() {
        let all = [process(1, 0), process(7, 1), process(8, 7), process(9, 8), process(10, 1)];
        assert_eq!(ids(&all, &[(7, 70)]), [7, 8, 9]);
    }

    #[test]
    fn a_child_that_was_taken_over_still_belongs_to_it() {
        assert_eq!(ids(&[process(1, 0), process(7, 1), process(9, 1)], &[(7, 70), (9, 90)]), [7, 9]);
    }

    #[test]
    fn another_process_with_the_same_id_is_not_it() {
        assert_eq!(ids(&[process(1, 0), process(7, 1)], &[(7, 69)]), Vec::<u32>::new());
    }

    #[test]
    fn a_circle_of_parents_comes_to_an_end() {
        assert_eq!(ids(&[process(7, 8), process(8, 7)], &[(7, 70)]), [7, 8]);
    }
}
