//! What more workers and more data do: speed-up against the ideal, and the law that the points follow.

use std::collections::BTreeMap;

use plimsoll::metrics::stats::{fit_amdahl, mean, mean_interval, theil_sen};
use plimsoll::model::{PlanError, ProtocolScenario};
use plimsoll::{Profile as LoadProfile, secs};

/// What is varied from run to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Varied {
    /// Workers of the queue: twice as many should do twice as much.
    Workers,
    /// Records in a job: twice as many should take twice as long.
    Records,
}

/// What the runs say, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scaled {
    /// Each level with what was gained over the first, and what would be ideal.
    pub speed_up: String,
    /// The law with the interval of its figure, or why there is none.
    pub law: String,
}

/// Fewest levels that have a beginning, an end and something between.
const LEAST: usize = 3;

/// Confidence that is asked of an interval.
const CONFIDENCE: f64 = 0.9;

/// What is offered unless flags say otherwise: 16 users for two seconds, enough to keep any number of workers of
/// this machine busy.
///
/// # Errors
/// None: the profile is valid.
pub fn offered() -> Result<LoadProfile, PlanError> {
    LoadProfile::users(16, secs(2))
}

impl Varied {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Varied::Workers => "workers",
            Varied::Records => "records",
        }
    }

    /// Throughput of the ideal service over that at the first level.
    fn ideal(self, first: f64, level: f64) -> f64 {
        match self {
            Varied::Workers => level / first,
            Varied::Records => first / level,
        }
    }

    /// The one figure of the law that some points follow.
    fn figure(self, points: &[(f64, f64)]) -> Option<f64> {
        match self {
            Varied::Workers => fit_amdahl(points).map(|law| law.serial),
            Varied::Records => {
                let logs: Vec<(f64, f64)> =
                    points.iter().map(|(level, per_s)| (level.ln(), -per_s.ln())).collect();
                let (levels, times): (Vec<f64>, Vec<f64>) = logs.into_iter().unzip();
                theil_sen(&levels, &times, CONFIDENCE).map(|trend| trend.slope.value)
            }
        }
    }

    fn sentence(self, figure: f64) -> String {
        match self {
            Varied::Workers => format!("Amdahl: {:.1} % serial", 100.0 * figure),
            Varied::Records => {
                format!("time grows with records to the power of {figure:.2}")
            }
        }
    }

    fn shown(self, figure: f64) -> String {
        match self {
            Varied::Workers => format!("{:.1} %", 100.0 * figure),
            Varied::Records => format!("{figure:.2}"),
        }
    }
}

impl Scaled {
    /// What rounds say, each of which went through all levels and has the jobs per second at each.
    #[must_use]
    pub fn of(varied: Varied, rounds: &[Vec<(f64, f64)>]) -> Scaled {
        let points = middle(rounds);
        Scaled { speed_up: speed_up(varied, &points), law: law(varied, rounds, &points) }
    }
}

impl Scaled {
    /// As what a protocol found.
    #[must_use]
    pub fn scenario(&self, varied: Varied) -> ProtocolScenario {
        // A line of a report is short.
        let levels = self.speed_up.split(" · ").filter_map(|level| level.split_once(": "));
        let levels = levels.map(|(level, said)| (format!("speed-up, {level}"), said.into()));
        let found = levels.chain([("law".to_owned(), self.law.as_str().into())]);
        ProtocolScenario {
            scenario_name: varied.name().to_owned(),
            scenario_params: BTreeMap::new(),
            aborted: false,
            metadata: found.collect(),
        }
    }
}

/// The mean of all rounds at each level.
fn middle(rounds: &[Vec<(f64, f64)>]) -> Vec<(f64, f64)> {
    let Some(first) = rounds.first() else { return Vec::new() };
    let at = |(index, (level, _)): (usize, &(f64, f64))| {
        let rates: Vec<f64> = rounds.iter().filter_map(|round| Some(round.get(index)?.1)).collect();
        Some((*level, mean(&rates)?))
    };
    first.iter().enumerate().filter_map(at).collect()
}

