//! Documents made from a seed, with every field filled one way or another.

use std::collections::BTreeMap;
use std::time::Duration;

use plimsoll_model::*;

/// Draws values; the same seed draws the same ones.
pub(crate) struct Arbitrary {
    state: u64,
}

impl Arbitrary {
    pub(crate) fn new(seed: u64) -> Arbitrary {
        Arbitrary { state: seed }
    }

    fn number(&mut self) -> u64 {
        // A linear congruential step with its high half folded in is random enough to fill fields.
        self.state =
            self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.state ^ (self.state >> 33)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.number() % bound
    }

    fn flag(&mut self) -> bool {
        self.below(2) == 1
    }

    fn float(&mut self) -> f64 {
        match self.below(5) {
            0 => 0.0,
            1 => self.number() as f64,
            2 => -(self.number() as f64) / 7.0,
            3 => self.below(1_000) as f64 / 3.0,
            _ => f64::from_bits(self.number() & 0x7FDF_FFFF_FFFF_FFFF),
        }
    }

    fn text(&mut self) -> String {
        let texts =
            ["", "p99", "a \"quoted\" \\ name", "line\nbreak\u{0}", "naïve 👩‍👩‍👧 \u{202e}", "</script>", "x"];
        texts[self.below(texts.len() as u64) as usize].to_owned()
    }

    fn pick<T: Clone>(&mut self, values: &[T]) -> T {
        values[self.below(values.len() as u64) as usize].clone()
    }

    fn option<T>(&mut self, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.flag() { Some(value(self)) } else { None }
    }

    fn list<T>(&mut self, mut value: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let length = self.below(4);
        (0..length).map(|_| value(self)).collect()
    }

    fn map<T>(&mut self, mut value: impl FnMut(&mut Self) -> T) -> BTreeMap<String, T> {
        self.list(|any| (any.text(), value(any))).into_iter().collect()
    }

    fn timestamp(&mut self) -> Timestamp {
        let nanos = self.below(1_000_000_000) as u32;
        Timestamp::EPOCH.after(Duration::new(self.below(4_000_000_000), nanos))
    }

    fn condition(&mut self) -> Condition {
        let texts = ["p99(write) < 20ms", "error_rate < 0.1%", "throughput >= 500/s", "p95 <= 1s over 10s"];
        self.pick(&texts).parse().expect("these are conditions")
    }

    fn verdict(&mut self) -> Verdict {
        let all = [Status::Pass, Status::Fail, Status::Invalid, Status::Inconclusive, Status::Interrupted];
        Verdict { status: self.pick(&all), reasons: self.list(Self::text) }
    }

    fn caveats(&mut self) -> Vec<Caveat> {
        self.list(|any| Caveat { code: any.text(), message: any.text() })
    }

    fn summary(&mut self) -> LatencySummary {
        LatencySummary {
            count: self.number(),
            min_ns: self.number(),
            mean_ns: self.option(Self::float),
            stddev_ns: self.option(Self::float),
            max_ns: self.number(),
            quantiles: self.list(|any| QuantileValue {
                q: any.pick(&Quantile::STANDARD),
                value_ns: any.number(),
                lower_ns: any.number(),
                upper_ns: any.option(Self::number),
                censored: any.flag(),
            }),
            histogram: EncodedHistogram(self.text()),
        }
    }

    fn latency(&mut self) -> Latency {
        Latency { response: self.summary(), service: self.summary(), queue: self.summary() }
    }

    fn counts(&mut self) -> Counts {
        let causes =
            [DropCause::InFlightCap, DropCause::QueueFull, DropCause::Skipped, DropCause::CircuitOpen];
        Counts {
            planned: self.number(),
            started: self.number(),
            dropped: self.list(|any| (any.pick(&causes), any.number())).into_iter().collect(),
            not_started: self.number(),
            ok: self.number(),
            failed: self.number(),
            timed_out: self.number(),
            cancelled: self.number(),
            panicked: self.number(),
            unfinished: self.number(),
            over_range: self.number(),
        }
    }

    fn throughput(&mut self) -> Throughput {
        Throughput {
            offered_per_s: self.float(),
            achieved_per_s: self.float(),
            peak_per_s: self.float(),
            items_per_s: self.float(),
        }
    }

