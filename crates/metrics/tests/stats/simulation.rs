//! The fast form of the goals: a hundred trials each, and bounds four standard errors wide.

use super::goals::GOALS;

#[test]
fn every_goal_is_in_reach_of_a_hundred_trials() {
    for goal in GOALS {
        for figure in goal(100) {
            assert!(figure.holds_within(4.0), "{figure}");
        }
    }
}
