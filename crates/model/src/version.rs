//! The version that every document carries.

use std::fmt::{self, Display};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The version that this crate writes.
pub const SCHEMA_VERSION: SchemaVersion = SchemaVersion { major: 1, minor: 0 };

/// Version of the document format, `major.minor`.
///
/// Within a major, keys are only ever added, so an older reader can still make sense of a newer minor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(with = "String"))]
#[serde(try_from = "String", into = "String")]
pub struct SchemaVersion {
    /// Changes when a reader of the one before would misunderstand the document.
    pub major: u32,
    /// Changes when keys are added.
    pub minor: u32,
}

impl SchemaVersion {
    /// Whether this crate's types can hold a document of that version.
    #[must_use]
    pub fn is_readable(self) -> bool {
        self.major == SCHEMA_VERSION.major
    }

    /// Whether the document may have keys that this crate has never heard of.
    #[must_use]
    pub fn is_newer(self) -> bool {
        self > SCHEMA_VERSION
    }
}

impl Display for SchemaVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// A version that is not of the form `major.minor`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("schema version {found:?} is not of the form \"major.minor\", such as \"1.0\"")]
pub struct VersionError {
    found: String,
}

impl FromStr for SchemaVersion {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let error = || VersionError { found: text.to_owned() };
        let (major, minor) = text.split_once('.').ok_or_else(error)?;
        let number = |part: &str| part.parse().map_err(|_| error());
        Ok(SchemaVersion { major: number(major)?, minor: number(minor)? })
    }
}

impl TryFrom<String> for SchemaVersion {
    type Error = VersionError;

    fn try_from(text: String) -> Result<Self, VersionError> {
        text.parse()
    }
}

impl From<SchemaVersion> for String {
    fn from(version: SchemaVersion) -> String {
        version.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_round_trips() {
        let version = SchemaVersion { major: 2, minor: 13 };
        assert_eq!(version.to_string().parse(), Ok(version));
    }

    #[test]
    fn other_forms_are_refused() {
        for text in ["", "1", "1.", ".1", "1.0.0", "v1.0", "-1.0"] {
            assert!(text.parse::<SchemaVersion>().is_err(), "{text}");
        }
    }
}
