//! Each call as one statement.

use std::time::Duration;

use stepflow::Timestamp;
use stepflow_wizard::store::{
    Cap, Change, Created, LinkHash, NewLink, NewWizard, Owner, Phase, Saved, StoredWizard, Summary, WizardKey,
};

use super::{PostgresWizards, rows};
use crate::StoreError;
use crate::postgres::columns::{Parameter, signed};
use crate::postgres::rows::Reader;
use crate::postgres::time;

const CREATE: &str = include_str!("../sql/wizards/create.sql");
const DELETE: &str = include_str!("../sql/wizards/delete.sql");
const HAND_OVER: &str = include_str!("../sql/wizards/hand_over.sql");
const INTERRUPTED: &str = include_str!("../sql/wizards/interrupted.sql");
const LINK: &str = include_str!("../sql/wizards/link.sql");
const LINKED: &str = include_str!("../sql/wizards/linked.sql");
const LIST: &str = include_str!("../sql/wizards/list.sql");
const LOAD: &str = include_str!("../sql/wizards/load.sql");
const NOW: &str = "SELECT clock_timestamp() AS now";
const REDEEM: &str = include_str!("../sql/wizards/redeem.sql");
const SAVE: &str = include_str!("../sql/wizards/save.sql");
const SWEEP: &str = include_str!("../sql/wizards/sweep.sql");
const TOUCH: &str = include_str!("../sql/wizards/touch.sql");

impl PostgresWizards {
    pub(super) async fn add(&self, wizard: &NewWizard) -> Result<Created, StoreError> {
        let id = wizard.key.id.to_string();
        let submission = wizard.submission.map(|submission| submission.to_string());
        let parameters: [Parameter<'_>; 9] = [
            &id,
            &wizard.key.owner.as_str(),
            &wizard.wizard,
            &submission,
            &time::span(wizard.lifetime.idle),
            &time::span(wizard.lifetime.absolute),
            &wizard.state,
            &i64::from(wizard.caps.per_owner),
            &i64::from(wizard.caps.in_total),
        ];
        let found = self.pool.rows(CREATE, &parameters).await?;
        let place = &self.pool.place;
        let row = found.first().ok_or_else(|| StoreError::corrupt(format!("{place} gave no answer")))?;
        let row = Reader::of_wizard(row, &id, place);
        match row.get("outcome")? {
            "added" => {
                let (at, expires_at) = (row.time("made_at")?, row.time("over_at")?);
                Ok(Created::Added(Saved { revision: 1, at, expires_at }))
            }
            "owner is full" => Ok(Created::Full(Cap::PerOwner)),
            "store is full" => Ok(Created::Full(Cap::InTotal)),
            _ => Ok(Created::Exists),
        }
    }

    pub(super) async fn one(&self, key: &WizardKey) -> Result<Option<StoredWizard>, StoreError> {
        let found = self.pool.read(LOAD, &[&key.id.to_string(), &key.owner.as_str()]).await?;
        found.first().map(|row| rows::stored(row, &self.pool.place, self.limits)).transpose()
    }

    pub(super) async fn change(
        &self,
        key: &WizardKey,
        revision: u64,
        change: &Change,
    ) -> Result<Option<Saved>, StoreError> {
        let id = key.id.to_string();
        let submission = change.submission.flatten().map(|submission| submission.to_string());
        let parameters: [Parameter<'_>; 11] = [
            &id,
            &key.owner.as_str(),
            &signed(revision),
            &change.state.is_some(),
            &change.state.as_ref().and_then(|state| state.as_deref()),
            &change.submission.is_some(),
            &submission,
            &change.phase.map(Phase::as_str),
            &change.lease.map(time::span),
            &change.receipt,
            &change.keep_for.map(time::span),
        ];
        let found = self.pool.rows(SAVE, &parameters).await?;
        let Some(row) = found.first() else { return Ok(None) };
        let row = Reader::of_wizard(row, &id, &self.pool.place);
        let (at, expires_at) = (row.time("updated_at")?, row.time("expires_at")?);
        Ok(Some(Saved { revision: row.number("revision")?, at, expires_at }))
    }

    pub(super) async fn rest_anew(&self, key: &WizardKey) -> Result<Option<Timestamp>, StoreError> {
        let id = key.id.to_string();
        let found = self.pool.rows(TOUCH, &[&id, &key.owner.as_str()]).await?;
        let until = |row| Reader::of_wizard(row, &id, &self.pool.place).time("expires_at");
        found.first().map(until).transpose()
    }

    pub(super) async fn remove(&self, key: &WizardKey, revision: u64) -> Result<bool, StoreError> {
        let parameters: [Parameter<'_>; 3] = [&key.id.to_string(), &key.owner.as_str(), &signed(revision)];
        Ok(self.pool.count(DELETE, &parameters).await? > 0)
    }

    pub(super) async fn of_owner(&self, owner: &Owner, limit: u32) -> Result<Vec<Summary>, StoreError> {
        let found = self.pool.read(LIST, &[&owner.as_str(), &i64::from(limit)]).await?;
        found.iter().map(|row| rows::summary(row, &self.pool.place, self.limits)).collect()
    }

    pub(super) async fn broken_off(&self, wizard: &str, limit: u32) -> Result<Vec<WizardKey>, StoreError> {
        let found = self.pool.read(INTERRUPTED, &[&wizard, &i64::from(limit)]).await?;
        found.iter().map(|row| rows::key(row, &self.pool.place)).collect()
    }

    pub(super) async fn give(&self, from: &Owner, to: &Owner) -> Result<u32, StoreError> {
        self.pool.count(HAND_OVER, &[&from.as_str(), &to.as_str()]).await
    }

    pub(super) async fn make_link(
        &self,
        key: &WizardKey,
        link: &NewLink,
    ) -> Result<Option<Timestamp>, StoreError> {
        let (id, hash) = (key.id.to_string(), link.hash.to_string());
        let parameters: [Parameter<'_>; 4] = [&id, &key.owner.as_str(), &hash, &time::span(link.lifetime)];
        let found = self.pool.rows(LINK, &parameters).await?;
        let until = |row| Reader::of_wizard(row, &id, &self.pool.place).time("link_until");
        found.first().map(until).transpose()
    }

    pub(super) async fn behind(&self, hash: &LinkHash) -> Result<Option<StoredWizard>, StoreError> {
        let found = self.pool.read(LINKED, &[&hash.to_string()]).await?;
        found.first().map(|row| rows::stored(row, &self.pool.place, self.limits)).transpose()
    }

    pub(super) async fn use_up(&self, hash: &LinkHash, to: &Owner) -> Result<Option<WizardKey>, StoreError> {
        let found = self.pool.rows(REDEEM, &[&hash.to_string(), &to.as_str()]).await?;
        found.first().map(|row| rows::key(row, &self.pool.place)).transpose()
    }

    pub(super) async fn clean(&self, grace: Duration, limit: u32) -> Result<u32, StoreError> {
        self.pool.count(SWEEP, &[&time::span(grace), &i64::from(limit)]).await
    }

    pub(super) async fn clock(&self) -> Result<Timestamp, StoreError> {
        let found = self.pool.read(NOW, &[]).await?;
        let place = &self.pool.place;
        let row = found.first().ok_or_else(|| StoreError::corrupt(format!("{place} gave no answer")))?;
        Reader::of_wizard(row, "that is meant", place).time("now")
    }
}
