//! What is done to each side.

use plimsoll::http::{CircuitBreaker, Method};
use plimsoll::model::PlanError;
use plimsoll::{Context, CustomMetricKind, Load, Operation, Outcome, Process, Profile, Sample, millis, op};

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
        (4, route(side, "items", Method::GET, |seed| format!("/items?page={}", seed % 50))),
        (3, route(side, "search", Method::GET, |seed| format!("/search?seed={seed}"))),
        (2, route(side, "train", Method::POST, |seed| format!("/train?seed={seed}"))),
        (1, echo(side)),
    ]);
    match side.system.as_ref().and_then(System::id) {
        Some(id) => load.sample_every(EVERY, [Box::new(Process::with_pid(id).labelled("system")) as _]),
        None => load,
    }
}

fn route(side: &Ready, name: &str, method: Method, path: fn(u64) -> String) -> Operation {
    let (client, breaker) = (side.client.clone(), side.breaker.clone());
    let send = move |cx: Context| {
        let (request, breaker) = (client.request(method.clone(), &path(cx.seed() >> 1)), breaker.clone());
        async move { guarded(breaker.as_ref(), &cx, request.run(&cx)).await }
    };
    let operation = op(name, send).steps(["connect", "first_byte", "total"]);
    if side.compression { operation.metric(CustomMetricKind::Rate, "compressed") } else { operation }
}

fn echo(side: &Ready) -> Operation {
    let (socket, breaker) = (side.socket.clone(), side.breaker.clone());
    let send = move |cx: Context| {
        let (socket, breaker) = (socket.clone(), breaker.clone());
        async move { guarded(breaker.as_ref(), &cx, socket.run(&cx, "hello")).await }
    };
    op("echo", send).steps(["connect", "round_trip"])
}

async fn guarded(
    breaker: Option<&CircuitBreaker>,
    cx: &Context,
    call: impl Future<Output = Outcome>,
) -> Outcome {
    match breaker {
        Some(breaker) => breaker.call(cx, call).await,
        None => call.await,
    }
}

/// What is offered unless flags say otherwise: two users for six tenths of a second. Many short runs in turn see less of
/// what else the machine does than a few long ones, and two users wait less for each other than for the work.
///
/// # Errors
/// None: the profile is valid.
pub fn offered() -> Result<Profile, PlanError> {
    Profile::users(2, millis(600))
}
