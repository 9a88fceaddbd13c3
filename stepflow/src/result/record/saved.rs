//! A record as it is written and read: as if what is rare stood beside the rest.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Failure, Rare, RouteDecision, RunRecord, WorkflowStatus};
use crate::approval::ApprovalPause;
use crate::error::HookError;
use crate::result::StepResult;
use crate::run_id::RunId;
use crate::time::Moment;

/// What it has none of is left out.
#[derive(Serialize)]
#[serde(rename = "RunRecord")]
struct Written<'a> {
    workflow_name: &'a str,
    run_id: &'a RunId,
    status: WorkflowStatus,
    started_at: Moment,
    finished_at: Moment,
    steps: &'a [StepResult],
    #[serde(skip_serializing_if = "<[RouteDecision]>::is_empty")]
    route_trace: &'a [RouteDecision],
    #[serde(skip_serializing_if = "Option::is_none")]
    pause: Option<&'a ApprovalPause>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<&'a Failure>,
    #[serde(skip_serializing_if = "<[Arc<HookError>]>::is_empty")]
    hook_errors: &'a [Arc<HookError>],
}

#[derive(Deserialize)]
#[serde(rename = "RunRecord", deny_unknown_fields)]
struct Read {
    workflow_name: Cow<'static, str>,
    run_id: RunId,
    status: WorkflowStatus,
    started_at: Moment,
    finished_at: Moment,
    steps: Vec<StepResult>,
    #[serde(default)]
    route_trace: Vec<RouteDecision>,
    #[serde(default)]
    pause: Option<Box<ApprovalPause>>,
    #[serde(default)]
    failure: Option<Failure>,
    #[serde(default)]
    hook_errors: Vec<Arc<HookError>>,
}

impl Serialize for RunRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let written = Written {
            workflow_name: &self.workflow_name,
            run_id: &self.run_id,
            status: self.status,
            started_at: self.started_at,
            finished_at: self.finished_at,
            steps: &self.steps,
            route_trace: &self.route_trace,
            pause: self.pause(),
            failure: self.failure(),
            hook_errors: self.hook_errors(),
        };
        written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RunRecord {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = Read::deserialize(deserializer)?;
        let rare = Rare { pause: read.pause, failure: read.failure, hook_errors: read.hook_errors };
        Ok(Self {
            workflow_name: read.workflow_name,
            run_id: read.run_id,
            status: read.status,
            started_at: read.started_at,
            finished_at: read.finished_at,
            steps: read.steps,
            route_trace: read.route_trace,
            rare: rare.boxed(),
        })
    }
}
