//! GPUs by NVIDIA's management library, which is loaded when it is asked for.

mod frame;
mod nvml;

use async_trait::async_trait;
use plimsoll_metrics::num::{ratio, to_f64};
use plimsoll_model::{GapCause, TargetKind, Unit};

pub use self::frame::GpuFrame;
use self::nvml::Driver;
use crate::source::{Description, Raw, Reading, Source, SourceError};

const METRICS: [Description; 3] = [
    Description::new("utilization", Unit::Ratio),
    Description::new("memory", Unit::Bytes),
    Description::new("memory_share", Unit::Ratio),
];

/// A GPU, as target `gpu:0`, `gpu:1`, …
///
/// What a device does not tell is a gap of cause [`GapCause::Unsupported`]. Where there is no GPU, or no driver
/// for it, [`Gpu::all`] gives one source whose only series is empty and says why, so that a test that samples
/// GPUs runs on every machine.
#[derive(Debug)]
pub struct Gpu {
    target: String,
    state: State,
}

#[derive(Debug)]
enum State {
    Present { driver: Driver, index: u32, memory_bytes: Option<u64> },
    Absent { reason: String },
}

impl Gpu {
    /// Every GPU of this machine; one that is absent where there is none.
    ///
    /// ```
    /// use plimsoll_resources::{Gpu, Source};
    ///
    /// assert_eq!(Gpu::all()[0].target(), "gpu:0");
    /// ```
    #[must_use]
    pub fn all() -> Vec<Gpu> {
        match Driver::load().and_then(|driver| Ok((driver.count()?, driver))) {
            Ok((0, _)) => vec![Gpu::absent("the driver knows no device".to_owned())],
            Ok((count, driver)) => (0..count).map(|index| Gpu::present(driver.clone(), index)).collect(),
            Err(reason) => vec![Gpu::absent(reason)],
        }
    }

    /// The models of this machine's GPUs, `NVIDIA H200, NVIDIA H200`; `None` where there is none.
    #[must_use]
    pub fn models() -> Option<String> {
        let driver = Driver::load().ok()?;
        let names = (0..driver.count().ok()?).filter_map(|index| Some(driver.frame(index).ok()?.name));
        Some(names.collect::<Vec<_>>().join(", ")).filter(|names| !names.is_empty())
    }

    /// What the device shows now, as it is recorded for tests.
    ///
    /// # Errors
    /// When there is no such device, or it does not answer.
    pub fn frame(&self) -> Result<GpuFrame, SourceError> {
        let target = || self.target.clone();
        match &self.state {
            State::Present { driver, index, .. } => {
                driver.frame(*index).map_err(|detail| SourceError::Unavailable { target: target(), detail })
            }
            State::Absent { reason } => Err(SourceError::Absent { target: target(), detail: reason.clone() }),
        }
    }

    fn present(driver: Driver, index: u32) -> Gpu {
        Gpu { target: format!("gpu:{index}"), state: State::Present { driver, index, memory_bytes: None } }
    }

    fn absent(reason: String) -> Gpu {
        Gpu { target: "gpu:0".to_owned(), state: State::Absent { reason } }
    }
}

#[async_trait]
impl Source for Gpu {
    fn target(&self) -> &str {
        &self.target
    }

    fn kind(&self) -> TargetKind {
        TargetKind::Gpu
    }

    fn metrics(&self) -> &[Description] {
        match &self.state {
            State::Present { .. } => &METRICS,
            // One line says what is to be said.
            State::Absent { .. } => &METRICS[..1],
        }
    }

    fn capacity(&self, metric: &str) -> Option<f64> {
        match (metric, &self.state) {
            ("utilization" | "memory_share", _) => Some(1.0),
            ("memory", State::Present { memory_bytes, .. }) => memory_bytes.map(to_f64),
            _ => None,
        }
    }

    async fn read(&mut self) -> Result<Reading, SourceError> {
        let frame = self.frame()?;
        if let State::Present { memory_bytes, .. } = &mut self.state {
            *memory_bytes = frame.memory_total_bytes;
        }
        Ok(reading(&frame))
    }
}

/// A reading of what a device showed.
fn reading(frame: &GpuFrame) -> Reading {
    let raw = |value: Option<f64>| value.map_or_else(missing, Raw::Gauge);
    let used = frame.memory_used_bytes.map(to_f64);
    let share = used.zip(frame.memory_total_bytes).and_then(|(used, total)| ratio(used, to_f64(total)));
    let values = vec![
        ("utilization", raw(frame.busy_percent.map(|percent| f64::from(percent) / 100.0))),
        ("memory", raw(used)),
        ("memory_share", raw(share)),
    ];
    Reading { life: frame.uuid.clone(), ..Reading::of(values) }
}

fn missing() -> Raw {
    Raw::Missing { cause: GapCause::Unsupported, detail: "the device does not tell it".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::frame::Recording;
    use super::*;
    use crate::derive::derive;

    /// Frames by the name of their file: those that were made by hand say so in their note.
    fn frames(name: &str) -> Vec<GpuFrame> {
        let path = format!("{}/fixtures/gpu/{name}", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).expect("it is committed");
        let recording: Recording = serde_json::from_str(&text).expect("it is a recording");
        recording.frames
    }

    #[test]
    fn each_frame_becomes_values_or_gaps_and_no_zero() {
        let rows = frames("by-hand.json").into_iter().map(|frame| {
            let derived = derive(&METRICS, None, &reading(&frame), 0);
            let values = derived.iter().map(|one| match &one.value {
                Ok(value) => format!("{}={value}", one.name),
                Err(missing) => format!("{}: {:?}", one.name, missing.cause),
            });
            format!("{} {}", frame.name, values.collect::<Vec<_>>().join(" "))
        });
        insta::assert_snapshot!(rows.collect::<Vec<_>>().join("\n"));
    }

    #[test]
    fn every_value_of_a_reading_is_a_metric() {
        let reading = reading(&frames("by-hand.json")[0]);
        let names: Vec<_> = reading.values.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, METRICS.map(|metric| metric.name));
    }

    #[tokio::test]
    async fn a_gpu_that_is_absent_is_one_series_of_a_gap_that_says_why() {
        let mut gpu = Gpu::absent("the driver is not installed".to_owned());
        assert_eq!(gpu.metrics().len(), 1);
        let error = gpu.read().await.expect_err("there is none");
        assert_eq!(error.cause(), GapCause::Unsupported);
        insta::assert_snapshot!(error, @"gpu:0 is not here: the driver is not installed");
    }

    #[tokio::test]
    async fn this_machine_has_a_gpu_or_says_why_not() {
        for mut gpu in Gpu::all() {
            match gpu.read().await {
                Ok(reading) => assert!(!reading.life.is_empty(), "{reading:?}"),
                Err(error) => assert_eq!(error.cause(), GapCause::Unsupported, "{error}"),
            }
        }
    }
}
