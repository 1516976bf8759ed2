//! What is done to each side.

use plimsoll::http::{Client, Method};
use plimsoll::model::PlanError;
use plimsoll::{Context, Load, Operation, Process, Profile, Sample, millis, op, secs};

use crate::pair::Ready;
use crate::service::System;

/// The operations of the load.
pub const ROUTES: [&str; 4] = ["items", "search", "train", "echo"];

/// How often the processes of a side are looked at.
const EVERY: std::time::Duration = millis(200);

/// The load on a side, without its phases: every route, and a round trip over its WebSocket.
#[must_use]
pub fn load(side: &Ready) -> Load {
    let load = Load::new("ab-compare").mix([
        (4, route(&side.client, "items", Method::GET, |seed| format!("/items?page={}", seed % 50))),
        (3, route(&side.client, "search", Method::GET, |seed| format!("/search?seed={seed}"))),
        (2, route(&side.client, "train", Method::POST, |seed| format!("/train?seed={seed}"))),
        (1, side.socket.round_trip("echo", "hello")),
    ]);
    match side.system.as_ref().and_then(System::id) {
        Some(id) => load.sample_every(EVERY, [Box::new(Process::with_pid(id).labelled("system")) as _]),
        None => load,
    }
}

fn route(client: &Client, name: &str, method: Method, path: fn(u64) -> String) -> Operation {
    let client = client.clone();
    let send = move |cx: Context| {
        let request = client.request(method.clone(), &path(cx.seed() >> 1));
        async move { request.run(&cx).await }
    };
    op(name, send).steps(["connect", "first_byte", "total"])
}

/// What is offered unless flags say otherwise: four users for a second and a half.
///
/// # Errors
/// None: the profile is valid.
pub fn offered() -> Result<Profile, PlanError> {
    Profile::users(4, secs(1) + millis(500))
}
