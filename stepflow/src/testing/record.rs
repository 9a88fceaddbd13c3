//! The record of a run of which nothing has happened yet.

use std::borrow::Cow;

use crate::result::RunRecord;
use crate::run_id::RunId;
use crate::time::Moment;

impl RunRecord {
    pub(super) fn blank(workflow_name: Cow<'static, str>, run_id: RunId, at: Moment) -> Self {
        Self { workflow_name, run_id, started_at: at, finished_at: at, ..Self::BLANK }
    }
}
