//! Who looks on at every run of a runner.

use std::sync::Arc;

use stepflow::{BoxError, WorkflowEvent};

type Hook = dyn Fn(&WorkflowEvent<'_>) -> Result<(), BoxError> + Send + Sync;

/// Who looks on at every run of a runner.
#[derive(Clone, Default)]
pub(super) struct Hooks(Vec<Arc<Hook>>);

impl Hooks {
    pub(super) fn push(&mut self, hook: Arc<Hook>) {
        self.0.push(hook);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Arc<Hook>> {
        self.0.iter().map(Arc::clone)
    }
}
