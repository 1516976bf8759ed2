//! Least squares on logs for N/X = a + b·(N − 1) + c·N(N − 1).

/// Steps of Gauss and Newton; a dozen suffice.
const STEPS: usize = 50;
/// Squares are flat around their minimum and cannot tell the last seven digits of the coefficients: a step that
/// leaves them the same but for this share is as good as one that lowers them.
const FLAT: f64 = 1e-12;
/// The search ends with a step that changes no cost by more than this share.
const SETTLED: f64 = 1e-13;

/// The coefficients a > 0, b ≥ 0, c ≥ 0 of the cost of one unit of load, and what they leave unexplained.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fit {
    pub(super) coefficients: [f64; 3],
    /// Sum of squared residuals of ln(N/X).
    pub(super) squares: f64,
}

impl Fit {
    /// N/X at load `n`.
    pub(super) fn cost(&self, n: f64) -> f64 {
        terms(n).iter().zip(self.coefficients).map(|(term, coefficient)| term * coefficient).sum()
    }
}

/// The best fit among those that use only some of the terms in `allowed` (a always), so that no coefficient is
/// negative. `None` where not even the constant can be fitted.
pub(super) fn best_fit(points: &[(f64, f64)], allowed: [bool; 3]) -> Option<Fit> {
    let subsets = [[true, true, true], [true, true, false], [true, false, true], [true, false, false]];
    subsets
        .into_iter()
        .filter(|subset| subset.iter().zip(allowed).all(|(used, allowed)| allowed || !used))
        .filter_map(|subset| fit(points, subset))
        .min_by(|left, right| left.squares.total_cmp(&right.squares))
}

fn terms(n: f64) -> [f64; 3] {
    [1.0, n - 1.0, n * (n - 1.0)]
}

/// Gauss-Newton on the residuals of the logarithms; `None` where it leaves the domain or the terms cannot be told
/// apart.
fn fit(points: &[(f64, f64)], used: [bool; 3]) -> Option<Fit> {
    let mut fit = Fit { coefficients: start(points), squares: f64::INFINITY };
    // The first step starts from a constant cost and is a plain weighted regression; it may overshoot, later ones
    // are halved until they help.
    for _ in 0..STEPS {
        let step = gauss_newton_step(points, &fit, used)?;
        let improved = (0..30).map(|halvings| 0.5_f64.powi(halvings)).find_map(|share| {
            let moved = std::array::from_fn(|place| fit.coefficients[place] + share * step[place]);
            let squares = squares(points, &moved)?;
            (squares <= fit.squares * (1.0 + FLAT)).then_some(Fit { coefficients: moved, squares })
        });
        let Some(better) = improved else { break };
        fit = better;
        if settled(points, &fit, &step) {
            break;
        }
    }
    let [constant, linear, quadratic] = fit.coefficients;
    (constant > 0.0 && linear >= 0.0 && quadratic >= 0.0 && fit.squares.is_finite()).then_some(fit)
}

/// The constant cost that suits all points: the geometric mean of N/X.
fn start(points: &[(f64, f64)]) -> [f64; 3] {
    let logs: f64 = points.iter().map(|(n, throughput)| (n / throughput).ln()).sum();
    [(logs / points.len() as f64).exp(), 0.0, 0.0]
}

/// Σ(ln(N/X) − ln cost)²; `None` where a cost is not positive.
fn squares(points: &[(f64, f64)], coefficients: &[f64; 3]) -> Option<f64> {
    let model = Fit { coefficients: *coefficients, squares: 0.0 };
    points.iter().try_fold(0.0, |sum, (n, throughput)| {
        let cost = model.cost(*n);
        (cost > 0.0).then(|| sum + ((n / throughput).ln() - cost.ln()).powi(2))
    })
}

/// Whether a step changes next to nothing at any load.
fn settled(points: &[(f64, f64)], fit: &Fit, step: &[f64; 3]) -> bool {
    points.iter().all(|(n, _)| {
        let change: f64 = terms(*n).iter().zip(step).map(|(term, step)| (term * step).abs()).sum();
        change <= SETTLED * fit.cost(*n)
    })
}

/// The step that solves the normal equations of the linearised residuals.
fn gauss_newton_step(points: &[(f64, f64)], fit: &Fit, used: [bool; 3]) -> Option<[f64; 3]> {
    let mut matrix = [[0.0; 3]; 3];
    let mut right = [0.0; 3];
    for (n, throughput) in points {
        let cost = fit.cost(*n);
        let residual = (n / throughput).ln() - cost.ln();
        let slopes = terms(*n).map(|term| term / cost);
        for row in 0..3 {
            right[row] += slopes[row] * residual;
            for column in 0..3 {
                matrix[row][column] += slopes[row] * slopes[column];
            }
        }
    }
    for place in 0..3 {
        if !used[place] {
            matrix[place] = [0.0; 3];
            matrix.iter_mut().for_each(|row| row[place] = 0.0);
            matrix[place][place] = 1.0;
            right[place] = 0.0;
        }
    }
    solve(matrix, right)
}

/// Solves a symmetric positive definite system by Cholesky's square roots, scaled to a unit diagonal; `None`
/// where it is singular.
fn solve(matrix: [[f64; 3]; 3], right: [f64; 3]) -> Option<[f64; 3]> {
    let scale: [f64; 3] = std::array::from_fn(|place| matrix[place][place].sqrt());
    let mut lower = [[0.0; 3]; 3];
    for row in 0..3 {
        for column in 0..=row {
            let known: f64 = (0..column).map(|k| lower[row][k] * lower[column][k]).sum();
            let rest = matrix[row][column] / (scale[row] * scale[column]) - known;
            lower[row][column] = if row == column { rest.sqrt() } else { rest / lower[column][column] };
        }
        let diagonal = lower[row][row];
        if !diagonal.is_finite() || diagonal < 1e-9 {
            return None;
        }
    }
    let mut solution = [0.0; 3];
    for row in 0..3 {
        let known: f64 = (0..row).map(|k| lower[row][k] * solution[k]).sum();
        solution[row] = (right[row] / scale[row] - known) / lower[row][row];
    }
    for row in (0..3).rev() {
        let known: f64 = (row + 1..3).map(|k| lower[k][row] * solution[k]).sum();
        solution[row] = (solution[row] - known) / lower[row][row];
    }
    Some(std::array::from_fn(|place| solution[place] / scale[place]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_system_is_solved() {
        let solution = solve([[4.0, 2.0, 0.0], [2.0, 5.0, 1.0], [0.0, 1.0, 3.0]], [8.0, 15.0, 11.0]).unwrap();
        let expected = [1.0, 2.0, 3.0];
        assert!(solution.iter().zip(expected).all(|(ours, theirs)| (ours - theirs).abs() < 1e-12));
    }

    #[test]
    fn a_singular_system_has_no_solution() {
        assert_eq!(solve([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]], [1.0, 1.0, 1.0]), None);
    }
}
