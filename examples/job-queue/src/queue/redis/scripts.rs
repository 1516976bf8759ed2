//! The steps of the queue, as Redis is told them.

use redis::{Script, ScriptInvocation};

/// Puts what all scripts share before one of them.
macro_rules! script {
    ($name:literal) => {
        Script::new(concat!(include_str!("lua/prelude.lua"), include_str!(concat!("lua/", $name, ".lua"))))
    };
}

/// The steps of one queue, whose keys begin with a prefix of its own.
pub(super) struct Scripts {
    prefix: String,
    pub(super) open: Script,
    pub(super) submit: Script,
    pub(super) claim: Script,
    pub(super) finish: Script,
    pub(super) renew: Script,
    pub(super) reconcile: Script,
    pub(super) count: Script,
    pub(super) wake: Script,
}

/// Names of keys that do not depend on tenants.
const NAMES: [&str; 8] = ["limits", "taken", "jobs", "attempts", "ready", "listed", "leases", "wake"];

impl Scripts {
    pub(super) fn new(prefix: String) -> Scripts {
        Scripts {
            prefix,
            open: script!("open"),
            submit: script!("submit"),
            claim: script!("claim"),
            finish: script!("finish"),
            renew: script!("renew"),
            reconcile: script!("reconcile"),
            count: script!("count"),
            wake: script!("wake"),
        }
    }

    /// A script with this queue's keys.
    pub(super) fn on<'a>(&self, script: &'a Script) -> ScriptInvocation<'a> {
        script.key(&self.prefix)
    }

    /// The list that workers wait at.
    pub(super) fn wake_list(&self) -> String {
        self.key("wake")
    }

    /// All keys that the queue may have.
    pub(super) fn keys(&self, tenants: usize) -> Vec<String> {
        let waiting = (0..tenants).map(|tenant| self.key(&format!("waiting:{tenant}")));
        NAMES.iter().map(|name| self.key(name)).chain(waiting).collect()
    }

    fn key(&self, name: &str) -> String {
        format!("{}:{name}", self.prefix)
    }
}
