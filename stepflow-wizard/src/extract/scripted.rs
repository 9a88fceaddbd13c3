//! An extractor that has learned its answers.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{BlockingExtractor, ExtractError, ExtractFuture, Extraction, ExtractionRequest, Extractor};

/// An extractor that gives the answers it was told, one per question, and remembers the questions. For tests.
///
/// ```
/// use stepflow_wizard::extract::{Extraction, ExtractError, ScriptedExtractor};
///
/// let extractor = ScriptedExtractor::new([Extraction::new([("age", 36)], 0.9)])
///     .then_fail(ExtractError::RateLimited { retry_after: None });
/// assert_eq!(extractor.left(), 2);
/// assert!(extractor.requests().is_empty());
/// ```
#[derive(Debug, Default)]
pub struct ScriptedExtractor(Mutex<Script>);

#[derive(Debug, Default)]
struct Script {
    answers: VecDeque<Result<Extraction, ExtractError>>,
    requests: Vec<ExtractionRequest>,
}

impl ScriptedExtractor {
    /// One that gives these answers.
    pub fn new(answers: impl IntoIterator<Item = Extraction>) -> Self {
        let answers = answers.into_iter().map(Ok).collect();
        Self(Mutex::new(Script { answers, requests: Vec::new() }))
    }

    /// The same, with one more answer.
    #[must_use]
    pub fn then(self, answer: Extraction) -> Self {
        self.script().answers.push_back(Ok(answer));
        self
    }

    /// The same, with a failure after the other answers.
    #[must_use]
    pub fn then_fail(self, error: ExtractError) -> Self {
        self.script().answers.push_back(Err(error));
        self
    }

    /// What it was asked so far.
    #[must_use]
    pub fn requests(&self) -> Vec<ExtractionRequest> {
        self.script().requests.clone()
    }

    /// How many answers it has left.
    #[must_use]
    pub fn left(&self) -> usize {
        self.script().answers.len()
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self, request: &ExtractionRequest) -> Result<Extraction, ExtractError> {
        let mut script = self.script();
        script.requests.push(request.clone());
        let asked = script.requests.len();
        script.answers.pop_front().unwrap_or(Err(ExtractError::ScriptEnded { asked }))
    }
}

impl BlockingExtractor for ScriptedExtractor {
    fn extract(&self, request: &ExtractionRequest) -> Result<Extraction, ExtractError> {
        self.next(request)
    }
}

impl Extractor for ScriptedExtractor {
    fn extract<'a>(&'a self, request: &'a ExtractionRequest) -> ExtractFuture<'a> {
        Box::pin(std::future::ready(self.next(request)))
    }
}
