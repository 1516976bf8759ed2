//! The few distributions that tests need, from statrs, with upper tails that keep their digits.

use statrs::distribution::{Continuous, ContinuousCDF, StudentsT};
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
    // The square of t is an F; the distribution itself panics on a NaN.
    let tail = 0.5 * fisher_tail(t * t, 1.0, freedom)?;
    Some(if t <= 0.0 { 1.0 - tail } else { tail })
}

/// t with P(T > t) = `tail`, for `tail` in `0.0..1.0` and `freedom` > 0; `None` outside that domain.
pub(crate) fn student_upper(tail: f64, freedom: f64) -> Option<f64> {
    let law = StudentsT::new(0.0, 1.0, freedom).ok()?;
    // By symmetry from the lower tail, because 1 - tail would lose the digits of a small tail.
    let mut t = -law.inverse_cdf(tail);
    // That is good to four digits only for a million degrees; two steps of Newton's method give the rest.
    for _ in 0..2 {
        let step = (student_tail(t, freedom)? - tail) / law.pdf(t);
        t += if step.is_finite() { step } else { 0.0 };
    }
    Some(t)
}

/// P(F > f) of Fisher's F with positive degrees of freedom; `None` outside that domain.
pub(crate) fn fisher_tail(f: f64, numerator: f64, denominator: f64) -> Option<f64> {
    let weighted = numerator * f;
    if f < 0.5 {
        // From the other tail, because a share within rounding of 1 would lose the digits of a small f.
        let share = weighted / (denominator + weighted);
        return Some(1.0 - checked_beta_reg(numerator / 2.0, denominator / 2.0, share).ok()?);
    }
    checked_beta_reg(denominator / 2.0, numerator / 2.0, denominator / (denominator + weighted)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// t, degrees of freedom and `scipy.stats.t.sf(t, freedom)` of scipy 1.17.1.
    const STUDENT: [(f64, f64, f64); 15] = [
        (0.0, 1.0, 0.5),
        (1e-8, 4.0, 0.499_999_996_25),
        (1e-8, 200_000.0, 0.499_999_996_010_582_2),
        (0.0001, 1.0, 0.499_968_169_011_465_07),
        (0.1, 2.5, 0.463_903_272_031_244_9),
        (0.7, 1.0, 0.305_599_887_785_785_23),
        (0.71, 1_000_000.0, 0.238_852_150_869_168_08),
        (1.0, 1.0, 0.250_000_000_000_000_06),
        (2.5, 9.3, 0.016_538_905_157_534_04),
        (5.0, 3.0, 0.007_696_219_036_651_147),
        (-3.0, 7.0, 0.990_028_936_934_003_7),
        (40.0, 58.0, 3.135_126_156_096_623e-44),
        (100.0, 1.0, 0.003_182_992_764_908_255),
        (10.0, 1_000_000.0, 7.639_305_384_089_09e-24),
        (10_000_000_000.0, 2.0, 5e-21),
    ];

    /// f, both degrees of freedom and `scipy.stats.f.sf(f, numerator, denominator)`.
    const FISHER: [(f64, f64, f64, f64); 10] = [
        (1e-16, 1.0, 4.0, 0.999_999_992_5),
        (1e-8, 1.0, 100.0, 0.999_920_410_762_746_8),
        (1e-6, 3.0, 20.0, 0.999_999_998_566_944_1),
        (0.3, 2.0, 9.0, 0.747_946_860_892_297_7),
        (0.5, 1.0, 100_000.0, 0.479_501_769_901_142_24),
        (0.51, 7.0, 3.0, 0.791_463_725_427_704_5),
        (1.0, 1.0, 1.0, 0.500_000_000_000_000_1),
        (4.0, 2.0, 30.0, 0.028_844_623_295_696_835),
        (50.0, 3.0, 58.0, 4.330_799_126_976_158e-16),
        (10_000.0, 1.0, 10.0, 2.449_689_555_419_83e-16),
    ];

    /// Tail, degrees of freedom, `scipy.stats.t.isf(tail, freedom)` and `scipy.stats.norm.isf(tail)`.
    const QUANTILES: [(f64, f64, f64, f64); 10] = [
        (0.4999, 1.0, 0.000_314_159_275_694_535_8, 0.000_250_662_830_088_007_5),
        (0.3, 2.4, 0.600_581_519_547_570_1, 0.524_400_512_708_040_9),
        (0.1, 1_000_000.0, 1.281_552_412_129_938_9, 1.281_551_565_544_600_4),
        (0.025, 1.0, 12.706_204_736_174_705, 1.959_963_984_540_054_5),
        (0.025, 58.0, 2.001_717_484_145_236, 1.959_963_984_540_054_5),
        (0.005, 3.0, 5.840_909_309_733_357, 2.575_829_303_548_901),
        (0.0001, 1.5, 242.264_098_846_506_3, 3.719_016_485_455_680_4),
        (1e-6, 10.0, 9.751_995_490_940_581, 4.753_424_308_822_899),
        (1e-9, 200.0, 6.286_347_426_852_264, 5.997_807_015_007_686_5),
        (1e-12, 100_000.0, 7.035_371_742_393_576, 7.034_483_825_301_131),
    ];

    /// z and `scipy.stats.norm.sf(z)`.
    const NORMAL: [(f64, f64); 15] = [
        (-9.0, 1.0),
        (-3.0, 0.998_650_101_968_369_9),
        (0.0, 0.5),
        (1e-8, 0.499_999_996_010_577_2),
        (0.3, 0.382_088_577_811_047_4),
        (0.5, 0.308_537_538_725_986_9),
        (1.0, 0.158_655_253_931_457_07),
        (1.25, 0.105_649_773_666_855_35),
        (2.0, 0.022_750_131_948_179_195),
        (2.9, 0.001_865_813_300_384_037_5),
        (4.0, 3.167_124_183_311_986e-5),
        (6.0, 9.865_876_450_376_946e-10),
        (10.0, 7.619_853_024_160_47e-24),
        (20.0, 2.753_624_118_606_155_6e-89),
        (37.0, 5.725_571_222_523_926_6e-300),
    ];

    #[test]
    fn the_normal_tail_is_scipys_from_the_middle_to_far_out() {
        for (z, theirs) in NORMAL {
            let ours = normal_tail(z);
            assert!((ours - theirs).abs() <= 1e-9 * theirs, "{z}: {ours:e} {theirs:e}");
        }
    }

    #[test]
    fn the_tail_of_student_is_scipys_from_the_middle_to_far_out() {
        for (t, freedom, theirs) in STUDENT {
            let ours = student_tail(t, freedom).unwrap();
            assert!((ours - theirs).abs() <= 1e-9 * theirs, "{t} {freedom}: {ours:e} {theirs:e}");
        }
    }

    #[test]
    fn the_tail_of_fisher_is_scipys_from_the_middle_to_far_out() {
        for (f, numerator, denominator, theirs) in FISHER {
            let ours = fisher_tail(f, numerator, denominator).unwrap();
            assert!(
                (ours - theirs).abs() <= 1e-9 * theirs,
                "{f} {numerator} {denominator}: {ours:e} {theirs:e}"
            );
        }
    }

    #[test]
    fn quantiles_are_scipys_also_for_small_tails() {
        for (tail, freedom, student, normal) in QUANTILES {
            let (ours, of_normal) = (student_upper(tail, freedom).unwrap(), normal_upper(tail));
            assert!((ours - student).abs() <= 1e-9 * student, "{tail} {freedom}: {ours} {student}");
            assert!((of_normal - normal).abs() <= 1e-9 * normal, "{tail}: {of_normal} {normal}");
        }
    }

    #[test]
    fn what_lies_outside_the_domain_has_no_tail() {
        assert_eq!(
            (student_tail(f64::NAN, 3.0), student_tail(1.0, f64::NAN), student_tail(1.0, 0.0)),
            (None, None, None)
        );
        assert_eq!(fisher_tail(f64::NAN, 1.0, 2.0), None);
    }
}
