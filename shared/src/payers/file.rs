use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::profiles::ProfileKey;
use super::rules::Rules;
use crate::error::{Error, FieldErrors, Result};

/// A profile as a file or a request has it. What its rules leave out is the usual.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileFile {
    /// Two capitals, or `any`.
    pub state: String,
    pub payer: String,
    pub program: String,
    /// Dates of service, both inclusive.
    pub effective_from: NaiveDate,
    #[serde(default)]
    pub effective_to: Option<NaiveDate>,
    /// Where the numbers come from, for people.
    #[serde(default, skip_serializing)]
    pub source: Option<String>,
    #[serde(default)]
    pub rules: Rules,
}

impl ProfileFile {
    /// Reads a profile from TOML.
    ///
    /// # Errors
    /// What is wrong, with its place in the file.
    pub fn parse(text: &str) -> Result<Self> {
        let file: Self =
            toml::from_str(text).map_err(|error| Error::invalid("profile", "unreadable", error.to_string()))?;
        file.check()?;
        Ok(file)
    }

    pub fn key(&self) -> ProfileKey {
        ProfileKey { state: self.state.clone(), payer: self.payer.clone(), program: self.program.clone() }
    }

    /// # Errors
    /// Every member that is wrong.
    pub fn check(&self) -> Result<()> {
        let mut errors = FieldErrors::default();
        self.key().check(&mut errors);
        if self.effective_to.is_some_and(|to| to < self.effective_from) {
            errors.add("effective_to", "before_start", "ends before it starts");
        }
        self.rules.check(&mut errors);
        errors.into_result()
    }
}
