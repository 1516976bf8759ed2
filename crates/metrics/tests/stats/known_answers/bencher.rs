//! Bencher: limits for one new value.

use plimsoll_metrics::stats;

use super::fact;

#[test]
fn benchers_t_boundary_is_our_prediction_interval() {
    let upper: f64 = fact("/bencher_rustc_perf/bencher/1/upper");
    // Six values with mean 0 and standard deviation 1.
    let deviation = (5.0_f64 / 6.0).sqrt();
    let values = [-deviation, deviation, -deviation, deviation, -deviation, deviation];
    // A one-sided boundary of 85 % is the end of a two-sided interval of 70 %.
    let ours = stats::prediction_interval(&values, 0.70).unwrap();
    assert!((ours.upper - upper).abs() < 1e-9, "{} {upper}", ours.upper);
}

#[test]
fn the_logs_of_benchers_log_normal_are_ours() {
    let data: Vec<f64> = fact("/bencher_rustc_perf/bencher/2/data");
    let logs: Vec<f64> = data.iter().map(|value| value.ln()).collect();
    let location: f64 = fact("/bencher_rustc_perf/bencher/2/location");
    let scale: f64 = fact("/bencher_rustc_perf/bencher/2/scale");
    assert!((stats::mean(&logs).unwrap() - location).abs() < 1e-12);
    assert!((stats::standard_deviation(&logs).unwrap() - scale).abs() < 1e-12);
}

/// Bencher mirrors the upper limit around its baseline; the quantile mirrors on the log scale.
#[test]
fn the_lower_limit_of_a_log_normal_is_a_quantile() {
    let z: f64 = fact("/bencher_rustc_perf/bencher/0/upper");
    let logs: Vec<f64> = (0..30).map(|index| f64::from(index % 5 + 1).ln()).collect();
    let (mean, deviation) = (stats::mean(&logs).unwrap(), stats::standard_deviation(&logs).unwrap());
    let case = "/bencher_rustc_perf/bencher/3";
    for (ours, theirs) in [
        (mean.exp(), "baseline"),
        ((mean + z * deviation).exp(), "upper"),
        ((mean - z * deviation).exp(), "lower_correct_quantile"),
    ] {
        let theirs: f64 = fact(&format!("{case}/{theirs}"));
        assert!((ours - theirs).abs() < 1e-9, "{ours} {theirs}");
    }
}
