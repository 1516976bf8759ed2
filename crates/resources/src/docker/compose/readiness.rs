//! Whether the containers of a project are ready: a pure judgement, since compose's own `--wait` gives up on services that
//! end well, and one form of it has none.

use std::time::Duration;

use crate::health::Health;

/// A container of a project as it was seen.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Member {
    pub(super) service: String,
    pub(super) container: String,
    pub(super) health: Health,
    pub(super) restarts: u64,
}

/// What follows from all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Readiness {
    /// Every container is.
    Ready,
    /// This one may still become so.
    Waiting { container: String, why: String },
    /// This one will not.
    Failed { container: String, why: String },
}

/// Judges all containers of a project that was started `waited` ago. Without a check of its own one is ready when it has
/// run for `settle`; one that restarts has failed, and so has one that ended, unless it may and did so with 0.
pub(super) fn judge(
    members: &[Member],
    one_shot: &[String],
    waited: Duration,
    settle: Duration,
) -> Readiness {
    let mut waiting = None;
    for member in members {
        match judge_one(member, one_shot, waited >= settle) {
            Readiness::Ready => {}
            failed @ Readiness::Failed { .. } => return failed,
            still @ Readiness::Waiting { .. } => waiting = waiting.or(Some(still)),
        }
    }
    let none =
        || Readiness::Waiting { container: "of the project".to_owned(), why: "there is none yet".to_owned() };
    waiting.unwrap_or_else(|| if members.is_empty() { none() } else { Readiness::Ready })
}

fn judge_one(member: &Member, one_shot: &[String], has_settled: bool) -> Readiness {
    let container = member.container.clone();
    let failed = |why: String| Readiness::Failed { container: container.clone(), why };
    let waiting = |why: &str| Readiness::Waiting { container: container.clone(), why: why.to_owned() };
    if member.restarts > 0 {
        return failed(format!("it was restarted {} times", member.restarts));
    }
    match member.health {
        Health::Exited { code: Some(0) } if one_shot.contains(&member.service) => Readiness::Ready,
        Health::Exited { code: Some(code) } => failed(format!("it ended with {code}")),
        Health::Exited { code: None } => waiting("it has not started"),
        Health::Unhealthy => failed("its own check says that it is unhealthy".to_owned()),
        Health::Healthy => Readiness::Ready,
        Health::Unchecked if has_settled => Readiness::Ready,
        Health::Unchecked => waiting("it has no check, and has not run long enough"),
        Health::Starting | Health::Missing => waiting("its own check has not decided"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(service: &str, health: Health) -> Member {
        Member { service: service.to_owned(), container: format!("p_{service}_1"), health, restarts: 0 }
    }

    fn word(members: &[Member], seconds: u64) -> &'static str {
        let one_shot = ["migrate".to_owned()];
        match judge(members, &one_shot, Duration::from_secs(seconds), Duration::from_secs(3)) {
            Readiness::Ready => "ready",
            Readiness::Waiting { .. } => "waiting",
            Readiness::Failed { .. } => "failed",
        }
    }

    #[test]
    fn each_state_of_a_container_has_its_verdict() {
        let expected = [
            (member("web", Health::Healthy), "ready"),
            (member("web", Health::Unhealthy), "failed"),
            (member("web", Health::Starting), "waiting"),
            (member("web", Health::Exited { code: Some(0) }), "failed"),
            (member("web", Health::Exited { code: Some(1) }), "failed"),
            (member("web", Health::Exited { code: None }), "waiting"),
            (member("migrate", Health::Exited { code: Some(0) }), "ready"),
            (member("migrate", Health::Exited { code: Some(1) }), "failed"),
            (Member { restarts: 1, ..member("web", Health::Healthy) }, "failed"),
        ];
        for (member, verdict) in expected {
            assert_eq!(word(std::slice::from_ref(&member), 10), verdict, "{member:?}");
        }
    }

    #[test]
    fn without_a_check_it_must_have_run_for_a_while() {
        let unchecked = [member("web", Health::Unchecked)];
        assert_eq!([word(&unchecked, 2), word(&unchecked, 3)], ["waiting", "ready"]);
    }

    #[test]
    fn one_that_failed_ends_the_waiting_for_others() {
        let members = [member("slow", Health::Starting), member("broken", Health::Exited { code: Some(2) })];
        assert_eq!(word(&members, 1), "failed");
    }

    #[test]
    fn no_container_at_all_is_not_ready() {
        assert_eq!(word(&[], 100), "waiting");
    }
}