    fn scenario(&mut self) -> ScenarioResult {
        let kinds = [
            CustomMetricKind::Counter,
            CustomMetricKind::Gauge,
            CustomMetricKind::Rate,
            CustomMetricKind::Trend,
        ];
        ScenarioResult {
            name: self.text(),
            tags: self.map(Self::text),
            counts: self.counts(),
            throughput: self.throughput(),
            latency: self.latency(),
            steps: self.list(|any| StepResult {
                name: any.text(),
                ok: any.number(),
                failed: any.number(),
                per_s: any.option(Self::float),
                bytes: any.number(),
                latency: any.summary(),
            }),
            breakdowns: self.list(|any| Breakdown {
                tags: any.map(Self::text),
                counts: any.counts(),
                throughput: any.throughput(),
                latency: any.latency(),
            }),
            fairness: self.option(|any| Fairness {
                tag: any.text(),
                jain_index: any.float(),
                worst: any.text(),
                worst_over_others: any.option(Self::float),
            }),
            errors: self.list(|any| ErrorCount {
                kind: any.text(),
                count: any.number(),
                share: any.float(),
                first_ns: any.number(),
                last_ns: any.number(),
                sample: any.text(),
            }),
            checks: self.list(|any| CheckCount {
                name: any.text(),
                passed: any.number(),
                failed: any.number(),
            }),
            metrics: self.list(|any| CustomMetric {
                name: any.text(),
                kind: any.pick(&kinds),
                count: any.number(),
                value: any.option(Self::float),
                distribution: any.option(Self::summary),
            }),
        }
    }

    fn profile(&mut self) -> Profile {
        match self.below(6) {
            4 => Profile::PerUser { users: self.number(), iterations: self.number() },
            5 => Profile::RampUsers { stages: self.list(Self::user_stage) },
            0 => Profile::Users { users: self.number(), length_ns: self.number() },
            1 => Profile::Iterations { users: self.number(), iterations: self.number() },
            2 => Profile::Poisson { stages: self.list(Self::stage) },
            _ => Profile::Rate { stages: self.list(Self::stage) },
        }
    }

    fn user_stage(&mut self) -> UserStage {
        UserStage { from: self.number(), to: self.number(), length_ns: self.number() }
    }

    fn stage(&mut self) -> Stage {
        Stage { from: self.float(), to: self.float(), length_ns: self.number() }
    }

    fn think(&mut self) -> Think {
        match self.below(3) {
            0 => Think::Fixed { time_ns: self.number() },
            1 => Think::Uniform { from_ns: self.number(), to_ns: self.number() },
            _ => Think::Exponential { mean_ns: self.number() },
        }
    }

    fn plan(&mut self) -> Plan {
        let kinds = [PhaseKind::Warmup, PhaseKind::Measure, PhaseKind::Cooldown];
        let limit = self.number();
        Plan {
            name: self.text(),
            scenarios: self.list(|any| PlannedScenario {
                name: any.text(),
                weight: any.number(),
                tags: any.map(Self::text),
            }),
            mix: self.pick(&[MixOrder::Exact, MixOrder::Random, MixOrder::Roles]),
            phases: self.list(|any| PlannedPhase {
                name: any.text(),
                kind: any.pick(&kinds),
                profile: any.profile(),
            }),
            in_flight: self.number(),
            overload: self.pick(&[Overload::Drop, Overload::Skip, Overload::Queue { limit }]),
            timeout_ns: self.option(Self::number),
            drain_ns: self.number(),
            window_ns: self.number(),
            thresholds: self.list(Self::condition),
            abort_rules: self.list(Self::condition),
            think: self.option(Self::think),
            pacing_ns: self.option(Self::number),
            samples: self.list(Self::text),
            parameters: self.map(Self::text),
        }
    }

    fn resources(&mut self) -> ResourceSeries {
        let kinds = [TargetKind::Host, TargetKind::Process, TargetKind::Container, TargetKind::Gpu];
        let units =
            [Unit::Bytes, Unit::Ratio, Unit::BytesPerSecond, Unit::Count, Unit::PerSecond, Unit::Nanoseconds];
        let causes = [GapCause::First, GapCause::CounterReset, GapCause::Late, GapCause::NotRunning];
        ResourceSeries {
            target: self.text(),
            kind: self.pick(&kinds),
            metric: self.text(),
            unit: self.pick(&units),
            points: self.list(|any| (any.number(), any.option(Self::float))),
            gaps: self.list(|any| Gap {
                start_ns: any.number(),
                end_ns: any.number(),
                cause: any.pick(&causes),
                detail: any.text(),
            }),
            summary: ResourceSummary {
                count: self.number(),
                mean: self.option(Self::float),
                peak: self.option(Self::float),
                slope_per_min: self.option(Self::float),
            },
        }
    }

    fn brief(&mut self) -> BriefLatency {
        BriefLatency { count: self.number(), p50: self.number(), p99: self.number(), max: self.number() }
    }

    fn window(&mut self) -> Window {
        Window {
            scenario: self.text(),
            start_ns: self.number(),
            length_ns: self.number(),
            offered: self.number(),
            started: self.number(),
            completed: self.number(),
            ok: self.number(),
            failed: self.number(),
            response: EncodedHistogram(self.text()),
            service: self.brief(),
            queue: self.brief(),
        }
    }

