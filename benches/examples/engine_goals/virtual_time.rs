//! An hour and a day without time passing.

use std::time::Duration;

use plimsoll::load::fixture::{FakeService, Latency};
use plimsoll::metrics::{Clock, Timeline};
use plimsoll::model::Run;
use plimsoll::{Load, Profile, op};

use crate::row::Row;
use crate::users::peak_memory;

const ROUNDS: usize = 3;

pub(crate) fn measure() -> Vec<Row> {
    let mut seconds = Vec::new();
    let mut documents = Vec::new();
    for _ in 0..ROUNDS {
        let timeline = Timeline::start(Clock::System);
        let run = run(1_000, Duration::from_secs(3_600));
        seconds.push(timeline.now() as f64 / 1e9);
        documents.push(serde_json::to_vec(&run).unwrap());
    }
    let same = documents.iter().filter(|document| **document == documents[0]).count() as f64;
    let before = peak_memory();
    let day = run(100, Duration::from_secs(24 * 3_600));
    let grown = (peak_memory() - before) as f64 / 1e6;
    vec![
        Row::goal("virtual hour at 1,000/s, stalled 1 s in 5 s", "≤ 5", seconds, "s", |s| s <= 5.0),
        Row::goal("the same: documents that are equal byte for byte", "3", vec![same], "", |n| n == 3.0),
        Row::goal("virtual day at 100/s: windows", "≤ 1,200", vec![day.windows.len() as f64], "", |n| {
            n <= 1_200.0
        }),
        Row::goal("the same: memory beyond that of the hours", "≤ 32", vec![grown], "MB", |mb| mb <= 32.0),
    ]
}

fn run(rate: u32, length: Duration) -> Run {
    let service = FakeService::new(Latency::Uniform(Duration::from_millis(1), Duration::from_millis(3)))
        .stalling(Duration::from_secs(5), Duration::from_secs(1));
    let load = Load::new("virtual")
        .operation(op("call", move |cx| async move { service.call(&cx).await }))
        .measure(Profile::hold(rate, length))
        .seed(42)
        .virtual_time();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(load.run()).unwrap()
}
