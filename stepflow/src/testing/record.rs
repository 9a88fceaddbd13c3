//! The record of a run of which nothing has happened yet.

use std::borrow::Cow;

use crate::result::{RunRecord, WorkflowStatus};
use crate::run_id::RunId;
use crate::time::Moment;

impl RunRecord {
    pub(super) fn blank(workflow_name: Cow<'static, str>, run_id: RunId, at: Moment) -> Self {
        Self {
            workflow_name,
            run_id,
            status: WorkflowStatus::Succeeded,
            started_at: at,
            finished_at: at,
            steps: Vec::new(),
            route_trace: Vec::new(),
            pause: None,
            failure: None,
            hook_errors: Vec::new(),
        }
    }
}
