//! Weights as a sequence.

use plimsoll_model::{MixOrder, PlanError};

use crate::random::Stream;

/// Decides which operation arrival k is, from k alone.
#[derive(Debug, Clone)]
pub struct Mix {
    order: MixOrder,
    random: Stream,
    /// One round of the exact order: every operation as often as its weight says.
    round: Vec<u32>,
}

impl Mix {
    /// A mix of operations with weights above zero.
    #[must_use]
    pub fn new(weights: &[u64], order: MixOrder, seed: u64) -> Mix {
        Mix { order, random: Stream::new(seed, "mix"), round: smooth_round(weights) }
    }

    /// The operation of arrival k.
    ///
    /// ```
    /// use plimsoll_load::Mix;
    /// let mix = Mix::new(&[7, 2, 1], Default::default(), 0);
    /// let first: Vec<usize> = (0..10).map(|k| mix.pick(k)).collect();
    /// assert_eq!(first, [0, 0, 1, 0, 0, 2, 0, 0, 1, 0]);
    /// ```
    #[inline]
    #[must_use]
    pub fn pick(&self, k: u64) -> usize {
        if self.round.len() == 1 {
            return 0;
        }
        let position = match self.order {
            MixOrder::Exact | MixOrder::Roles => k % self.round.len() as u64,
            MixOrder::Random => self.random.below(k, self.round.len() as u64),
        };
        self.round[usize::try_from(position).unwrap_or(0)] as usize
    }

    /// The operation of a user's iteration: where operations are roles, the user decides.
    #[inline]
    pub(crate) fn pick_for(&self, user: u64, iteration: u64) -> usize {
        if self.round.len() == 1 {
            return 0;
        }
        self.pick(if self.order == MixOrder::Roles { user } else { iteration })
    }

    /// Whether each user has one operation for good.
    pub(crate) fn is_of_roles(&self) -> bool {
        self.order == MixOrder::Roles
    }

    /// After how many arrivals the exact order begins again; 1 where there is no such order.
    pub(crate) fn round_length(&self) -> u64 {
        if self.order == MixOrder::Random { 1 } else { self.round.len() as u64 }
    }

    /// How often each operation is among the first `count` arrivals.
    #[must_use]
    pub fn counts(&self, count: u64, operations: usize) -> Vec<u64> {
        let mut counts = vec![0; operations];
        let length = self.round.len() as u64;
        let looked_at = match self.order {
            MixOrder::Exact | MixOrder::Roles => {
                self.round.iter().for_each(|operation| counts[*operation as usize] += count / length);
                count % length
            }
            MixOrder::Random if length == 1 => {
                counts[0] = count;
                0
            }
            MixOrder::Random => count,
        };
        (0..looked_at).for_each(|k| counts[self.pick(k)] += 1);
        counts
    }
}

/// Checks that one round of the mix, which is kept in memory, is not too long.
pub(crate) fn check(weights: &[u64]) -> Result<(), PlanError> {
    const MAX_ROUND: u64 = 10_000_000;
    let round: u64 = reduced(weights).sum();
    if round > MAX_ROUND {
        let expected = "at most 10,000,000 once divided by what they have in common; round them";
        return Err(PlanError::new("sum of the weights", round, expected));
    }
    Ok(())
}

/// Weights without what they have in common.
fn reduced(weights: &[u64]) -> impl Iterator<Item = u64> + '_ {
    let divisor = weights.iter().copied().fold(0, greatest_common_divisor).max(1);
    weights.iter().map(move |weight| weight / divisor)
}

/// Smooth weighted round robin: in every prefix each operation is as near to its share as can be.
fn smooth_round(weights: &[u64]) -> Vec<u32> {
    let weights: Vec<i64> = reduced(weights).map(|weight| i64::try_from(weight).unwrap_or(1)).collect();
    let total: i64 = weights.iter().sum();
    let mut credit = vec![0i64; weights.len()];
    let next = |_| {
        credit.iter_mut().zip(&weights).for_each(|(credit, weight)| *credit += weight);
        // Of equals the first, so that the order is the same everywhere.
        let best = (0..credit.len()).rev().max_by_key(|index| credit[*index]).unwrap_or(0);
        credit[best] -= total;
        u32::try_from(best).unwrap_or(u32::MAX)
    };
    (0..total).map(next).collect()
}

/// The smallest number that both divide. Both are above zero.
pub(crate) fn least_common_multiple(a: u64, b: u64) -> u64 {
    a / greatest_common_divisor(a, b) * b
}

fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::random::split_mix;

    proptest! {
        #[test]
        fn every_prefix_is_within_one_operation_of_its_shares(
            weights in prop::collection::vec(1..50u64, 1..6),
            length in 0..500u64,
        ) {
            let mix = Mix::new(&weights, MixOrder::Exact, 0);
            let counts = mix.counts(length, weights.len());
            let total: u64 = weights.iter().sum();
            for (weight, count) in weights.iter().zip(&counts) {
                let share = *weight as f64 / total as f64 * length as f64;
                prop_assert!((*count as f64 - share).abs() <= weights.len() as f64 / 2.0 + 1.0);
            }
            prop_assert_eq!(counts.iter().sum::<u64>(), length);
        }

        #[test]
        fn counts_agree_with_picking_one_by_one(seed: u64, length in 0..300u64, random: bool) {
            let order = if random { MixOrder::Random } else { MixOrder::Exact };
            let mix = Mix::new(&[3, 1, 2], order, seed);
            let mut picked = vec![0; 3];
            (0..length).for_each(|k| picked[mix.pick(k)] += 1);
            prop_assert_eq!(mix.counts(length, 3), picked);
        }
    }

    #[test]
    fn which_operation_it_is_says_nothing_about_what_it_draws() {
        let mix = Mix::new(&[1, 1], MixOrder::Random, 3);
        // The random number of its context.
        let draws_high = |k: u64| split_mix(3 ^ split_mix(k)) >= u64::MAX / 2;
        let same = (0..10_000).filter(|k| mix.pick(*k) == usize::from(draws_high(*k))).count();
        // Five standard deviations around the half.
        assert!((4_750..=5_250).contains(&same), "{same}");
    }

    #[test]
    fn a_random_mix_keeps_its_shares_on_average() {
        let counts = Mix::new(&[8, 2], MixOrder::Random, 7).counts(100_000, 2);
        // Five standard deviations of a binomial count.
        assert!((79_367..=80_633).contains(&counts[0]), "{counts:?}");
    }
}
