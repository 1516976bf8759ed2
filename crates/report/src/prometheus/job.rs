//! The metrics of a service that works off jobs for tenants, as its load test saw them.

use std::collections::BTreeMap;
use std::io;

use plimsoll_metrics::Histogram;
use plimsoll_metrics::num::to_f64;
use plimsoll_model::{Counts, CustomMetric, EncodedHistogram, ScenarioResult};

use super::exposition::{Family, Labels, Type};
use super::{buckets, decode, sum_seconds};

/// The scenario that is about jobs even where it has no tenants.
const JOB: &str = "job";
/// The tenant of such a scenario.
const ALL: &str = "all";
/// Tenants that are told apart in a scenario; what is beyond them is summed up as [`OTHER`], so that a list that
/// grows without end does not make series without end.
const MOST_TENANTS: usize = 100;
const OTHER: &str = "other";

/// The families, each empty until [`Jobs::add`].
pub(super) struct Jobs {
    depth: Family,
    utilization: Family,
    error_rate: Family,
    errors: Family,
    processing: Family,
    throughput: Family,
    others: Family,
}

/// What a tenant's jobs came to.
#[derive(Default)]
struct Account {
    queued: u64,
    running: u64,
    done: u64,
    failed: u64,
    processing: Histogram,
    processing_sum_seconds: f64,
}

impl Jobs {
    pub(super) fn new() -> Jobs {
        let gauge = |name, help| Family::new(name, Type::Gauge, help);
        let counter = |name, help| Family::new(name, Type::Counter, help);
        Jobs {
            depth: gauge("job_queue_depth", "Jobs by where they were: queued, running, done or failed."),
            utilization: gauge(
                "job_semaphore_utilization",
                "Share of the permits taken, 0 to 1, as the service said.",
            ),
            error_rate: gauge(
                "job_error_rate",
                "Failed jobs as a share of those that ended, 0 to 1, over the whole run.",
            ),
            errors: counter("job_errors_total", "Jobs that ended otherwise than well."),
            processing: Family::new(
                "job_processing_time_seconds",
                Type::Histogram,
                "From the start of a job to its end.",
            ),
            throughput: counter("job_throughput_total", "Jobs that ended well."),
            others: gauge("job_tenants_summed_up", "Tenants that are summed up as tenant \"other\"."),
        }
    }

    /// Adds what a scenario says of jobs: one with tenants, or one called `job`.
    pub(super) fn add(
        &mut self,
        labels: &Labels,
        scenario: &ScenarioResult,
        edges: &[u64],
    ) -> io::Result<()> {
        let (accounts, others) = accounts(scenario)?;
        for (tenant, account) in accounts {
            self.tenant(&labels.with("tenant", tenant), &account, edges);
        }
        if others > 0 {
            self.others.sample(labels, to_f64(others));
        }
        for metric in &scenario.metrics {
            self.own(labels, metric);
        }
        Ok(())
    }

    pub(super) fn into_families(self) -> [Family; 7] {
        let Jobs { depth, utilization, error_rate, errors, processing, throughput, others } = self;
        [depth, utilization, error_rate, errors, processing, throughput, others]
    }

    fn tenant(&mut self, labels: &Labels, account: &Account, edges: &[u64]) {
        let states = [
            ("queued", account.queued),
            ("running", account.running),
            ("done", account.done),
            ("failed", account.failed),
        ];
        for (status, count) in states {
            self.depth.sample(&labels.with("status", status), to_f64(count));
        }
        let ended = account.done + account.failed;
        self.error_rate.sample(labels, to_f64(account.failed) / to_f64(ended));
        self.errors.sample(labels, to_f64(account.failed));
        self.throughput.sample(labels, to_f64(account.done));
        let histogram = &account.processing;
        self.processing.histogram(
            labels,
            buckets(histogram, edges),
            histogram.len(),
            account.processing_sum_seconds,
        );
    }

    /// A figure that the service told of itself, named `job_semaphore_utilization(tenant)`.
    fn own(&mut self, labels: &Labels, metric: &CustomMetric) {
        let tenant =
            metric.name.strip_prefix("job_semaphore_utilization(").and_then(|rest| rest.strip_suffix(')'));
        if let (Some(tenant), Some(value)) = (tenant, metric.value) {
            self.utilization.sample(&labels.with("tenant", tenant), value);
        }
    }
}

/// The account of each tenant, and how many are in that of the others.
fn accounts(scenario: &ScenarioResult) -> io::Result<(BTreeMap<&str, Account>, u64)> {
    let mut accounts: BTreeMap<&str, Account> = BTreeMap::new();
    let mut others = 0;
    let tenants = || scenario.breakdowns.iter().filter_map(|part| Some((part.tags.get("tenant")?, part)));
    if tenants().next().is_none() && scenario.name == JOB {
        accounts.entry(ALL).or_default().add(&scenario.counts, &scenario.latency.service, &scenario.name)?;
    }
    for (tenant, part) in tenants() {
        let has_room = accounts.contains_key(tenant.as_str()) || accounts.len() < MOST_TENANTS;
        let name = if has_room { tenant.as_str() } else { OTHER };
        others += u64::from(!has_room);
        accounts.entry(name).or_default().add(&part.counts, &part.latency.service, &scenario.name)?;
    }
    Ok((accounts, others))
}

impl Account {
    /// Adds what was counted: every planned operation is in one of the four, except what was dropped on the way
    /// or cancelled.
    fn add(
        &mut self,
        counts: &Counts,
        service: &plimsoll_model::LatencySummary,
        scenario: &str,
    ) -> io::Result<()> {
        self.queued += counts.not_started;
        self.running += counts.unfinished;
        self.done += counts.ok;
        self.failed += counts.errors();
        // A breakdown without values may be stored without a histogram.
        if service.histogram == EncodedHistogram::default() && service.count == 0 {
            return Ok(());
        }
        let histogram = decode(&service.histogram, "service", scenario)?;
        self.processing_sum_seconds += sum_seconds(service, &histogram);
        self.processing.merge(&histogram);
        Ok(())
    }
}
