//! The load on the built-in service: people of three roles who log in, list, and ask.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use plimsoll::http::{Client, HttpError};
use plimsoll::model::{PlanError, Secret};
use plimsoll::{Context, Failure, Load, Operation, Outcome, Profile, UserWorkload, op, secs};
use serde::{Deserialize, Serialize};
use tokio::sync::OnceCell;

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

#[derive(Serialize)]
struct Login {
    user: u64,
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

/// Sessions of people who log in once, whatever they do first, and keep their token.
struct Sessions {
    client: Client,
    of_users: Mutex<HashMap<u64, Arc<OnceCell<Secret<String>>>>>,
}

impl Sessions {
    fn new(client: &Client) -> Sessions {
        Sessions { client: client.clone(), of_users: Mutex::default() }
    }

    /// The token of a user, who logs in where that is the first thing that is asked of it: within a load, or before it.
    async fn token(&self, user: u64, cx: Option<&Context>) -> Result<Secret<String>, HttpError> {
        let session = {
            let mut of_users = self.of_users.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(of_users.entry(user).or_default())
        };
        session.get_or_try_init(|| log_in(&self.client, user, cx)).await.cloned()
    }
}

/// A service that refuses now and then on purpose is asked a few times.
async fn log_in(client: &Client, user: u64, cx: Option<&Context>) -> Result<Secret<String>, HttpError> {
    const TIMES: u32 = 20;
    let login = client.post("/login").json(&Login { user, role: role(user) });
    let ask = async || {
        let answer = match cx {
            Some(cx) => login.send(cx).await,
            None => login.send_once().await,
        };
        answer?.good()?.json()
    };
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
///
/// Users log in before their first list or question, outside of what is measured, and keep their token. Arrivals of a
/// rate are nobody who could keep one: they share the sessions of twelve people, who log in before the run.
///
/// # Errors
/// When these cannot log in.
pub async fn load(client: &Client, is_open: bool) -> Result<Load, HttpError> {
    let sessions = Arc::new(Sessions::new(client));
    let [list, query] = match is_open {
        true => {
            for user in 0..PEOPLE {
                sessions.token(user, None).await?;
            }
            [Ask::List, Ask::Query].map(|ask| of_anybody(ask, &sessions))
        }
        false => [Ask::List, Ask::Query].map(|ask| {
            let asking = Asking { ask, sessions: Arc::clone(&sessions) };
            Operation::of_users(ask.name(), asking).steps(STEPS)
        }),
    };
    Ok(Load::new("clinic").mix([(1, login(client.clone())), (3, list), (6, query)]))
}

/// People who share the work of a load without users of its own.
const PEOPLE: u64 = 12;

/// What is offered unless flags say otherwise: twelve users, four of each role, for five seconds.
///
/// # Errors
/// None: the profile is valid.
pub fn offered() -> Result<Profile, PlanError> {
    Profile::users(PEOPLE, secs(5))
}

/// The role of a user: each in turn.
fn role(user: u64) -> Role {
    let all = Role::ALL.len() as u64;
    Role::ALL[usize::try_from(user % all).unwrap_or(0)]
}

fn login(client: Client) -> Operation {
    let send = move |cx: Context| {
        let request = client.post("/login").json(&Login { user: cx.user(), role: role(cx.user()) });
        async move { request.run(&cx).await }
    };
    op("login", send).steps(STEPS)
}

/// What people do with their token.
#[derive(Debug, Clone, Copy)]
enum Ask {
    /// Looks through a page of records.
    List,
    /// Every question about every patient of the role, in an order that the seed fixes; an answer has to be one.
    Query,
}

impl Ask {
    fn name(self) -> &'static str {
        match self {
            Ask::List => "list",
            Ask::Query => "query",
        }
    }

    async fn run(self, client: &Client, user: u64, token: &Secret<String>, cx: &Context) -> Outcome {
        match self {
            Ask::List => client.get(&format!("/items?page={}", cx.seed() % 10)).bearer(token).run(cx).await,
            Ask::Query => {
                let drawn = usize::try_from(cx.seed() >> 16).unwrap_or(0);
                let patients = role(user).patients();
                let patient = patients.start + drawn % patients.len();
                let question = QUESTIONS[(drawn / patients.len()) % QUESTIONS.len()];
                let request = client.post("/query").bearer(token).json(&Question { patient, question });
                answered(request.send(cx).await)
            }
        }
    }
}

/// An operation of users with a token each.
struct Asking {
    ask: Ask,
    sessions: Arc<Sessions>,
}

impl UserWorkload for Asking {
    type User = Secret<String>;

    async fn set_up(&self, cx: Context) -> Result<Secret<String>, Failure> {
        self.sessions.token(cx.user(), Some(&cx)).await.map_err(|error| error.failure())
    }

    async fn iterate(&self, token: &mut Secret<String>, cx: Context) -> Result<Outcome, Failure> {
        Ok(self.ask.run(&self.sessions.client, cx.user(), token, &cx).await)
    }
}

/// An operation of whoever of the twelve people it is the turn of.
fn of_anybody(ask: Ask, sessions: &Arc<Sessions>) -> Operation {
    let sessions = Arc::clone(sessions);
    let send = move |cx: Context| {
        let (sessions, user) = (Arc::clone(&sessions), cx.user() % PEOPLE);
        async move {
            match sessions.token(user, Some(&cx)).await {
                Ok(token) => ask.run(&sessions.client, user, &token, &cx).await,
                Err(error) => error.outcome(),
            }
        }
    };
    op(ask.name(), send).steps(STEPS)
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
