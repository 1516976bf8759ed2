//! How truly an open load is sent, against a server in another process.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use plimsoll::model::{Quantile, Run};
use plimsoll::{Load, Outcome, Profile, op};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Mutex;

use crate::floor::{Wait, late_p99_us};
use crate::row::Row;
use crate::server::Server;

const LENGTH: Duration = Duration::from_secs(3);
const ROUNDS: usize = 5;
const CONNECTIONS: usize = 50;

/// A way to wait for an arrival, beside the bare loop that waits alike.
struct Way {
    name: &'static str,
    /// As the load does by itself where it is `None`.
    spin: Option<Duration>,
    floor: Wait,
    goal: &'static str,
    is_met: fn(f64) -> bool,
}

const WAYS: [Way; 2] = [
    Way { name: "spinning", spin: None, floor: Wait::Spin, goal: "≤ 30", is_met: |p99| p99 <= 30.0 },
    Way {
        name: "sleeping",
        spin: Some(Duration::ZERO),
        floor: Wait::Sleep,
        goal: "≤ 120",
        is_met: |p99| p99 <= 120.0,
    },
];

pub(crate) fn measure() -> Vec<Row> {
    let server = Server::start();
    let mut rows = Vec::new();
    for rate in [1_000, 10_000, 50_000] {
        let mut figures: [(Vec<f64>, Vec<Sent>); 2] = Default::default();
        for _ in 0..ROUNDS {
            for (way, (floors, sent)) in WAYS.iter().zip(&mut figures) {
                floors.push(late_p99_us(rate, way.floor, LENGTH));
                sent.push(Sent::of(&run(server.address, rate, way.spin)));
            }
        }
        for (way, (floors, sent)) in WAYS.iter().zip(figures) {
            rows.extend(of_one(rate, way, floors, &sent));
        }
    }
    rows
}

fn of_one(rate: u32, way: &Way, floors: Vec<f64>, sent: &[Sent]) -> [Row; 5] {
    let figures = |of: fn(&Sent) -> f64| sent.iter().map(of).collect::<Vec<_>>();
    let what = |what: &str| format!("{rate} per second, {}: {what}", way.name);
    [
        Row::goal(what("rate held, off by"), "≤ 0.1", figures(|sent| sent.off_percent), "%", |off| {
            off <= 0.1
        }),
        Row::bare(what("send error p50"), figures(|sent| sent.p50_us), "µs"),
        Row::bare(what("late p99 of a bare loop that sends nothing"), floors, "µs"),
        Row::goal(what("send error p99"), way.goal, figures(|sent| sent.p99_us), "µs", way.is_met),
        Row::bare(what("send error max"), figures(|sent| sent.max_us), "µs"),
    ]
}

/// How late the calls were sent, by their own reading of the clock, and how many.
struct Sent {
    off_percent: f64,
    p50_us: f64,
    p99_us: f64,
    max_us: f64,
}

impl Sent {
    fn of(run: &Run) -> Sent {
        let scenario = &run.scenarios[0];
        let step = scenario.steps.first();
        let error = &step.unwrap_or_else(|| panic!("no call was sent: {:?}", scenario.counts)).latency;
        let quantile = |q| error.quantiles.iter().find(|value| value.q == q).unwrap().value_ns as f64 / 1e3;
        let planned = scenario.counts.planned as f64;
        Sent {
            off_percent: 100.0 * (scenario.counts.started as f64 - planned).abs() / planned,
            p50_us: quantile(Quantile::P50),
            p99_us: quantile(Quantile::P99),
            max_us: error.max_ns as f64 / 1e3,
        }
    }
}

fn run(address: SocketAddr, rate: u32, spin: Option<Duration>) -> Run {
    let pool: Arc<Vec<Mutex<Option<TcpStream>>>> =
        Arc::new((0..CONNECTIONS).map(|_| Mutex::new(None)).collect());
    let call = move |cx: plimsoll::Context| {
        let pool = Arc::clone(&pool);
        async move {
            let late = cx.now().saturating_sub(cx.intended_start());
            let index = usize::try_from(cx.iteration()).unwrap() % CONNECTIONS;
            let mut connection = pool[index].lock().await;
            if connection.is_none() {
                let stream = TcpStream::connect(address).await?;
                stream.set_nodelay(true)?;
                *connection = Some(stream);
            }
            let stream = connection.as_mut().unwrap();
            stream.write_all(&[1; 8]).await?;
            stream.read_exact(&mut [0; 8]).await?;
            std::io::Result::Ok(Outcome::ok().step("send error", late))
        }
    };
    let load = Load::new("open")
        .operation(op("call", call))
        .warm_up(Profile::hold(rate, Duration::from_secs(1)))
        .measure(Profile::hold(rate, LENGTH))
        .dedicated_threads(1);
    let load = match spin {
        Some(spin) => load.spin(spin),
        None => load,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(load.run()).unwrap()
}
