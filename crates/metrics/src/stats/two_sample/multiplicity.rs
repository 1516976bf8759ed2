//! Several tests at once: p-values adjusted so that the family keeps its promise.

/// Holm's (1979) adjusted p-values, in the order given: reject where the value is at most α, and the chance of
/// any false rejection in the family stays below α, however the tests depend on each other.
///
/// An empty family stays empty. `None` when a p-value is NaN or outside `0.0..=1.0`.
///
/// ```
/// use plimsoll_metrics::stats::holm;
///
/// assert_eq!(holm(&[0.01, 0.04, 0.03]), Some(vec![0.03, 0.06, 0.06]));
/// ```
#[must_use]
pub fn holm(p_values: &[f64]) -> Option<Vec<f64>> {
    let order = ascending(p_values)?;
    let mut adjusted = vec![0.0; p_values.len()];
    let mut floor = 0.0_f64;
    for (place, &index) in order.iter().enumerate() {
        floor = floor.max(p_values[index] * (order.len() - place) as f64).min(1.0);
        adjusted[index] = floor;
    }
    Some(adjusted)
}

/// Benjamini & Hochberg's (1995) adjusted p-values, in the order given: reject where the value is at most q, and
/// the expected share of false rejections among all rejections stays below q for independent tests.
///
/// An empty family stays empty. `None` when a p-value is NaN or outside `0.0..=1.0`.
#[must_use]
pub fn benjamini_hochberg(p_values: &[f64]) -> Option<Vec<f64>> {
    let order = ascending(p_values)?;
    let mut adjusted = vec![0.0; p_values.len()];
    let mut ceiling = 1.0_f64;
    for (place, &index) in order.iter().enumerate().rev() {
        ceiling = ceiling.min(p_values[index] * (order.len() as f64 / (place + 1) as f64));
        adjusted[index] = ceiling;
    }
    Some(adjusted)
}

/// Indices by ascending p-value; `None` when one is no probability.
fn ascending(p_values: &[f64]) -> Option<Vec<usize>> {
    if !p_values.iter().all(|p| (0.0..=1.0).contains(p)) {
        return None;
    }
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&left, &right| p_values[left].total_cmp(&p_values[right]));
    Some(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_of_one_or_none_stays_as_it_is() {
        for adjust in [holm, benjamini_hochberg] {
            assert_eq!(adjust(&[0.04]), Some(vec![0.04]));
            assert_eq!(adjust(&[]), Some(vec![]));
        }
    }

    #[test]
    fn what_is_no_probability_is_refused() {
        for adjust in [holm, benjamini_hochberg] {
            for bad in [f64::NAN, -0.1, 1.1] {
                assert_eq!(adjust(&[0.5, bad]), None);
            }
        }
    }
}