    fn generator(&mut self) -> Generator {
        let modes = [GeneratorMode::CallerRuntime, GeneratorMode::DedicatedThreads, GeneratorMode::Virtual];
        Generator {
            mode: self.pick(&modes),
            threads: self.number(),
            schedule_lag: self.summary(),
            cpu_ratio: self.option(Self::float),
            missed: self.number(),
        }
    }

    fn stop(&mut self) -> Stop {
        let causes = [StopCause::Finished, StopCause::Interrupt, StopCause::Watch, StopCause::Oom];
        Stop {
            cause: self.pick(&causes),
            target: self.option(Self::text),
            metric: self.option(Self::text),
            value: self.option(Self::float),
            limit: self.option(Self::float),
            at_ns: self.number(),
        }
    }

    pub(crate) fn run(&mut self) -> Run {
        let kinds = [PhaseKind::Warmup, PhaseKind::Measure];
        let events =
            [EventKind::Oom, EventKind::Start, EventKind::Die, EventKind::ClockStep, EventKind::Limit];
        Run {
            schema_version: SCHEMA_VERSION,
            kind: Kind::Run,
            id: self.text(),
            name: self.text(),
            started_at: self.timestamp(),
            duration_ns: self.number(),
            seed: self.number(),
            plan: self.plan(),
            phases: self.list(|any| Phase {
                name: any.text(),
                kind: any.pick(&kinds),
                start_ns: any.number(),
                length_ns: any.number(),
            }),
            stop: self.stop(),
            scenarios: self.list(Self::scenario),
            windows: self.list(Self::window),
            generator: self.generator(),
            sampler: self.option(|any| Sampler {
                cpu_ratio: any.option(Self::float),
                ticks: any.number(),
                late: any.number(),
                missed: any.number(),
            }),
            resources: self.list(Self::resources),
            events: self.list(|any| Event {
                t_ns: any.number(),
                target: any.text(),
                kind: any.pick(&events),
                detail: any.text(),
            }),
            memory: self.list(Self::memory),
            thresholds: self.list(|any| Threshold {
                condition: any.condition(),
                observed: any.option(Self::float),
                passed: any.flag(),
                status: any.verdict().status,
            }),
            verdict: self.verdict(),
            caveats: self.caveats(),
        }
    }

    fn memory(&mut self) -> MemoryProfile {
        MemoryProfile {
            target: self.text(),
            metric: self.text(),
            peak_bytes: self.number(),
            mean_bytes: self.number(),
            verdict: self.pick(&[LeakVerdict::Normal, LeakVerdict::Leak, LeakVerdict::NotEnoughData]),
            slope_bytes_per_min: self.option(Self::float),
            lower_bytes_per_min: self.option(Self::float),
            upper_bytes_per_min: self.option(Self::float),
            interval_confidence: self.option(Self::float),
            enough_ns: self.option(Self::number),
            sawtooth: self.option(|any| SawtoothProfile {
                period_ns: any.number(),
                amplitude_bytes: any.number(),
                falls: any.list(|any| MemoryFall {
                    start_ns: any.number(),
                    end_ns: any.number(),
                    bytes: any.number(),
                    p99_ns: any.option(Self::number),
                    max_ns: any.option(Self::number),
                }),
                p99_in_falls_ns: any.option(Self::number),
                p99_elsewhere_ns: any.option(Self::number),
            }),
            cooldown: self.option(|any| MemoryCooldown {
                delta_bytes: any.float(),
                retained_bytes: any.option(Self::float),
                retained_share: any.option(Self::float),
            }),
        }
    }

    fn environment(&mut self) -> Environment {
        Environment {
            label: self.text(),
            os: self.text(),
            kernel: self.text(),
            cpu_model: self.text(),
            cores: self.number(),
            memory_bytes: self.number(),
            gpu: self.option(Self::text),
            disk: self.option(Self::text),
            network: self.option(Self::text),
            container_limits: self.option(|any| ContainerLimits {
                cpu_millicores: any.option(Self::number),
                memory_bytes: any.option(Self::number),
            }),
            rustc: self.text(),
            software: self.map(Self::text),
            git_revision: self.option(Self::text),
            git_dirty: self.option(Self::flag),
        }
    }

