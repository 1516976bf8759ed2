//! What is said, in the words of whom it is said to.

use plimsoll::model::Timestamp;
use serde_json::{Value, json};

use super::alert::{Alert, Grade};

/// Something to tell somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Whether it begins or is over.
    pub status: Status,
    /// What.
    pub alert: Alert,
    /// When it was first seen.
    pub since: Timestamp,
    /// When it was over; until when it counts, while it stands.
    pub until: Timestamp,
    /// The result that it was last seen in, counted from 1.
    pub(super) turn: u64,
}

/// Whether something begins or is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It stands.
    Firing,
    /// It is over.
    Resolved,
}

impl Status {
    /// Its word, as Prometheus has it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Status::Firing => "firing",
            Status::Resolved => "resolved",
        }
    }
}

/// Who speaks.
const SOURCE: &str = "plimsoll";
/// The longest key of an incident, and the longest summary, that PagerDuty takes.
const LONGEST_KEY: usize = 255;
const LONGEST_SUMMARY: usize = 1024;

impl Message {
    /// For `POST /api/v2/alerts` of an Alertmanager. What stands has an end too, after which it counts as over unless
    /// it is told again.
    #[must_use]
    pub fn for_alertmanager(&self) -> Value {
        json!([{
            "labels": self.labels(),
            "annotations": {"summary": self.alert.summary, "description": self.alert.description},
            "startsAt": self.since,
            "endsAt": self.until,
        }])
    }

    /// For a webhook of one's own.
    #[must_use]
    pub fn for_webhook(&self) -> Value {
        json!({
            "version": "1",
            "source": SOURCE,
            "status": self.status.word(),
            "key": self.alert.key(),
            "labels": self.labels(),
            "summary": self.alert.summary,
            "description": self.alert.description,
            "starts_at": self.since,
            "ends_at": self.end(),
        })
    }

    /// For an incoming webhook of Slack.
    #[must_use]
    pub fn for_slack(&self) -> Value {
        let (color, mark) = match (self.status, self.alert.grade) {
            (Status::Resolved, _) => ("good", "over"),
            (Status::Firing, Grade::Warning) => ("warning", "warning"),
            (Status::Firing, Grade::Critical) => ("danger", "critical"),
        };
        let text = format!("{mark}: {}", self.alert.summary);
        json!({
            "text": plain(&text),
            "attachments": [{
                "color": color,
                "fallback": plain(&text),
                "text": plain(&self.alert.description),
                "footer": SOURCE,
                "ts": self.end().unwrap_or(self.since).since_epoch().as_secs(),
            }],
        })
    }

    /// For the events of PagerDuty, version 2, whose key is that of an integration.
    #[must_use]
    pub fn for_pagerduty(&self, routing_key: &str) -> Value {
        let action = match self.status {
            Status::Firing => "trigger",
            Status::Resolved => "resolve",
        };
        json!({
            "routing_key": routing_key,
            "event_action": action,
            "dedup_key": cut(&format!("{SOURCE} {}", self.alert.key()), LONGEST_KEY),
            "client": SOURCE,
            "payload": {
                "summary": cut(&self.alert.summary, LONGEST_SUMMARY),
                "source": self.alert.workload.as_deref().unwrap_or(SOURCE),
                "severity": self.alert.grade.word(),
                "timestamp": self.since,
                "class": self.alert.name,
                "custom_details": {"description": self.alert.description},
            },
        })
    }

    /// What tells it from others. Empty labels are none.
    fn labels(&self) -> Value {
        let Alert { name, grade, workload, scenario, metric, .. } = &self.alert;
        let mut labels = json!({"alertname": name, "severity": grade.word(), "job": "perf-ci"});
        for (label, value) in [("workload", workload), ("scenario", scenario), ("metric", metric)] {
            if let Some(value) = value {
                labels[label] = json!(value);
            }
        }
        labels
    }

    fn end(&self) -> Option<Timestamp> {
        (self.status == Status::Resolved).then_some(self.until)
    }
}

/// What Slack would take for markup, as text.
fn plain(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The text up to a number of bytes, at the end of a character.
fn cut(text: &str, most: usize) -> &str {
    let ends = text.char_indices().map(|(start, c)| start + c.len_utf8());
    &text[..ends.take_while(|end| *end <= most).last().unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn message(status: Status) -> Message {
        let alert = Alert {
            name: "Regression".to_owned(),
            grade: Grade::Critical,
            workload: Some("job-queue/small".to_owned()),
            scenario: Some("job".to_owned()),
            metric: Some("p95".to_owned()),
            summary: "p95(job) of job-queue/small is worse than before".to_owned(),
            description: "p95 is 41 ms, was 20 ms (+105 %), which fails; edges: <+20 %>".to_owned(),
        };
        let since = Timestamp::EPOCH.after(Duration::from_secs(1_795_000_000));
        Message { status, alert, since, until: since.after(Duration::from_secs(3_600)), turn: 2 }
    }

    #[test]
    fn each_is_told_in_its_own_words() {
        let (firing, resolved) = (message(Status::Firing), message(Status::Resolved));
        let said = json!({
            "alertmanager": [firing.for_alertmanager(), resolved.for_alertmanager()],
            "webhook": [firing.for_webhook(), resolved.for_webhook()],
            "slack": [firing.for_slack(), resolved.for_slack()],
            "pagerduty": [firing.for_pagerduty("a key"), resolved.for_pagerduty("a key")],
        });
        insta::assert_snapshot!(serde_json::to_string_pretty(&said).unwrap());
    }

    #[test]
    fn names_without_end_are_cut_where_a_character_ends() {
        let mut long = message(Status::Firing);
        long.alert.workload = Some("ü".repeat(1_000));
        let said = long.for_pagerduty("a key");
        assert!(said["dedup_key"].as_str().unwrap().len() <= LONGEST_KEY);
        long.alert.summary = "ü".repeat(1_000);
        assert!(long.for_pagerduty("a key")["payload"]["summary"].as_str().unwrap().len() <= LONGEST_SUMMARY);
    }
}
