//! Who is told.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::Context;
use plimsoll::http::{Client, StatusCode};
use plimsoll::model::Secret;
use serde_json::Value;

use super::message::Message;

/// The variables of the environment that say who is told, all of them secrets. Programs that are started get none of
/// them.
pub const VARIABLES: [&str; 6] = [ALERTMANAGER, WEBHOOK, WEBHOOK_TOKEN, SLACK, PAGERDUTY_KEY, PAGERDUTY];

/// The address of an Alertmanager, such as `http://127.0.0.1:9093`.
const ALERTMANAGER: &str = "PLIMSOLL_ALERTMANAGER_URL";
/// The address of a webhook that takes our own JSON, and the token that it wants.
const WEBHOOK: &str = "PLIMSOLL_WEBHOOK_URL";
const WEBHOOK_TOKEN: &str = "PLIMSOLL_WEBHOOK_TOKEN";
/// The address of an incoming webhook of Slack, or of what takes the same.
const SLACK: &str = "PLIMSOLL_SLACK_URL";
/// The key of an integration of PagerDuty, and the address of its events where it is another.
const PAGERDUTY_KEY: &str = "PLIMSOLL_PAGERDUTY_KEY";
const PAGERDUTY: &str = "PLIMSOLL_PAGERDUTY_URL";
const PAGERDUTY_EVENTS: &str = "https://events.pagerduty.com/v2/enqueue";

/// How long somebody may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Somebody who is told. Its address and key are shown nowhere.
#[derive(Debug, Clone)]
pub struct Destination {
    name: &'static str,
    client: Client,
    path: &'static str,
    tongue: Tongue,
}

/// In which words.
#[derive(Debug, Clone)]
enum Tongue {
    Alertmanager,
    Webhook(Option<Secret<String>>),
    Slack,
    PagerDuty(Secret<String>),
}

/// Who is told, from the environment; nobody where nothing is set.
///
/// # Errors
/// When an address is none, or a variable is missing beside another. The error names variables and no values.
pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> anyhow::Result<Vec<Destination>> {
    let set = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
    let mut destinations = Vec::new();
    if let Some(url) = set(ALERTMANAGER) {
        let path = "/api/v2/alerts";
        destinations.push(Destination::at("alertmanager", ALERTMANAGER, &url, path, Tongue::Alertmanager)?);
    }
    if let Some(url) = set(WEBHOOK) {
        let tongue = Tongue::Webhook(set(WEBHOOK_TOKEN).map(Secret::new));
        destinations.push(Destination::at("webhook", WEBHOOK, &url, "", tongue)?);
    }
    if let Some(url) = set(SLACK) {
        destinations.push(Destination::at("slack", SLACK, &url, "", Tongue::Slack)?);
    }
    if let Some(key) = set(PAGERDUTY_KEY) {
        let url = set(PAGERDUTY).unwrap_or_else(|| PAGERDUTY_EVENTS.to_owned());
        let tongue = Tongue::PagerDuty(Secret::new(key));
        destinations.push(Destination::at("pagerduty", PAGERDUTY, &url, "", tongue)?);
    }
    anyhow::ensure!(
        set(PAGERDUTY).is_none() || set(PAGERDUTY_KEY).is_some(),
        "{PAGERDUTY} is set without {PAGERDUTY_KEY}; expected both, or the key alone"
    );
    anyhow::ensure!(
        set(WEBHOOK_TOKEN).is_none() || set(WEBHOOK).is_some(),
        "{WEBHOOK_TOKEN} is set without {WEBHOOK}; expected both, or the address alone"
    );
    Ok(destinations)
}

impl Destination {
    fn at(
        name: &'static str,
        variable: &str,
        url: &str,
        path: &'static str,
        tongue: Tongue,
    ) -> anyhow::Result<Destination> {
        let client = Client::builder(url.trim()).pooled(1).build().ok();
        let client = client.with_context(|| {
            format!("{variable} is no address; expected http://HOST/PATH or https://HOST/PATH")
        })?;
        Ok(Destination { name, client, path, tongue })
    }

    /// Its name, for people and for the ledger.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Whether it forgets what it is not reminded of.
    pub(super) fn wants_reminders(&self) -> bool {
        matches!(self.tongue, Tongue::Alertmanager)
    }

    /// Tells it. An error is a few words without address and key.
    pub(super) async fn tell(&self, message: &Message) -> Result<(), String> {
        let request = self.client.post(self.path).json(&self.body(message));
        let request = match &self.tongue {
            Tongue::Webhook(Some(token)) => request.bearer(token),
            _ => request,
        };
        match tokio::time::timeout(PATIENCE, request.send_once()).await {
            Err(_) => Err(format!("no answer in {} s", PATIENCE.as_secs())),
            Ok(Err(error)) => Err(error.kind().to_owned()),
            Ok(Ok(answer)) if answer.status().is_success() => Ok(()),
            Ok(Ok(answer)) => Err(refused(answer.status())),
        }
    }

    fn body(&self, message: &Message) -> Value {
        match &self.tongue {
            Tongue::Alertmanager => message.for_alertmanager(),
            Tongue::Webhook(_) => message.for_webhook(),
            Tongue::Slack => message.for_slack(),
            Tongue::PagerDuty(key) => message.for_pagerduty(key.expose()),
        }
    }
}

fn refused(status: StatusCode) -> String {
    format!("it answers with status {}", status.as_u16())
}

/// The names of destinations.
pub(super) fn names(destinations: &[Destination]) -> BTreeSet<&'static str> {
    destinations.iter().map(Destination::name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(variables: &[(&str, &str)]) -> anyhow::Result<Vec<Destination>> {
        from_environment(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn who_is_told_is_in_the_environment() {
        assert!(from(&[]).unwrap().is_empty());
        assert!(from(&[(SLACK, " ")]).unwrap().is_empty());
        let all = [
            (ALERTMANAGER, "http://a:9093"),
            (WEBHOOK, "http://b/c?d=e"),
            (SLACK, "https://f/g"),
            (PAGERDUTY_KEY, "h"),
        ];
        assert_eq!(
            from(&all).unwrap().iter().map(Destination::name).collect::<Vec<_>>(),
            ["alertmanager", "webhook", "slack", "pagerduty"]
        );
    }

    #[test]
    fn mistakes_name_variables_and_no_values() {
        let mistakes = [
            (&[(SLACK, "s3cret")][..], SLACK),
            (&[(ALERTMANAGER, "ftp://s3cret/")], ALERTMANAGER),
            (&[(PAGERDUTY, "http://s3cret/")], PAGERDUTY_KEY),
            (&[(WEBHOOK_TOKEN, "s3cret")], WEBHOOK),
        ];
        for (variables, named) in mistakes {
            let error = format!("{:#}", from(variables).unwrap_err());
            assert!(error.contains(named) && !error.contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn neither_address_nor_key_is_shown() {
        let destinations = from(&[(SLACK, "http://host/s3cret"), (PAGERDUTY_KEY, "s3cret")]).unwrap();
        assert!(!format!("{destinations:?}").contains("s3cret"), "{destinations:?}");
    }
}
