//! How many users there are.

use plimsoll_metrics::Nanos;
use plimsoll_model::UserStage;

/// The number of users over the time of a phase: that of the line, rounded half up. User k is there while the line
/// is at k + ½ or above, so that a ramp down is the mirror image of the same ramp up.
///
/// All of it is computed in whole numbers, so that the instants are exact to the nanosecond.
#[derive(Debug, Clone)]
pub(crate) struct Attendance {
    stages: Vec<UserStage>,
    /// Where each stage ends.
    ends: Vec<Nanos>,
}

impl Attendance {
    pub(crate) fn new(stages: &[UserStage]) -> Attendance {
        let end = |end: &mut Nanos, stage: &UserStage| {
            *end += stage.length_ns;
            Some(*end)
        };
        Attendance { stages: stages.to_vec(), ends: stages.iter().scan(0, end).collect() }
    }

    /// How many users there are at a time from the start of the phase; after its end, none.
    pub(crate) fn at(&self, time: Nanos) -> u64 {
        self.stages
            .get(self.stage_at(time))
            .map_or(0, |stage| users(stage, time - self.start(self.stage_at(time))))
    }

    /// When there are more or fewer than at a time, next.
    pub(crate) fn next_change(&self, time: Nanos) -> Option<Nanos> {
        let count = self.at(time);
        let index = self.stage_at(time);
        let of_stage = |(index, stage): (usize, &UserStage)| {
            let start = self.start(index);
            if start > time && users(stage, 0) != count {
                return Some(start);
            }
            change(stage, count).map(|at| start + at)
        };
        self.stages.iter().enumerate().skip(index).find_map(of_stage)
    }

    fn stage_at(&self, time: Nanos) -> usize {
        self.ends.partition_point(|end| *end <= time)
    }

    fn start(&self, index: usize) -> Nanos {
        self.ends[index] - self.stages[index].length_ns
    }
}

/// How many users there are at a time from the start of a stage.
fn users(stage: &UserStage, time: Nanos) -> u64 {
    let (from, to, length) = wide(stage);
    let twice = 2 * (from * length + (to - from) * i128::from(time));
    u64::try_from((twice + length) / (2 * length)).unwrap_or(0)
}

/// When, from the start of a stage, there are more or fewer than a number that there are in it before.
fn change(stage: &UserStage, count: u64) -> Option<Nanos> {
    let (from, to, length) = wide(stage);
    let count = i128::from(count);
    let at = match to - from {
        0 => return None,
        // One more comes as soon as the line is at count + ½.
        rise if rise > 0 => {
            let way = (2 * (count - from) + 1) * length;
            (way + 2 * rise - 1) / (2 * rise)
        }
        // The last one goes as soon as the line is below count - ½.
        fall => (2 * (from - count) + 1) * length / (-2 * fall) + 1,
    };
    Nanos::try_from(at).ok().filter(|at| *at < stage.length_ns)
}

fn wide(stage: &UserStage) -> (i128, i128, i128) {
    (i128::from(stage.from), i128::from(stage.to), i128::from(stage.length_ns))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn changes(stages: &[UserStage]) -> Vec<(Nanos, u64)> {
        let attendance = Attendance::new(stages);
        let mut changes = vec![(0, attendance.at(0))];
        while let Some(at) = attendance.next_change(changes[changes.len() - 1].0) {
            changes.push((at, attendance.at(at)));
        }
        changes
    }

    #[test]
    fn down_is_the_mirror_image_of_up() {
        let up = UserStage { from: 0, to: 3, length_ns: 600 };
        let down = UserStage { from: 3, to: 0, length_ns: 600 };
        // User k is there from its instant to the mirror image of that, both included.
        let expected = [(0, 0), (100, 1), (300, 2), (500, 3), (701, 2), (901, 1), (1_101, 0)];
        assert_eq!(changes(&[up, down]), expected);
    }

    #[test]
    fn a_jump_changes_the_number_at_the_edge() {
        let level = |users| UserStage { from: users, to: users, length_ns: 50 };
        assert_eq!(changes(&[level(5), level(5), level(9), level(2)]), [(0, 5), (100, 9), (150, 2)]);
    }

    proptest! {
        #[test]
        fn the_changes_are_those_of_looking_at_every_instant(
            stages in prop::collection::vec((0..20u64, 0..20u64, 1..60u64), 1..5)
        ) {
            let stage = |(from, to, length_ns)| UserStage { from, to, length_ns };
            let stages: Vec<UserStage> = stages.into_iter().map(stage).collect();
            let attendance = Attendance::new(&stages);
            let length = stages.iter().map(|stage| stage.length_ns).sum();
            let mut looked_at = vec![(0, attendance.at(0))];
            for time in 1..length {
                if attendance.at(time) != looked_at[looked_at.len() - 1].1 {
                    looked_at.push((time, attendance.at(time)));
                }
            }
            prop_assert_eq!(changes(&stages), looked_at);
        }
    }
}
