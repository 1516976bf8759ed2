//! Where a series splits best: the energy statistic of E-divisive.

use crate::stats::summary::all_finite;

/// Where [`energy_split`] would cut.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EnergySplit {
    /// First value of the right part.
    pub index: usize,
    /// One past the last value of the right part; the values from here on took no part.
    pub end: usize,
    /// The statistic q̂ there, in the unit of the values; larger means further apart.
    pub statistic: f64,
}

/// The split, and the end of its right part, that maximise the scaled energy distance q̂ with α = 1 (Matteson &
/// James 2014; the algorithm of the R package `ecp` and of Hunter):
/// 2/(m+n)·ΣΣ|xᵢ−yⱼ| − 2m/((m+n)(n−1))·Σ|xᵢ−xₖ| − 2n/((m+n)(m−1))·Σ|yⱼ−yₖ|, n values left and m right of it.
///
/// Each part holds at least `least` values, 2 or more. Says nothing about significance. Takes time in proportion
/// to n². `None` where the series is too short for two parts or a value is not finite.
#[must_use]
pub fn energy_split(series: &[f64], least: usize) -> Option<EnergySplit> {
    let least = least.max(2);
    if !all_finite(series) {
        return None;
    }
    let mut best: Option<EnergySplit> = None;
    let mut distances = Distances::new(series.len());
    for end in 1..=series.len() {
        distances.extend(&series[..end]);
        for index in least..=end.saturating_sub(least) {
            let statistic = distances.statistic(index, end);
            if best.is_none_or(|best| statistic > best.statistic) {
                best = Some(EnergySplit { index, end, statistic });
            }
        }
    }
    best
}

/// Sums of distances between the values seen so far, kept up to date value by value.
struct Distances {
    /// Between all pairs from each index up to the newest value.
    from: Vec<f64>,
    /// Between all pairs before each index.
    before: Vec<f64>,
}

impl Distances {
    fn new(count: usize) -> Distances {
        Distances { from: vec![0.0; count + 1], before: vec![0.0; count + 1] }
    }

    /// Takes in the last value of `seen`.
    fn extend(&mut self, seen: &[f64]) {
        let Some((newest, earlier)) = seen.split_last() else { return };
        let mut sum = 0.0;
        for (value, from) in earlier.iter().zip(&mut self.from).rev() {
            sum += (value - newest).abs();
            *from += sum;
        }
        self.before[seen.len()] = self.from[0];
    }

    /// q̂ for the values before `index` against those up to `end`, the newest.
    fn statistic(&self, index: usize, end: usize) -> f64 {
        let (left, right) = (index as f64, (end - index) as f64);
        let (within_left, within_right) = (self.before[index], self.from[index]);
        let across = self.from[0] - within_left - within_right;
        2.0 / (left + right)
            * (across - right / (left - 1.0) * within_left - left / (right - 1.0) * within_right)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The formula as it is written, pair by pair.
    fn written_out(left: &[f64], right: &[f64]) -> f64 {
        let across: f64 = left.iter().flat_map(|x| right.iter().map(move |y| (x - y).abs())).sum();
        let within = |part: &[f64]| -> f64 {
            (0..part.len()).flat_map(|k| part[..k].iter().map(move |x| (x - part[k]).abs())).sum()
        };
        let (n, m) = (left.len() as f64, right.len() as f64);
        2.0 / (m + n) * across
            - 2.0 * m / ((m + n) * (n - 1.0)) * within(left)
            - 2.0 * n / ((m + n) * (m - 1.0)) * within(right)
    }

    #[test]
    fn the_running_sums_give_the_formula() {
        let series = [3.0, 1.0, 4.0, 1.5, 9.0, 2.6, 5.0, 3.5, 8.0];
        let split = energy_split(&series, 2).unwrap();
        let mut largest = f64::MIN;
        for end in 4..=series.len() {
            for index in 2..=end - 2 {
                largest = largest.max(written_out(&series[..index], &series[index..end]));
            }
        }
        assert!((split.statistic - largest).abs() < 1e-12);
        let there = written_out(&series[..split.index], &series[split.index..split.end]);
        assert!((split.statistic - there).abs() < 1e-12);
    }

    #[test]
    fn too_short_a_series_does_not_split() {
        assert_eq!(energy_split(&[1.0, 2.0, 3.0, 4.0, 5.0], 3), None);
        assert_eq!(energy_split(&[1.0, f64::NAN, 3.0, 4.0], 2), None);
    }
}
