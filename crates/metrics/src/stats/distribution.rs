//! The few distributions that tests need, from statrs, with upper tails that keep their digits.

use statrs::distribution::{ContinuousCDF, StudentsT};
use statrs::function::beta::checked_beta_reg;
use statrs::function::erf::{erfc, erfc_inv};

/// P(Z > z) of the standard normal.
pub(crate) fn normal_tail(z: f64) -> f64 {
    0.5 * erfc(z / std::f64::consts::SQRT_2)
}

/// z with P(Z > z) = `tail`, for `tail` in `0.0..1.0`.
pub(crate) fn normal_upper(tail: f64) -> f64 {
    std::f64::consts::SQRT_2 * erfc_inv(2.0 * tail)
}

/// P(T > t) of Student's t with `freedom` > 0 degrees; `None` outside that domain.
pub(crate) fn student_tail(t: f64, freedom: f64) -> Option<f64> {
    // Through the beta function, because the distribution panics on a NaN.
    let tail = 0.5 * checked_beta_reg(freedom / 2.0, 0.5, freedom / (freedom + t * t)).ok()?;
    Some(if t <= 0.0 { 1.0 - tail } else { tail })
}

/// t with P(T > t) = `tail`, for `tail` in `0.0..1.0` and `freedom` > 0; `None` outside that domain.
pub(crate) fn student_upper(tail: f64, freedom: f64) -> Option<f64> {
    let law = StudentsT::new(0.0, 1.0, freedom).ok()?;
    // By symmetry from the lower tail, because 1 - tail would lose the digits of a small tail.
    Some(-law.inverse_cdf(tail))
}

/// P(F > f) of Fisher's F with positive degrees of freedom; `None` outside that domain.
pub(crate) fn fisher_tail(f: f64, numerator: f64, denominator: f64) -> Option<f64> {
    let share = denominator / (denominator + numerator * f);
    checked_beta_reg(denominator / 2.0, numerator / 2.0, share).ok()
}
