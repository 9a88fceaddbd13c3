//! A request on its way, and what may happen to it there.

use std::fmt;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode, Url};
use serde_json::Value;

use super::builder::Limits;
use super::key::Key;
use crate::extract::ExtractError;

/// Letters of a service's own short name for an error.
const CODE: usize = 64;

/// A service, and how it is reached.
#[derive(Clone)]
pub(super) struct Service {
    pub(super) client: Client,
    pub(super) url: Url,
    pub(super) key: Option<Key>,
    pub(super) limits: Limits,
}

/// Why a try failed.
struct Failure {
    error: ExtractError,
    /// When the service wants to be asked again.
    retry_after: Option<Duration>,
}

impl From<ExtractError> for Failure {
    fn from(error: ExtractError) -> Self {
        let retry_after = match &error {
            ExtractError::RateLimited { retry_after } => *retry_after,
            _ => None,
        };
        Self { error, retry_after }
    }
}

impl Service {
    /// Sends a body, as often as it takes and is allowed, and gives the answer.
    pub(super) async fn post(&self, body: &Value) -> Result<Vec<u8>, ExtractError> {
        let limits = &self.limits;
        let waits = ExponentialBuilder::default()
            .with_min_delay(limits.first_wait)
            .with_max_delay(limits.longest_wait)
            .with_max_times(limits.retries)
            .with_jitter();
        let waits_for =
            |failure: &Failure| failure.retry_after.is_none_or(|wait| wait <= limits.longest_wait);
        let body = body.to_string();
        let tried = (|| self.try_once(&body))
            .retry(waits)
            .sleep(tokio::time::sleep)
            .when(|failure: &Failure| failure.error.is_transient() && waits_for(failure))
            .adjust(|failure: &Failure, wait| wait.map(|wait| failure.retry_after.unwrap_or(wait)))
            .await;
        tried.map_err(|failure| failure.error)
    }

    async fn try_once(&self, body: &str) -> Result<Vec<u8>, Failure> {
        let mut request = self
            .client
            .post(self.url.clone())
            .timeout(self.limits.timeout)
            .header(CONTENT_TYPE, "application/json")
            .body(body.to_owned());
        if let Some(Key(key)) = &self.key {
            request = request.header(AUTHORIZATION, key.clone());
        }
        let response = request.send().await.map_err(|error| self.not_reached(error))?;
        let (status, retry_after) = (response.status(), asked_to_wait(response.headers()));
        let answer = self.take(response).await;
        if status.is_success() {
            return Ok(answer?);
        }
        // What the service says about it may repeat what it was sent: only its short name is looked at.
        let code = answer.ok().and_then(|answer| code_of(&answer));
        Err(Failure { error: refused(status, code, retry_after), retry_after })
    }

    /// The answer, unless it is larger than any may be.
    async fn take(&self, mut response: Response) -> Result<Vec<u8>, ExtractError> {
        let allowed = self.limits.answer_bytes;
        let mut answer = Vec::new();
        while let Some(part) = response.chunk().await.map_err(|error| self.not_reached(error))? {
            if answer.len() + part.len() > allowed {
                return Err(ExtractError::TooLarge { allowed });
            }
            answer.extend_from_slice(&part);
        }
        Ok(answer)
    }

    fn not_reached(&self, error: reqwest::Error) -> ExtractError {
        if error.is_timeout() {
            return ExtractError::TimedOut { after: self.limits.timeout };
        }
        ExtractError::Unreachable(error.without_url().into())
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.url.origin().ascii_serialization();
        f.debug_struct("Service")
            .field("address", &address)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

fn refused(status: StatusCode, code: Option<String>, retry_after: Option<Duration>) -> ExtractError {
    match status.as_u16() {
        status @ (401 | 403) => ExtractError::Denied { status },
        // No wait helps against an empty purse.
        429 if code.as_deref() != Some("insufficient_quota") => ExtractError::RateLimited { retry_after },
        status => ExtractError::Status { status, code },
    }
}

/// How long the service wants to be left alone, if it says so in seconds.
fn asked_to_wait(headers: &HeaderMap) -> Option<Duration> {
    let said = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<u32>().ok();
    let exact = said("retry-after-ms").map(|ms| Duration::from_millis(ms.into()));
    exact.or_else(|| said(RETRY_AFTER.as_str()).map(|seconds| Duration::from_secs(seconds.into())))
}

/// The service's own short name for an error, if it looks like one.
fn code_of(answer: &[u8]) -> Option<String> {
    let answer: Value = serde_json::from_slice(answer).ok()?;
    let error = answer.get("error")?;
    let code = ["code", "type"].iter().find_map(|key| error.get(key)?.as_str())?;
    let plain = |letter: char| letter.is_ascii_lowercase() || letter == '_';
    (!code.is_empty() && code.len() <= CODE && code.chars().all(plain)).then(|| code.to_owned())
}
