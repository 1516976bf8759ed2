//! Asking the driver. Everything that can be tested without one is elsewhere.

use std::fmt::{self, Debug};
use std::sync::Arc;

use nvml_wrapper::Nvml;
use nvml_wrapper::error::NvmlError;

use super::GpuFrame;

/// The loaded library; cheap to clone, and unloaded with the last clone.
#[derive(Clone)]
pub(super) struct Driver(Arc<Nvml>);

impl Driver {
    /// Loads the library, or says in a line why that is not possible.
    pub(super) fn load() -> Result<Driver, String> {
        Nvml::init().map(|nvml| Driver(Arc::new(nvml))).map_err(|error| reason(&error))
    }

    /// Number of devices.
    pub(super) fn count(&self) -> Result<u32, String> {
        self.0.device_count().map_err(|error| reason(&error))
    }

    /// What a device shows. A field that it does not support is missing; a device that is lost is an error.
    pub(super) fn frame(&self, index: u32) -> Result<GpuFrame, String> {
        let device = self.0.device_by_index(index).map_err(|error| reason(&error))?;
        let memory = supported(device.memory_info())?;
        let busy = supported(device.utilization_rates())?;
        Ok(GpuFrame {
            index,
            uuid: device.uuid().map_err(|error| reason(&error))?,
            name: supported(device.name())?.unwrap_or_default(),
            busy_percent: busy.as_ref().map(|busy| busy.gpu),
            memory_busy_percent: busy.as_ref().map(|busy| busy.memory),
            memory_used_bytes: memory.as_ref().map(|memory| memory.used),
            memory_total_bytes: memory.as_ref().map(|memory| memory.total),
        })
    }
}

impl Debug for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Driver")
    }
}

/// The value; `None` where the device, the driver or the user's rights do not allow to ask.
fn supported<T>(answer: Result<T, NvmlError>) -> Result<Option<T>, String> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(NvmlError::NotSupported | NvmlError::NoPermission | NvmlError::FailedToLoadSymbol(_)) => Ok(None),
        Err(error) => Err(reason(&error)),
    }
}

fn reason(error: &NvmlError) -> String {
    match error {
        NvmlError::LibloadingError(_) => {
            "no NVIDIA driver is installed (its management library cannot be loaded)".to_owned()
        }
        NvmlError::DriverNotLoaded => "the NVIDIA driver is installed and not loaded".to_owned(),
        error => error.to_string(),
    }
}
