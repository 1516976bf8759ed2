//! Which row comes when.

use crate::StopHandle;
use crate::random::{Stream, split_mix};

/// What happens when an iteration asks for a row and none is left.
#[derive(Debug, Clone)]
pub enum AtEnd {
    /// The rows begin again; shuffled ones in another order.
    Repeat,
    /// The iteration gets [`OutOfData`](super::OutOfData), which makes it fail when it hands that on.
    Fail,
    /// The run ends as planned once the last row is handed out: nothing more starts, what is in flight goes on.
    /// What was started meanwhile gets [`OutOfData`](super::OutOfData).
    Stop(StopHandle),
}

/// The order of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Sequential,
    Shuffled,
    Random,
    UniquePerUser,
}

/// Who asks for a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asker {
    pub(super) seed: u64,
    pub(super) user: u64,
    pub(super) iteration: u64,
}

impl Order {
    /// What happens at the end unless said otherwise: rows that are somebody's own are never shared silently.
    pub(super) fn usual_end(self) -> AtEnd {
        match self {
            Order::UniquePerUser => AtEnd::Fail,
            _ => AtEnd::Repeat,
        }
    }

    /// How many rows were asked for before this one; `None` where there is no end.
    pub(super) fn turn(self, asker: Asker) -> Option<u64> {
        match self {
            Order::Sequential | Order::Shuffled => Some(asker.iteration),
            Order::UniquePerUser => Some(asker.user),
            Order::Random => None,
        }
    }

    /// The row for somebody, of a number above zero of them. `salt` tells feeders apart.
    pub(super) fn pick(self, asker: Asker, rows: u64, salt: u64) -> u64 {
        let Asker { seed, user, iteration } = asker;
        match self {
            Order::Sequential => iteration % rows,
            Order::UniquePerUser => user % rows,
            Order::Random => Stream::salted(seed, salt).below(iteration, rows),
            Order::Shuffled => {
                let key = Stream::salted(seed, salt).at(iteration / rows);
                permuted(iteration % rows, rows, key)
            }
        }
    }
}

/// Where a key's permutation of the numbers below `count` puts one of them, without the permutation in memory.
///
/// A Feistel network permutes the numbers of as many bits; what lands beyond `count` is sent through it again
/// until it does not (cycle walking; Black & Rogaway 2002).
fn permuted(number: u64, count: u64, key: u64) -> u64 {
    let bits = u64::BITS - (count - 1).leading_zeros();
    let half = bits.div_ceil(2).max(1);
    let mask = (1 << half) - 1;
    let mut place = number;
    loop {
        place = feistel(place, half, mask, key);
        if place < count {
            return place;
        }
    }
}

fn feistel(number: u64, half: u32, mask: u64, key: u64) -> u64 {
    /// Four rounds of a good function are as random as anybody can tell (Luby & Rackoff 1988).
    const ROUNDS: u64 = 4;
    let halves = (0..ROUNDS).fold((number >> half, number & mask), |(left, right), round| {
        (right, left ^ (split_mix(key.wrapping_add(round) ^ split_mix(right)) & mask))
    });
    halves.0 << half | halves.1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn asker(seed: u64, user: u64, iteration: u64) -> Asker {
        Asker { seed, user, iteration }
    }

    proptest! {
        #[test]
        fn each_pass_over_shuffled_rows_has_each_row_once(count in 1..300u64, seed: u64, pass in 0..5u64) {
            let pick = |n| Order::Shuffled.pick(asker(seed, 0, pass * count + n), count, 1);
            let mut rows: Vec<u64> = (0..count).map(pick).collect();
            rows.sort_unstable();
            prop_assert_eq!(rows, (0..count).collect::<Vec<_>>());
        }

        #[test]
        fn every_row_that_is_picked_is_there(count in 1..300u64, seed: u64, user: u64, iteration: u64) {
            for order in [Order::Sequential, Order::Shuffled, Order::Random, Order::UniquePerUser] {
                prop_assert!(order.pick(asker(seed, user, iteration), count, 0) < count);
            }
        }
    }

    fn picks(order: Order, seed: u64, salt: u64, iterations: std::ops::Range<u64>) -> Vec<u64> {
        iterations.map(|iteration| order.pick(asker(seed, 0, iteration), 50, salt)).collect()
    }

    #[test]
    fn passes_seeds_and_feeders_are_shuffled_differently() {
        let first = picks(Order::Shuffled, 1, 1, 0..50);
        assert_ne!(first, picks(Order::Shuffled, 1, 1, 50..100));
        assert_ne!(first, picks(Order::Shuffled, 2, 1, 0..50));
        assert_ne!(first, picks(Order::Shuffled, 1, 2, 0..50));
        assert_eq!(first, picks(Order::Shuffled, 1, 1, 0..50));
    }

    #[test]
    fn a_shuffled_row_is_anywhere_with_the_same_chance() {
        let mut first = [0u32; 10];
        (0..10_000).for_each(|seed| {
            let row = Order::Shuffled.pick(asker(seed, 0, 0), 10, 0);
            first[usize::try_from(row).unwrap()] += 1;
        });
        // Five standard deviations of a binomial count.
        assert!(first.iter().all(|count| (850..=1_150).contains(count)), "{first:?}");
    }

    #[test]
    fn random_rows_come_equally_often() {
        let mut counts = [0u32; 50];
        for row in picks(Order::Random, 4, 0, 0..50_000) {
            counts[usize::try_from(row).unwrap()] += 1;
        }
        assert!(counts.iter().all(|count| (840..=1_160).contains(count)), "{counts:?}");
    }
}
