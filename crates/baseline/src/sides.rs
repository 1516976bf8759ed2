//! What the runs of two sides say together about one metric.

use plimsoll_metrics::stats::{
    Estimate, hodges_lehmann, hodges_lehmann_ratio, mann_whitney, median, minimum_detectable_change,
    pooled_log_deviation, runs_for_change,
};
use plimsoll_model::{Better, MetricRef, Unit};

use crate::file::{Change, ChangeUnit};

/// Confidence that is asked of an interval.
const CONFIDENCE: f64 = 0.95;
/// How often a change of the size that is named would be found.
const POWER: f64 = 0.9;

/// One figure for each run of both sides, never none.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sides {
    baseline: Vec<f64>,
    current: Vec<f64>,
    better: Better,
    scale: Scale,
}

/// How two values are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    /// By their ratio.
    Ratio,
    /// By their difference: rates are often 0, and twice nothing is nothing.
    Difference,
}

impl Scale {
    /// Rates differ by points, everything else by a factor.
    pub(crate) fn of(metric: &MetricRef) -> Scale {
        if metric.metric.unit() == Some(Unit::Ratio) { Scale::Difference } else { Scale::Ratio }
    }
}

impl Sides {
    /// The figures of two sides; `None` where a side has none, a figure is not finite, or a ratio is asked of
    /// what is not above 0.
    pub(crate) fn new(baseline: Vec<f64>, current: Vec<f64>, better: Better, scale: Scale) -> Option<Sides> {
        let sides = Sides { baseline, current, better, scale };
        let usable = |value: &f64| value.is_finite() && (scale == Scale::Difference || *value > 0.0);
        let is_usable = |side: &[f64]| !side.is_empty() && side.iter().all(usable);
        (is_usable(&sides.baseline) && is_usable(&sides.current)).then_some(sides)
    }

    pub(crate) fn scale(&self) -> Scale {
        self.scale
    }

    /// The middle of the baseline.
    pub(crate) fn baseline(&self) -> f64 {
        median(&self.baseline).expect("both sides have figures")
    }

    /// The middle of the current side.
    pub(crate) fn current(&self) -> f64 {
        median(&self.current).expect("both sides have figures")
    }

    /// By how much the current side lies above the baseline: a factor or a difference, with its interval.
    pub(crate) fn change(&self) -> Estimate {
        let estimate = match self.scale {
            Scale::Ratio => hodges_lehmann_ratio(&self.baseline, &self.current, CONFIDENCE),
            Scale::Difference => hodges_lehmann(&self.baseline, &self.current, CONFIDENCE),
        };
        estimate.expect("the figures were checked")
    }

    /// The baseline moved by a change: where the current side would lie if that were all.
    pub(crate) fn moved(&self, by: f64) -> f64 {
        match self.scale {
            Scale::Ratio => self.baseline() * by,
            Scale::Difference => self.baseline() + by,
        }
    }

    /// Whether the estimated change is one for the worse of this size or more.
    pub(crate) fn is_worse_by(&self, edge: Change) -> bool {
        edge.is_reached(self.better, self.baseline(), self.moved(self.change().value))
    }

    /// Whether the same change backwards would be one for the worse of this size or more.
    pub(crate) fn is_better_by(&self, edge: Change) -> bool {
        edge.is_reached(self.better, self.moved(self.change().value), self.baseline())
    }

    /// The chance of a current side as bad as this when nothing changed, one-sided.
    pub(crate) fn p_worse(&self) -> f64 {
        p_worse(&self.baseline, &self.current, self.better)
    }

    /// The chance of a current side as good as this when nothing changed, one-sided.
    pub(crate) fn p_better(&self) -> f64 {
        p_worse(&self.current, &self.baseline, self.better)
    }

    /// The chance of the worst, and as well of the best, that could have become of the same figures when nothing
    /// changed, one-sided. It is 1 where all of them are equal.
    pub(crate) fn least_p(&self) -> f64 {
        let mut figures = [self.baseline.as_slice(), &self.current].concat();
        figures.sort_unstable_by(f64::total_cmp);
        let (low, high) = figures.split_at(self.baseline.len());
        p_worse(low, high, Better::Lower)
    }

    /// The chance of a current side as good as this when it were in truth worse by this much, one-sided
    /// (Schuirmann 1987).
    pub(crate) fn p_as_bad_as(&self, change: Change) -> f64 {
        let limit: Vec<f64> = self.baseline.iter().map(|value| change.edge(self.better, *value)).collect();
        p_worse(&self.current, &limit, self.better)
    }

