//! The table.

use crate::generator::{Generator, Measured};

/// Prints what was measured; true when all goals are met.
pub(crate) fn print(generators: &[Generator], measured: &[Vec<Measured>]) -> bool {
    println!("| generator | requests per CPU-second | CPU, µs a request | http-load is | goal | met |");
    println!("|---|---|---|---|---|---|");
    let rates: Vec<Vec<f64>> = measured.iter().map(|rounds| rounds.iter().map(per_cpu_s).collect()).collect();
    let ours = &rates[1];
    let mut all_met = true;
    for (generator, rates) in generators.iter().zip(&rates) {
        let Some(middle) = median(rates) else {
            println!("| {} | not here | – | – | – | – |", generator.name);
            continue;
        };
        let (least, most) =
            rates.iter().fold((f64::MAX, f64::MIN), |(a, b), rate| (a.min(*rate), b.max(*rate)));
        // Of the same round, since a machine changes from one to the next.
        let ratios: Vec<f64> = ours.iter().zip(rates).map(|(ours, theirs)| ours / theirs).collect();
        let ratio = median(&ratios).unwrap_or(0.0);
        let goal = goal(generator.name);
        let met = goal.map(|goal| ratio >= goal);
        all_met &= met != Some(false);
        println!(
            "| {} | {:.1}k [{:.1}k .. {:.1}k] | {:.2} | {} | {} | {} |",
            generator.name,
            middle / 1e3,
            least / 1e3,
            most / 1e3,
            1e6 / middle,
            if generator.name == "http-load" { "–".to_owned() } else { format!("{ratio:.2} x") },
            goal.map_or("–".to_owned(), |goal| format!("≥ {goal:.2} x")),
            met.map_or("–", |met| if met { "yes" } else { "**no**" }),
        );
    }
    all_met
}

/// How many times as much work a CPU-second must do as with that generator.
fn goal(name: &str) -> Option<f64> {
    match name {
        "bare hyper loop" => Some(0.97),
        "oha" => Some(1.15),
        "rlt on hyper" => Some(1.3),
        "goose" => Some(3.0),
        _ => None,
    }
}

fn per_cpu_s(measured: &Measured) -> f64 {
    measured.requests / measured.cpu_s.max(0.01)
}

fn median(figures: &[f64]) -> Option<f64> {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}
