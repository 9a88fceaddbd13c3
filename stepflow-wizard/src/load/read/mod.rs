//! From values with places to a blueprint, one object of the format to a file. Everything that is wrong is told,
//! and what can be read all the same is read.

mod collect;
mod condition;
mod derivation;
mod flow;
mod function;
mod navigation;
mod object;
mod scalar;
mod settings;
mod shape;
mod stage;
mod task;
mod text;
mod transition;
mod wizard;

use super::source::{Doubt, Flaw, Sources, Spot};
use crate::Functions;
use crate::definition::Parity;
use crate::error::{DefinitionCode, DefinitionError, Warning, WarningCode};

pub(super) use self::collect::{CAPTURE, SPOKEN};
pub(super) use self::derivation::WHEN;
pub(super) use self::flow::networks;
pub(super) use self::settings::{
    ACCEPT, CHANGED, INCOMPLETE, PARITY, SNAPSHOTS, UNKNOWN_FIELDS, limits_by_key,
};
pub(super) use self::stage::SCOPE;
pub(super) use self::text::looks_like_template;
pub(super) use self::transition::INTO_SUBFLOW;
pub(super) use self::wizard::read;

/// What is read with, and what is found on the way.
pub(super) struct Reader<'a> {
    pub(super) sources: &'a Sources,
    pub(super) functions: &'a Functions,
    pub(super) parity: Option<Parity>,
    /// Whether unknown keys are only worth a warning.
    pub(super) lenient: bool,
    pub(super) errors: Vec<DefinitionError>,
    pub(super) warnings: Vec<Warning>,
}

impl Reader<'_> {
    pub(super) fn error(
        &mut self,
        spot: Spot,
        path: impl Into<String>,
        code: DefinitionCode,
        message: impl Into<String>,
    ) -> &mut DefinitionError {
        let error = self.sources.place_error(DefinitionError::new(path, code, message), spot);
        self.errors.push(error);
        let last = self.errors.len() - 1;
        &mut self.errors[last]
    }

    pub(super) fn warn(
        &mut self,
        spot: Spot,
        path: impl Into<String>,
        code: WarningCode,
        message: impl Into<String>,
    ) -> &mut Warning {
        let warning = self.sources.place_warning(Warning::new(path, code, message), spot);
        self.warnings.push(warning);
        let last = self.warnings.len() - 1;
        &mut self.warnings[last]
    }

    /// Whether the original let this pass.
    pub(super) fn original(&self) -> bool {
        self.parity == Some(Parity::Dataknobs069)
    }
}

impl Sources {
    pub(super) fn place_error(&self, mut error: DefinitionError, spot: Spot) -> DefinitionError {
        error.place = error.place.or(spot.place);
        error.file = self.texts.get(spot.file).and_then(|source| source.name.clone());
        error
    }

    pub(super) fn place_warning(&self, mut warning: Warning, spot: Spot) -> Warning {
        warning.place = warning.place.or(spot.place);
        warning.file = self.texts.get(spot.file).and_then(|source| source.name.clone());
        warning
    }

    pub(super) fn flaw(&self, flaw: Flaw) -> DefinitionError {
        let error = DefinitionError { hint: flaw.hint, ..DefinitionError::new("", flaw.code, flaw.message) };
        self.place_error(error, flaw.spot)
    }

    pub(super) fn doubt(&self, doubt: Doubt) -> Warning {
        let warning = Warning { hint: doubt.hint, ..Warning::new("", WarningCode::Style, doubt.message) };
        self.place_warning(warning, doubt.spot)
    }
}
