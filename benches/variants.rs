//! An empty load, and the same with one thing more.

use std::time::Duration;

use plimsoll::{Context, Failure, Feeder, Load, Operation, Outcome, Profile, UserWorkload, op};

/// A way to put it under load, by name.
pub type Variant = (&'static str, fn(Load) -> Load);

/// An empty iteration, and the same with one thing more. Each takes a load without operations and phases.
///
/// Nobody waits in any of them, so that what is measured is what it costs to think of it: a pace that is too short to
/// be kept, and a think time of a nanosecond.
pub const VARIANTS: [Variant; 9] = [
    ("nothing more", |load| load.operation(empty("empty"))),
    ("a mix of 8 and 2", |load| load.mix([(8, empty("read")), (2, empty("write"))])),
    ("a random mix of 8 and 2", |load| load.mix([(8, empty("read")), (2, empty("write"))]).random_mix()),
    ("roles of 8 and 2", |load| load.roles([(8, empty("read")), (2, empty("write"))])),
    ("a row of data", |load| {
        let rows = Feeder::new("rows", 0..1_000u64).expect("there are rows");
        load.operation(op("row", move |cx| {
            let row = rows.row(&cx);
            async move { row.map(|row| drop(std::hint::black_box(row))) }
        }))
    }),
    ("a pace", |load| load.operation(empty("empty")).pacing(Duration::from_nanos(1))),
    ("think time", |load| load.operation(empty("empty")).think_time(Duration::from_nanos(1))),
    ("two tenants", |load| load.operation(empty("empty")).tenants([(1, "acme"), (1, "globex")])),
    ("something that users hold", |load| load.operation(Operation::of_users("held", Held))),
];

fn empty(name: &str) -> Operation {
    op(name, |_| async {})
}

/// Users that hold a number.
struct Held;

impl UserWorkload for Held {
    type User = u64;

    async fn set_up(&self, _cx: Context) -> Result<u64, Failure> {
        Ok(0)
    }

    async fn iterate(&self, held: &mut u64, _cx: Context) -> Result<Outcome, Failure> {
        *held += 1;
        Ok(Outcome::ok())
    }
}

/// Iterations that users share, under a load without operations and phases.
#[must_use]
pub fn shared(variant: &Variant, users: u64, iterations: u64) -> Load {
    variant.1(Load::new("variant")).measure(Profile::iterations(users, iterations))
}
