//! What the engine's other features add to an iteration that does nothing.

use benches::{VARIANTS, Variant, shared};
use tokio::runtime::{Builder, Runtime};

use crate::row::Row;

const ITERATIONS: u64 = 3_000_000;
const ROUNDS: usize = 7;
const USERS: u64 = 64;

pub(crate) fn measure() -> Vec<Row> {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let mut figures = vec![Vec::new(); VARIANTS.len()];
    let mut bare = Vec::new();
    for _ in 0..ROUNDS {
        bare.push(benches::bare_loop(ITERATIONS) as f64 / ITERATIONS as f64);
        for (variant, figures) in VARIANTS.iter().zip(&mut figures) {
            figures.push(nanoseconds(&runtime, variant));
        }
    }
    let over_bare =
        |figures: &[f64]| figures.iter().zip(&bare).map(|(figure, bare)| figure / bare).collect::<Vec<_>>();
    let row = |((name, _), figures): (&Variant, &Vec<f64>)| {
        [
            Row::bare(format!("empty iteration with {name}"), figures.clone(), "ns"),
            Row::bare(format!("the same with {name}, over the bare loop"), over_bare(figures), ""),
        ]
    };
    VARIANTS.iter().zip(&figures).flat_map(row).collect()
}

fn nanoseconds(runtime: &Runtime, variant: &Variant) -> f64 {
    // On a worker of the runtime, as a caller's test would be.
    let load = shared(variant, USERS, ITERATIONS);
    let run = runtime.block_on(async { tokio::spawn(load.run()).await.unwrap().unwrap() });
    run.measured_ns() as f64 / ITERATIONS as f64
}
