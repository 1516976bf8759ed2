//! A deployment that protocols put load on: told what to do over HTTP, made anew by compose.

use std::time::Duration;

use async_trait::async_trait;
use plimsoll::http::{Client, HttpError, Request, Response};
use plimsoll::protocols::{SystemError, SystemUnderTest};
use plimsoll::resources::Compose;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

/// How often a service that does not answer yet is asked again.
const AGAIN: Duration = Duration::from_millis(300);

/// A deployment whose service has the routes of [`simulation`](crate::simulation): `/reset`, `/load`, `/speed`, `/pause`
/// and `/state`.
#[derive(Debug)]
pub struct Deployment {
    client: Client,
    patience: Duration,
    clean: Option<Compose>,
    /// Whether its containers were just started and nothing was done to them.
    is_fresh: bool,
}

/// Of the answer to `/state` only what is needed.
#[derive(Deserialize)]
struct Queue {
    queued: u64,
}

impl Deployment {
    /// A deployment whose service has so long for an answer. With a compose project, each protocol begins with a clean one.
    #[must_use]
    pub fn new(client: Client, patience: Duration, clean: Option<Compose>) -> Deployment {
        Deployment { client, patience, clean, is_fresh: false }
    }

    /// The same with containers that were just started: the first protocol takes them as they are.
    #[must_use]
    pub fn fresh(self) -> Deployment {
        Deployment { is_fresh: true, ..self }
    }

    /// Waits until the service answers.
    ///
    /// # Errors
    /// When it does not within its time.
    pub async fn answers(&self) -> Result<(), SystemError> {
        let asked = async {
            loop {
                match self.state().await {
                    Ok(_) => return,
                    Err(_) => sleep(AGAIN).await,
                }
            }
        };
        match timeout(self.patience, asked).await {
            Ok(()) => Ok(()),
            // Why not, it says itself.
            Err(_) => self.state().await.map(drop),
        }
    }

    async fn state(&self) -> Result<Queue, SystemError> {
        let attempted = "cannot read the state of the service";
        let answer = self.ask(attempted, self.client.get("/state")).await?;
        answer.json().map_err(|error| SystemError::new(attempted, error))
    }

    async fn tell(&self, attempted: &str, path: &str, body: &Value) -> Result<(), SystemError> {
        self.ask(attempted, self.client.post(path).json(body)).await.map(drop)
    }

    async fn ask(&self, attempted: &str, request: Request) -> Result<Response, SystemError> {
        let answer = timeout(self.patience, request.send_once()).await;
        let answer: Result<Response, HttpError> = match answer {
            Ok(answer) => answer.and_then(Response::good),
            Err(_) => {
                return Err(SystemError::new(attempted, format!("no answer within {:?}", self.patience)));
            }
        };
        answer.map_err(|error| SystemError::new(attempted, error))
    }
}

#[async_trait]
impl SystemUnderTest for Deployment {
    async fn begin(&mut self, protocol: &str) -> Result<(), SystemError> {
        let is_fresh = std::mem::take(&mut self.is_fresh);
        if let Some(project) = self.clean.as_ref().filter(|_| !is_fresh) {
            let attempted = format!("cannot make the environment of {protocol} clean");
            project.clean().await.map_err(|error| SystemError::new(attempted, error))?;
        }
        self.answers().await
    }

    async fn reset(&mut self) -> Result<(), SystemError> {
        self.tell("cannot reset the service", "/reset", &json!({})).await
    }

    async fn set_load(&mut self, units: u64) -> Result<(), SystemError> {
        self.tell(&format!("cannot set the load to {units}"), "/load", &json!({ "units": units })).await
    }

    async fn set_speed(&mut self, multiplier: u64) -> Result<(), SystemError> {
        let attempted = format!("cannot set the speed to {multiplier}x");
        self.tell(&attempted, "/speed", &json!({ "multiplier": multiplier })).await
    }

    async fn pause(&mut self) -> Result<(), SystemError> {
        self.tell("cannot pause the service", "/pause", &json!({})).await
    }

    async fn queued(&mut self) -> Result<u64, SystemError> {
        self.state().await.map(|state| state.queued)
    }
}
