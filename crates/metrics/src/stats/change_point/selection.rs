//! What searching costs: the p-value of the clearest change anywhere, from that of one comparison.

/// Independent comparisons that the search amounts to, for each point of history.
///
/// Simulated on quiet normal histories: the share in which any change passes p is 1 − (1 − p)^m with m between
/// 0.25 and 0.37 times the length, for lengths from 10 to 1,000 and p from 0.0001 to 0.01.
const COMPARISONS_PER_POINT: f64 = 0.4;

/// P-value of the whole search when its clearest comparison has p-value `single` (Šidák 1967).
pub(super) fn family_p(single: f64, count: usize) -> f64 {
    -(COMPARISONS_PER_POINT * count as f64 * (-single).ln_1p()).exp_m1()
}

/// P-value that one comparison must reach for the whole search to reach `family`.
pub(super) fn single_p(family: f64, count: usize) -> f64 {
    -((-family).ln_1p() / (COMPARISONS_PER_POINT * count as f64)).exp_m1()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_directions_are_inverse() {
        for (family, count) in [(0.05, 100), (0.001, 10_000), (0.5, 6)] {
            let there_and_back = family_p(single_p(family, count), count);
            assert!((there_and_back - family).abs() < 1e-12);
        }
    }

    #[test]
    fn certainty_stays_certain() {
        assert_eq!((family_p(0.0, 100), family_p(1.0, 100)), (0.0, 1.0));
    }
}