fn speed_up(varied: Varied, points: &[(f64, f64)]) -> String {
    let Some((first, base)) = points.first().copied().filter(|(_, base)| *base > 0.0) else {
        return "nothing was completed at the first level".to_owned();
    };
    let said = |(level, rate): &(f64, f64)| {
        format!("{level} {}: {:.2} x (ideal {:.2})", varied.name(), rate / base, varied.ideal(first, *level))
    };
    points.iter().map(said).collect::<Vec<_>>().join(" · ")
}

fn law(varied: Varied, rounds: &[Vec<(f64, f64)>], points: &[(f64, f64)]) -> String {
    let mut levels: Vec<u64> = points.iter().map(|(level, _)| level.to_bits()).collect();
    levels.sort_unstable();
    levels.dedup();
    if levels.len() < LEAST {
        return format!("not enough points: {} levels, and a law takes {LEAST}", levels.len());
    }
    let Some(figure) = varied.figure(points) else {
        return "no law: nothing was completed at some level".to_owned();
    };
    let figures: Vec<f64> = rounds.iter().filter_map(|round| varied.figure(round)).collect();
    match mean_interval(&figures, CONFIDENCE) {
        Some(interval) => format!(
            "{} (90 % interval {} to {}, {} runs each)",
            varied.sentence(figure),
            varied.shown(interval.lower),
            varied.shown(interval.upper),
            figures.len()
        ),
        None => {
            let why = match rounds.len() {
                1 => "from one run each; --iterations gives one",
                _ => "since nothing was completed in some runs; a longer --duration gives one",
            };
            format!("{} (no interval {why})", varied.sentence(figure))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Workers with 10 jobs a second each, of which a share cannot be spread.
    fn workers(serial: f64, levels: &[f64]) -> Vec<(f64, f64)> {
        levels.iter().map(|n| (*n, 10.0 * n / (1.0 + serial * (n - 1.0)))).collect()
    }

    #[test]
    fn workers_give_their_speed_up_and_the_serial_share_with_its_interval() {
        let rounds = [0.09, 0.10, 0.11].map(|serial| workers(serial, &[1.0, 2.0, 4.0]));
        let found = Scaled::of(Varied::Workers, &rounds);
        assert_eq!(
            found.speed_up,
            "1 workers: 1.00 x (ideal 1.00) · 2 workers: 1.82 x (ideal 2.00) · 4 workers: 3.08 x (ideal 4.00)"
        );
        assert_eq!(found.law, "Amdahl: 10.0 % serial (90 % interval 8.3 % to 11.7 %, 3 runs each)");
    }

    #[test]
    fn data_gives_the_power_with_which_time_grows() {
        let rounds = [[(10.0, 100.0), (20.0, 50.0), (40.0, 25.0)].to_vec()];
        let found = Scaled::of(Varied::Records, &rounds);
        assert!(found.speed_up.ends_with("40 records: 0.25 x (ideal 0.25)"), "{}", found.speed_up);
        assert!(
            found.law.starts_with("time grows with records to the power of 1.00 (no interval"),
            "{}",
            found.law
        );
    }

    #[test]
    fn two_levels_are_not_enough_and_nothing_done_is_no_law() {
        let two = Scaled::of(Varied::Workers, &[workers(0.1, &[1.0, 2.0])]);
        assert_eq!(two.law, "not enough points: 2 levels, and a law takes 3");
        let idle = Scaled::of(Varied::Workers, &[vec![(1.0, 0.0), (2.0, 0.0), (4.0, 0.0)]]);
        assert_eq!(
            (idle.speed_up.as_str(), idle.law.as_str()),
            ("nothing was completed at the first level", "no law: nothing was completed at some level")
        );
    }
}
