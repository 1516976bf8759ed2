//! Whose operations they are.

use plimsoll_model::{MixOrder, PlanError};

use crate::{Mix, mix};

/// Most tenants: each takes its own histograms for each operation and thread.
const MOST: usize = 100;

/// Largest weight of one.
const MAX_WEIGHT: u64 = 1_000_000;

/// Tenants with their weights, and whose each user or arrival is.
pub(crate) struct Tenants {
    pub(crate) weights: Vec<(String, u64)>,
    mix: Mix,
    /// After how many numbers the mix of operations and that of tenants stand as they stood.
    block: u64,
}

impl Tenants {
    /// Tenants of a load whose mix of operations is that; `None` where there are none.
    pub(crate) fn of(weights: &[(String, u64)], operations: &Mix) -> Option<Tenants> {
        let numbers: Vec<u64> = weights.iter().map(|(_, weight)| *weight).collect();
        let mix = Mix::new(&numbers, MixOrder::Exact, 0);
        let block = mix::least_common_multiple(mix.round_length(), operations.round_length());
        (!weights.is_empty()).then(|| Tenants { weights: weights.to_vec(), mix, block })
    }

    /// Whose user or arrival k is. Exact by weight; and moved on by one after each block, so that in the end every
    /// tenant has every operation as often as the weights of both say.
    #[inline]
    pub(crate) fn at(&self, k: u64) -> usize {
        self.mix.pick(k.wrapping_add(k / self.block))
    }

    pub(crate) fn count(&self) -> usize {
        self.weights.len()
    }
}

/// Checks tenants with their weights.
pub(crate) fn check(tenants: &[(String, u64)]) -> Result<(), PlanError> {
    if tenants.is_empty() || tenants.len() > MOST {
        return Err(PlanError::new("tenants", format!("{} of them", tenants.len()), "1 to 100"));
    }
    for (index, (name, weight)) in tenants.iter().enumerate() {
        if name.is_empty() || tenants[..index].iter().any(|(other, _)| other == name) {
            return Err(PlanError::new("tenant", format!("{name:?}"), "a name of its own for each"));
        }
        if !(1..=MAX_WEIGHT).contains(weight) {
            return Err(PlanError::new(format!("weight of tenant {name:?}"), weight, "1 to 1,000,000"));
        }
    }
    mix::check(&tenants.iter().map(|(_, weight)| *weight).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tenant_has_every_operation_by_both_weights() {
        for operations in [&[1, 1][..], &[7, 2, 1], &[1], &[3, 1]] {
            let mix = Mix::new(operations, MixOrder::Exact, 0);
            let weights = [("a".to_owned(), 3), ("b".to_owned(), 1), ("c".to_owned(), 2)];
            let tenants = Tenants::of(&weights, &mix).unwrap();
            let all: u64 = operations.iter().sum();
            let mut counts = vec![[0u64; 3]; operations.len()];
            let length = tenants.block * 6;
            (0..length).for_each(|k| counts[mix.pick(k)][tenants.at(k)] += 1);
            for (operation, counts) in operations.iter().zip(&counts) {
                let due = [3, 1, 2].map(|weight| length * operation * weight / (all * 6));
                assert_eq!(*counts, due, "{operations:?}");
            }
        }
    }
}
