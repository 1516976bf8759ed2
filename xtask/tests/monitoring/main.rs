//! Monitoring in daily use: rules, dashboards, exports, continuous work and its alerts; with the real programs of
//! Prometheus where they are here.

#![expect(clippy::unwrap_used, reason = "what cannot be started, written or read fails the test")]

mod alerts;
mod continuous;
mod dashboards;
mod exported;
mod listen;
mod rules;
mod scraped;
mod support;
mod watch;
