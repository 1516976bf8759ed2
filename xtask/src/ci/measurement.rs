//! What is measured at length.

/// A measurement that prints a table in Markdown and fails when a goal is missed.
pub(super) struct Measurement {
    pub(super) title: &'static str,
    /// What the table shows and how far it can be trusted.
    pub(super) about: &'static str,
    /// Arguments of cargo, none of which has a space in it.
    pub(super) command: &'static str,
}

const GATE: &str = "`cargo xtask gate` with what decides by default (throughput, p95, errors), asked again and again: the job queue\n\
                    against itself, with or without a known share of extra work on side B. A replicate is a fresh process\n\
                    that does one job at a time for 0.8 s after 0.2 s of warm-up. 30 % more work is 23 % less throughput.\n\
                    A shared machine that is busy with other things makes the gate inconclusive, not wrong.";

pub(super) const MEASUREMENTS: &[Measurement] = &[
    Measurement {
        title: "Goals of the engine",
        about: "What the load engine costs and how truly it sends, beside the same work with nothing of ours around it,\n\
                both taken in turn in one run. Send errors are what the operation itself reads on the clock before it\n\
                sends. They are the machine's as much as ours: on a shared one, take what others do into account.",
        command: "run --quiet --release --example engine_goals",
    },
    Measurement {
        title: "Other load generators",
        about: "What other load generators in Rust reach on the same work beside ours, each as fast as it can, with 50\n\
                users on one worker thread, in turn. The work counts itself. For HTTP all have the same client,\n\
                reqwest, to a server in another process. Read the figures by CPU second first: those by second are\n\
                also what others on the machine left.",
        command: "run --quiet --release --manifest-path benches/peers/Cargo.toml",
    },
    Measurement {
        title: "Goals over HTTP",
        about: "What a request costs the generator, beside a bare loop on the same client and beside other tools: nginx\n\
                (Debian) on core 1, one generator after the other on core 0, 50 connections, 10 seconds, medians of five\n\
                rounds; ratios are medians of those within a round. Requests are the server's count. CPU time is that of\n\
                the whole process, with its start and its report. oha is looked for in target/peers/bin\n\
                (`cargo install --locked oha --root target/peers`), rlt and goose in benches/peers\n\
                (`cargo build --release --manifest-path benches/peers/Cargo.toml`).",
        command: "run --quiet --release --example http_goals",
    },
    Measurement {
        title: "Comparison of two systems",
        about: "The example `ab-compare` with a monolith on both sides, as it stands: how often a check fails for two that\n\
                are the same, and how often one does when search on one side does 20 % more work. Takes half an hour.",
        command: "run --quiet --release --example ab_goals",
    },
    Measurement {
        title: "Goals of sampling",
        about: "What it costs to follow the host and a process, how punctual the readings are while one target does\n\
                not answer, and what the load notices of it.",
        command: "run --quiet --release --example sampling_goals -- 30",
    },
    Measurement {
        title: "Cost of sampling containers",
        about: "A Docker engine of its own, started as root. The engine's CPU is that of its processes, idle work\n\
                included.",
        command: "run --quiet --release -p plimsoll-resources --features docker --example container_costs",
    },
    Measurement {
        title: "Leaks of real containers",
        about: "A Docker engine of its own, started as root. What the containers keep is files in memory of a known size;\n\
                a minute of warm-up, six of load and two of cooldown, a reading every two seconds.",
        command: "run --quiet --release --example container_leaks",
    },
    Measurement {
        title: "Damaged answers of engines",
        about: "Answers of Docker engines, Podman and cAdvisor as recorded, each damaged in one to three places, read as\n\
                if they were whole. A panic, or a value that is negative or no number, would have ended it.",
        command: "run --quiet --release -p plimsoll-resources --features hostile --example hostile_answers -- 1000000",
    },
    Measurement {
        title: "What progress costs",
        about: "The same load with progress and without, in turn, in one process; lines come every second instead of\n\
                every ten. Differences are medians of pairs. Met means that the whole interval lies within 1 %;\n\
                where it reaches beyond, the machine was too noisy to tell.",
        command: "run --quiet --release --example progress_cost -- 60",
    },
    Measurement {
        title: "Memory of many errors",
        about: "A run whose operations all fail, alike or each in its own way, with all result files. Peaks are those of\n\
                the resident memory of the whole process.",
        command: "run --quiet --release --example many_errors",
    },
    Measurement {
        title: "Pages of long runs",
        about: "How large pages of long runs are, and how long one takes to draw from a document that is read already.",
        command: "run --quiet --release --example page_costs",
    },
    Measurement {
        title: "Goals of comparisons",
        about: "False alarms and power of the whole way from sets of runs to a verdict, `plimsoll::baseline::gate` and\n\
                history, by seeded simulation.",
        command: "run --quiet --release --example gate_goals -- 2000",
    },
    Measurement {
        title: "Gate on real programs: equals",
        about: GATE,
        command: "run --quiet --release --example gate_counts -- equals",
    },
    Measurement {
        title: "Gate on real programs: 30 % more work",
        about: GATE,
        command: "run --quiet --release --example gate_counts -- slower-30",
    },
    Measurement {
        title: "Gate on real programs: 10 % more work",
        about: GATE,
        command: "run --quiet --release --example gate_counts -- slower-10",
    },
    Measurement {
        title: "Goals of taking it in",
        about: "What it costs a project to depend on plimsoll with its default features, from nothing, beside what it could\n\
                hardly do without. Medians of three checks each, in turn.",
        command: "run --quiet --release --example embed_goals",
    },
    Measurement {
        title: "Hostile texts",
        about: "Damaged baselines, sets and histories, read for five minutes each.",
        command: "run --quiet --release --example hostile_reading -- 300",
    },
    Measurement {
        title: "Goals of statistics",
        about: "False alarms and power of the routines in `plimsoll_metrics::stats`, by seeded simulation.\n\n\
                G8 names the teeth (30 MB), the half hour and the warm-up, but not how much the floor scatters from\n\
                tooth to tooth. A standard deviation of 1 MB, half of it remembered, was chosen after 2 MB had missed\n\
                the goal: it is a condition of G8 and no evidence for it. Under that condition G8 is also held to an\n\
                exact floor, to scatter without memory, with heavy tails, and from left-over garbage that only ever\n\
                adds. Lines without a limit are no goals: they show where G7 and G8 stop to hold.",
        command: "run --quiet --release --example statistics_goals -- 20000",
    },
];
