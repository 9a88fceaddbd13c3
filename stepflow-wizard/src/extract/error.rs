//! Why an extractor gives nothing.

use std::time::Duration;

use crate::error::BoxError;

/// Why an extractor gives nothing. None of its texts holds a key, or anything a person wrote.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExtractError {
    /// The service does not accept the key.
    #[error(
        "the service for extraction does not accept the key ({status}); check the key and what it may be used for"
    )]
    Denied {
        /// The status: 401 or 403.
        status: u16,
    },
    /// Something else, of an extractor that is not part of this crate.
    #[error("the extractor failed")]
    Failed(#[source] BoxError),
    /// The answer is not what was asked for.
    #[error("the service for extraction answered something that cannot be understood: {reason}")]
    Malformed {
        /// What is wrong with it.
        reason: &'static str,
        /// Where it is wrong, if it is no JSON.
        source: Option<serde_json::Error>,
    },
    /// Too many requests, or no budget left.
    #[error("the service for extraction takes no more requests for now")]
    RateLimited {
        /// When it may be asked again.
        retry_after: Option<Duration>,
    },
    /// The model declined to answer.
    #[error("the model declined to read the message")]
    Refused,
    /// A script has no more answers.
    #[error("the script of the extractor has no answer number {asked}")]
    ScriptEnded {
        /// Which answer was asked for, the first being 1.
        asked: usize,
    },
    /// The service answered with an error of its own.
    #[error("the service for extraction answered with status {status}{}", told(code))]
    Status {
        /// The status.
        status: u16,
        /// The service's own short name for it.
        code: Option<String>,
    },
    /// The answer did not come in time.
    #[error("the service for extraction did not answer within {} ms", after.as_millis())]
    TimedOut {
        /// How long was waited.
        after: Duration,
    },
    /// The answer is larger than any answer may be.
    #[error("the service for extraction answered with more than {allowed} bytes")]
    TooLarge {
        /// How many bytes are taken.
        allowed: usize,
    },
    /// The model's answer was cut off.
    #[error("the model's answer was cut off; allow it more tokens")]
    Truncated,
    /// The service cannot be reached, or went away.
    #[error("the service for extraction cannot be reached")]
    Unreachable(#[source] BoxError),
}

impl ExtractError {
    /// A failure of an extractor that is not part of this crate.
    pub fn failed(error: impl Into<BoxError>) -> Self {
        Self::Failed(error.into())
    }

    /// Whether the same request may do better later.
    ///
    /// ```
    /// use stepflow_wizard::extract::ExtractError;
    ///
    /// assert!(ExtractError::RateLimited { retry_after: None }.is_transient());
    /// assert!(!ExtractError::Denied { status: 401 }.is_transient());
    /// ```
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::RateLimited { .. } | Self::TimedOut { .. } | Self::Unreachable(_) => true,
            Self::Status { status, .. } => matches!(status, 408 | 409 | 500..),
            _ => false,
        }
    }
}

fn told(code: &Option<String>) -> String {
    code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default()
}
