//! Ids and secrets: from the system's own generator, for nobody may foresee them.

use super::WizardsError;
use crate::store::{SubmissionId, WizardId};

pub(super) fn wizard() -> Result<WizardId, WizardsError> {
    bytes().map(WizardId::from_random)
}

pub(super) fn submission() -> Result<SubmissionId, WizardsError> {
    bytes().map(SubmissionId::from_random)
}

pub(super) fn seed() -> Result<u64, WizardsError> {
    bytes().map(u64::from_le_bytes)
}

/// 256 bits, as 64 hexadecimal digits.
pub(super) fn secret() -> Result<String, WizardsError> {
    let bytes: [u8; 32] = bytes()?;
    let mut text = String::with_capacity(64);
    // Writing to a text does not fail.
    let _ = crate::store::hex(&bytes, &mut text);
    Ok(text)
}

fn bytes<const N: usize>() -> Result<[u8; N], WizardsError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| WizardsError::Chance(error.into()))?;
    Ok(bytes)
}