    /// The smallest relative change for the worse that a test at `alpha` with `runs` a side finds nine times in
    /// ten, where the estimate must reach `margin` too; `None` where no spread is known.
    pub(crate) fn detectable(&self, runs: usize, alpha: f64, margin: Change) -> Option<f64> {
        let deviation = self.deviation()?;
        let finds = |alpha| minimum_detectable_change(deviation, runs as u64, alpha, POWER);
        let margin = if margin.unit() == ChangeUnit::Percent { margin.amount() / 100.0 } else { 0.0 };
        // At a level of a half only the power is left: how far beyond the margin the truth must lie.
        let beyond_margin = (1.0 + margin) * (1.0 + finds(0.5)?) - 1.0;
        Some(finds(alpha)?.max(beyond_margin))
    }

    /// Runs a side with which a test at `alpha` finds this change nine times in ten; `None` where no spread is
    /// known.
    pub(crate) fn runs_for(&self, change: Change, alpha: f64) -> Option<u64> {
        let relative = (change.unit() == ChangeUnit::Percent).then(|| change.amount() / 100.0)?;
        runs_for_change(self.deviation()?, relative, alpha, POWER)
    }

    /// Spread from run to run on the log scale.
    fn deviation(&self) -> Option<f64> {
        match self.scale {
            Scale::Ratio => pooled_log_deviation(&[&self.baseline, &self.current]),
            Scale::Difference => None,
        }
    }
}

/// The chance that `current` lies this far to the worse side of `baseline` by accident (Mann & Whitney 1947).
fn p_worse(baseline: &[f64], current: &[f64], better: Better) -> f64 {
    let test = mann_whitney(baseline, current).expect("the figures were checked");
    match better {
        Better::Lower => test.greater,
        Better::Higher => test.less,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sides(baseline: &[f64], current: &[f64], better: Better) -> Sides {
        Sides::new(baseline.to_vec(), current.to_vec(), better, Scale::Ratio).unwrap()
    }

    #[test]
    fn worse_and_better_are_mirror_images() {
        let (low, high) = ([1.0, 1.1, 1.2], [2.0, 2.2, 2.4]);
        let slower = sides(&low, &high, Better::Lower);
        let more = sides(&low, &high, Better::Higher);
        assert_eq!((slower.p_worse(), slower.p_better()), (more.p_better(), more.p_worse()));
        assert!((slower.p_worse() - 0.05).abs() < 1e-12, "one of twenty orders");
    }

    #[test]
    fn the_least_p_is_that_of_the_rarest_order() {
        let mixed = sides(&[1.0, 4.0, 5.0], &[2.0, 3.0, 6.0], Better::Lower);
        assert!((mixed.least_p() - 0.05).abs() < 1e-12, "one of twenty orders");
        let one_stands_out = sides(&[1.0, 1.0, 1.0], &[1.0, 1.0, 2.0], Better::Higher);
        assert!((one_stands_out.least_p() - 0.5).abs() < 1e-12, "it is on one side or the other");
        assert_eq!(sides(&[7.0; 3], &[7.0; 3], Better::Lower).least_p(), 1.0);
    }

    #[test]
    fn what_is_as_good_as_before_excludes_being_worse() {
        let same = [100.0, 101.0, 99.0, 100.5, 99.5, 100.2];
        let ten = Change::percent(10.0).unwrap();
        for better in [Better::Lower, Better::Higher] {
            assert!(sides(&same, &same, better).p_as_bad_as(ten) < 0.002);
        }
    }

    #[test]
    fn a_quiet_metric_can_show_no_change_below_its_margin() {
        let same = [100.0, 100.1, 99.9, 100.0];
        let margin = Change::percent(5.0).unwrap();
        let found = sides(&same, &same, Better::Lower).detectable(16, 0.005, margin).unwrap();
        assert!((0.05..0.052).contains(&found), "{found}");
    }

    #[test]
    fn nothing_has_no_ratio_but_a_difference() {
        let zero = || vec![0.0; 5];
        assert_eq!(Sides::new(zero(), zero(), Better::Lower, Scale::Ratio), None);
        let rates = Sides::new(zero(), zero(), Better::Lower, Scale::Difference).unwrap();
        assert_eq!((rates.p_worse(), rates.change().value), (1.0, 0.0));
    }
}
