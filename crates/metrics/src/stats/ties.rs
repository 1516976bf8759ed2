//! Ranks of values in which equals share the middle of their places.

/// Equal values of a sorted sample and the rank that they share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TieGroup {
    /// Number of equal values, at least 1.
    pub(crate) size: usize,
    /// Twice their mean rank (1-based), which is always whole.
    pub(crate) doubled_midrank: usize,
}

/// The groups of equal values of a sorted sample, ascending.
pub(crate) fn tie_groups(sorted: &[f64]) -> Vec<TieGroup> {
    let mut before = 0;
    sorted
        .chunk_by(|left, right| left == right)
        .map(|equals| {
            let group = TieGroup { size: equals.len(), doubled_midrank: 2 * before + equals.len() + 1 };
            before += equals.len();
            group
        })
        .collect()
}

/// Σ(t³ − t) over the groups: what ties take from the variance of rank statistics.
pub(crate) fn tie_term(groups: &[TieGroup]) -> f64 {
    groups.iter().map(|group| (group.size as f64).powi(3) - group.size as f64).sum()
}

/// Σ t(t − 1)(2t + 5) over the groups: what ties take from the variance of Kendall's score.
pub(crate) fn kendall_tie_term(groups: &[TieGroup]) -> f64 {
    let term = |size: f64| size * (size - 1.0) * (2.0 * size + 5.0);
    groups.iter().map(|group| term(group.size as f64)).sum()
}

/// Variance of Kendall's score of `count` values without a trend, `ties` being the sum of
/// [`kendall_tie_term`]s (Kendall 1975).
pub(crate) fn kendall_variance(count: usize, ties: f64) -> f64 {
    let count = count as f64;
    (count * (count - 1.0) * (2.0 * count + 5.0) - ties) / 18.0
}

/// Ranks (1-based) of `values` in their own order; equals share their midrank.
pub(crate) fn midranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_unstable_by(|&left, &right| values[left].total_cmp(&values[right]));
    let sorted: Vec<f64> = order.iter().map(|&index| values[index]).collect();
    let mut ranks = vec![0.0; values.len()];
    let mut places = order.into_iter();
    for group in tie_groups(&sorted) {
        for index in places.by_ref().take(group.size) {
            ranks[index] = group.doubled_midrank as f64 / 2.0;
        }
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_share_the_middle_of_their_places() {
        assert_eq!(midranks(&[3.0, 1.0, 3.0, 0.0]), [3.5, 2.0, 3.5, 1.0]);
    }

    #[test]
    fn zero_and_negative_zero_are_equal() {
        assert_eq!(midranks(&[0.0, -0.0]), [1.5, 1.5]);
    }
}
