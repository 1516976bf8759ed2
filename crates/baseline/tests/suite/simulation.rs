//! The fast form of the goals: a few trials each, and bounds four standard errors wide.

use crate::goals::GOALS;

#[test]
fn every_goal_is_in_reach_of_twenty_trials() {
    for goal in GOALS {
        for figure in goal(20) {
            assert!(figure.holds_within(4.0), "{figure}");
        }
    }
}
