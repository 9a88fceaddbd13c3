//! Whoever finds values in texts.

use std::future::{Future, ready};
use std::pin::Pin;

use super::{ExtractError, Extraction, ExtractionRequest};

/// What [`Extractor::extract`] gives.
pub type ExtractFuture<'a> = Pin<Box<dyn Future<Output = Result<Extraction, ExtractError>> + Send + 'a>>;

/// Finds values in texts.
///
/// The text is data, whatever it says; what comes back is data too, and is validated before it counts. An extractor
/// leaves out what the text does not say, and its confidence is about the values that it gives, not about those that
/// it did not find.
///
/// ```
/// use stepflow_wizard::extract::{Extraction, ExtractionRequest, ExtractFuture, Extractor};
///
/// /// Finds nothing, ever.
/// struct Deaf;
///
/// impl Extractor for Deaf {
///     fn extract<'a>(&'a self, _request: &'a ExtractionRequest) -> ExtractFuture<'a> {
///         Box::pin(async { Ok(Extraction::nothing()) })
///     }
/// }
/// let extractor: Box<dyn Extractor> = Box::new(Deaf);
/// # drop(extractor);
/// ```
pub trait Extractor: Send + Sync {
    /// Finds the values that are asked for.
    ///
    /// # Errors
    ///
    /// The future fails when there is no telling what the text says: the extractor cannot be reached, or answers what
    /// cannot be understood. That a text says nothing is no error.
    fn extract<'a>(&'a self, request: &'a ExtractionRequest) -> ExtractFuture<'a>;
}

/// Finds values in texts, without a runtime. Closures do, too.
///
/// ```
/// use stepflow_wizard::extract::{BlockingExtractor, Extraction, ExtractionRequest};
///
/// let yes = |request: &ExtractionRequest| Ok(Extraction::new([("agreed", request.text.contains("yes"))], 0.9));
/// let extractor: &dyn BlockingExtractor = &yes;
/// # let _ = extractor;
/// ```
pub trait BlockingExtractor: Send + Sync {
    /// Finds the values that are asked for.
    ///
    /// # Errors
    ///
    /// As for [`Extractor::extract`].
    fn extract(&self, request: &ExtractionRequest) -> Result<Extraction, ExtractError>;
}

impl<F> BlockingExtractor for F
where
    F: Fn(&ExtractionRequest) -> Result<Extraction, ExtractError> + Send + Sync,
{
    fn extract(&self, request: &ExtractionRequest) -> Result<Extraction, ExtractError> {
        self(request)
    }
}

/// An extractor without a runtime where one with a runtime is asked for. It answers at once, or holds up the thread.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a wrapper of what it is made from")]
pub struct Blocking<E>(pub E);

impl<E: BlockingExtractor> Extractor for Blocking<E> {
    fn extract<'a>(&'a self, request: &'a ExtractionRequest) -> ExtractFuture<'a> {
        Box::pin(ready(self.0.extract(request)))
    }
}