    pub(crate) fn set(&mut self) -> Set {
        Set {
            schema_version: SCHEMA_VERSION,
            kind: Kind::Set,
            id: self.text(),
            name: self.text(),
            tool: Tool { name: self.text(), version: self.text(), git: self.option(Self::text) },
            started_at: self.timestamp(),
            completed_at: self.timestamp(),
            config: self.map(Self::text),
            derived_config: self.map(Self::text),
            environment: self.environment(),
            runs: self.list(|any| SetRun {
                workload: any.text(),
                iteration: any.number(),
                side: any.option(|any| any.pick(&[Side::A, Side::B])),
                step: any.option(Self::text),
                isolation: any.pick(&[Isolation::Process, Isolation::InProcess]),
                run: any.run(),
            }),
            aggregates: self.list(|any| Aggregate {
                workload: any.text(),
                scenario: any.option(Self::text),
                metric: any.text(),
                unit: any.pick(&[Unit::Nanoseconds, Unit::PerSecond]),
                better: any.pick(&[Better::Higher, Better::Lower]),
                n: any.number(),
                mean: any.float(),
                stddev: any.option(Self::float),
                lower: any.option(Self::float),
                upper: any.option(Self::float),
                per_run: any.list(Self::float),
            }),
            protocol: self.option(|any| Protocol {
                name: any.text(),
                scenarios: any.list(|any| ProtocolScenario {
                    scenario_name: any.text(),
                    scenario_params: any.map(|any| any.number().into()),
                    aborted: any.flag(),
                    metadata: any.map(|any| any.text().into()),
                }),
            }),
            comparisons: self.list(Self::comparison),
            analysis: self.option(Self::analysis),
            verdict: self.verdict(),
            caveats: self.caveats(),
        }
    }

    fn analysis(&mut self) -> Analysis {
        let severities = [Severity::Low, Severity::Medium, Severity::High, Severity::Critical];
        let leaks = [LeakVerdict::Normal, LeakVerdict::Watch, LeakVerdict::Leak, LeakVerdict::NotEnoughData];
        Analysis {
            findings: self.list(|any| Finding {
                rule: any.text(),
                severity: any.pick(&severities),
                subject: any.text(),
                message: any.text(),
                evidence: any.list(Self::text),
            }),
            recommendations: self.list(|any| Recommendation {
                rule: any.text(),
                priority: any.pick(&[Priority::Low, Priority::Medium, Priority::High]),
                message: any.text(),
                evidence: any.list(Self::text),
            }),
            scaling: self.option(|any| Scaling {
                dimension: any.text(),
                points: any.list(|any| (any.float(), any.float())),
                law: any.option(Self::text),
                knee: any.option(Self::float),
                capacity: any.option(|any| Capacity {
                    level: any.float(),
                    lower: any.float(),
                    upper: any.option(Self::float),
                    confidence: any.float(),
                    throughput_per_s: any.float(),
                }),
                advice: any.text(),
            }),
            leaks: self.list(|any| Leak {
                target: any.text(),
                phase: any.text(),
                verdict: any.pick(&leaks),
                slope_bytes_per_min: any.option(Self::float),
                lower_bytes_per_min: any.option(Self::float),
                upper_bytes_per_min: any.option(Self::float),
                interval_confidence: any.option(Self::float),
                detail: any.text(),
            }),
        }
    }

    fn set_ref(&mut self) -> SetRef {
        SetRef { id: self.text(), name: self.text(), runs: self.number() }
    }

    pub(crate) fn comparison(&mut self) -> Comparison {
        let verdicts = [ComparisonVerdict::Pass, ComparisonVerdict::Regression, ComparisonVerdict::Invalid];
        let ratings = [Rating::Excellent, Rating::Good, Rating::Fair, Rating::Poor];
        Comparison {
            schema_version: SCHEMA_VERSION,
            kind: Kind::Comparison,
            id: self.text(),
            procedure: self.pick(&[Procedure::Targets, Procedure::Screening, Procedure::Interleaved]),
            baseline: self.option(Self::set_ref),
            candidate: self.set_ref(),
            comparability: self.list(|any| Comparability {
                field: any.text(),
                baseline: any.text(),
                candidate: any.text(),
                effect: any.pick(&[Effect::Same, Effect::Caveat, Effect::Refused]),
            }),
            policy: self.map(Self::text),
            metrics: self.list(|any| MetricComparison {
                workload: any.text(),
                scenario: any.option(Self::text),
                metric: any.text(),
                unit: any.pick(&[Unit::Bytes, Unit::Ratio]),
                better: any.pick(&[Better::Higher, Better::Lower]),
                verdict: any.pick(&verdicts),
                severity: any.option(|any| any.pick(&[Alarm::Warning, Alarm::Critical])),
                baseline: any.option(Self::float),
                current: any.option(Self::float),
                ratio: any.option(Self::float),
                lower: any.option(Self::float),
                upper: any.option(Self::float),
                confidence: any.option(Self::float),
                p: any.option(Self::float),
                p_adjusted: any.option(Self::float),
                mde: any.option(Self::float),
                gating: any.flag(),
                detail: any.text(),
            }),
            rating: self.option(|any| any.pick(&ratings)),
            verdict: self.verdict(),
            caveats: self.caveats(),
        }
    }
}
