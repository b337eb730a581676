//! The error for an invalid setting.

use std::fmt;

/// An invalid setting, as one line that begins with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadSetting(String);

impl BadSetting {
    pub(crate) fn new(name: &str, why: impl fmt::Display) -> Self {
        Self(format!("{name}: {why}").replace(['\n', '\r'], " "))
    }
}

impl fmt::Display for BadSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadSetting {}
