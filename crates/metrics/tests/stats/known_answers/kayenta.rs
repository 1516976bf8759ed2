//! Issues of Kayenta: comparisons that it gets wrong.

use plimsoll_metrics::stats;

use super::fact;

/// Ours are exact where the facts quote normal p-values; the effect does not depend on that.
#[test]
fn kayentas_effects_are_ours() {
    for case in 0..3 {
        let (control, experiment) = kayenta(case);
        let effect: f64 = fact(&format!("/kayenta_issues/cases/{case}/a12"));
        assert_eq!(stats::mann_whitney(&control, &experiment).unwrap().effect, effect);
    }
}

fn kayenta(case: usize) -> (Vec<f64>, Vec<f64>) {
    let side = |name| fact(&format!("/kayenta_issues/cases/{case}/{name}"));
    (side("control"), side("experiment"))
}

/// The rank test alone passes them; the warning about spread does not.
#[test]
fn sparse_errors_are_suspicious_by_their_spread() {
    let (control, experiment) = kayenta(0);
    assert!(stats::mann_whitney(&control, &experiment).unwrap().greater > 0.05);
    assert!(stats::brown_forsythe(&[&control, &experiment]).unwrap().p < 0.01);
}

/// Kayenta measures its tolerance by the shift itself and passes this.
#[test]
fn seven_of_ten_a_hundred_times_slower_is_a_regression() {
    let (control, experiment) = kayenta(1);
    let shift = stats::hodges_lehmann_ratio(&control, &experiment, 0.95).unwrap();
    assert!(stats::mann_whitney(&control, &experiment).unwrap().greater < 0.01);
    assert!(shift.value > 1.05);
}

#[test]
fn a_collapse_of_spread_is_no_shift() {
    let (control, experiment) = kayenta(2);
    let test = stats::mann_whitney(&control, &experiment).unwrap();
    assert_eq!((test.two_sided, test.effect), (1.0, 0.5));
    assert!(stats::brown_forsythe(&[&control, &experiment]).unwrap().p < 0.001);
}
