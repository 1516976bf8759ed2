//! The load on the built-in service: people of three roles who log in, list, and ask.

use std::sync::Arc;

use plimsoll::http::{Client, HttpError};
use plimsoll::model::{PlanError, Secret};
use plimsoll::{Context, Load, Operation, Outcome, Profile, op, secs};
use serde::{Deserialize, Serialize};

use crate::service::Role;

/// What is asked, of every patient that a role may see.
const QUESTIONS: [&str; 12] = [
    "how was the sleep last night",
    "is there pain and where",
    "what about the diet",
    "how far is walking possible",
    "which medication is given",
    "were there visitors",
    "how is the mood",
    "is the pressure stable",
    "what was the temperature",
    "when is therapy",
    "is there an allergy",
    "when is the next appointment",
];

/// Tokens of all roles, got before the run: who logs in is measured by an operation of its own.
pub struct Tokens([Secret<String>; 3]);

#[derive(Serialize)]
struct Login {
    role: Role,
}

#[derive(Deserialize)]
struct Session {
    token: String,
}

#[derive(Serialize)]
struct Question {
    patient: usize,
    question: &'static str,
}

impl Tokens {
    /// Logs each role in.
    ///
    /// # Errors
    /// When the service does not answer, or refuses.
    pub async fn get(client: &Client) -> Result<Tokens, HttpError> {
        let [admin, resident, nurse] = Role::ALL;
        Ok(Tokens([token(client, admin).await?, token(client, resident).await?, token(client, nurse).await?]))
    }

    fn of(&self, number: usize) -> &Secret<String> {
        &self.0[number % self.0.len()]
    }
}

/// A service that refuses now and then on purpose is asked a few times.
async fn token(client: &Client, role: Role) -> Result<Secret<String>, HttpError> {
    const TIMES: u32 = 20;
    let ask = async || client.post("/login").json(&Login { role }).send_once().await?.good()?.json();
    let mut session: Result<Session, HttpError> = ask().await;
    for _ in 1..TIMES {
        if session.is_ok() {
            break;
        }
        session = ask().await;
    }
    Ok(Secret::new(session?.token))
}

/// The load, without its phases: in ten operations one login, three lists and six questions.
#[must_use]
pub fn load(client: &Client, tokens: Tokens) -> Load {
    let tokens = Arc::new(tokens);
    Load::new("clinic").mix([
        (1, login(client.clone())),
        (3, list(client.clone(), Arc::clone(&tokens))),
        (6, query(client.clone(), tokens)),
    ])
}

/// What is offered unless flags say otherwise: twelve users, four of each role, for five seconds.
///
/// # Errors
/// None: the profile is valid.
pub fn offered() -> Result<Profile, PlanError> {
    Profile::users(12, secs(5))
}

/// The role of a user, as an index into [`Role::ALL`]: each in turn.
fn role(cx: &Context) -> usize {
    usize::try_from(cx.user()).unwrap_or(0) % Role::ALL.len()
}

fn login(client: Client) -> Operation {
    let send = move |cx: Context| {
        let request = client.post("/login").json(&Login { role: Role::ALL[role(&cx)] });
        async move { request.run(&cx).await }
    };
    op("login", send).steps(STEPS)
}

fn list(client: Client, tokens: Arc<Tokens>) -> Operation {
    let send = move |cx: Context| {
        let request = client.get(&format!("/items?page={}", cx.seed() % 10)).bearer(tokens.of(role(&cx)));
        async move { request.run(&cx).await }
    };
    op("list", send).steps(STEPS)
}

/// Every question about every patient of the role, in an order that the seed fixes; an answer has to be one.
fn query(client: Client, tokens: Arc<Tokens>) -> Operation {
    let send = move |cx: Context| {
        let role = role(&cx);
        let drawn = usize::try_from(cx.seed() >> 16).unwrap_or(0);
        let patients = Role::ALL[role].patients();
        let patient = patients.start + drawn % patients.len();
        let question = QUESTIONS[(drawn / patients.len()) % QUESTIONS.len()];
        let request = client.post("/query").bearer(tokens.of(role)).json(&Question { patient, question });
        async move { answered(request.send(&cx).await) }
    };
    op("query", send).steps(STEPS)
}

fn answered(answer: Result<plimsoll::http::Response, HttpError>) -> Outcome {
    let checked = answer.and_then(|answer| {
        let answer = answer.good()?;
        let found: Vec<String> = answer.json()?;
        Ok((answer, found.len()))
    });
    match checked {
        Ok((_, 0)) => {
            Outcome::fail("no answer found", "a question that every patient has records on found none")
        }
        Ok((answer, found)) => answer.outcome().items(found as u64),
        Err(error) => error.outcome(),
    }
}

/// What every request reports of itself.
const STEPS: [&str; 3] = ["connect", "first_byte", "total"];
