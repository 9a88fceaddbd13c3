//! What a user of the API may set.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use stepflow_wizard::Map;

use crate::token::Keys;
use crate::{Security, Visitor};

pub(super) type Initial = Arc<dyn Fn(&str, &Visitor) -> Map + Send + Sync>;

/// How [`api_router`](super::api_router) behaves.
///
/// ```
/// use stepflow_web::token::{Key, Keys};
/// use stepflow_web::{ApiOptions, Security};
///
/// let options = ApiOptions::new()
///     .title("Registration")
///     .security(Security::new())
///     .sealed(Keys::new(Key::generate()?));
/// # let _ = options;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ApiOptions {
    pub(super) security: Security,
    pub(super) title: Cow<'static, str>,
    pub(super) sealed: Option<Keys>,
    pub(super) initial: Option<Initial>,
    pub(super) idempotency_keys: usize,
}

impl ApiOptions {
    /// The defaults: wizards are kept on the server.
    #[must_use]
    pub fn new() -> Self {
        Self {
            security: Security::new(),
            title: Cow::Borrowed("Wizards"),
            sealed: None,
            initial: None,
            idempotency_keys: 10_000,
        }
    }

    /// What stands between the world and the API. Routers that share one share sessions.
    #[must_use]
    pub fn security(self, security: Security) -> Self {
        Self { security, ..self }
    }

    /// The title of the OpenAPI document.
    #[must_use]
    pub fn title(self, title: impl Into<Cow<'static, str>>) -> Self {
        Self { title: title.into(), ..self }
    }

    /// Lets callers keep the state themselves, as a token that is sealed with these keys: nobody else can read it, and
    /// nobody can change it.
    ///
    /// An earlier token stays valid until it expires, so that a caller can go back to it; what is submitted is
    /// submitted once all the same, for the store remembers it.
    #[must_use]
    pub fn sealed(self, keys: Keys) -> Self {
        Self { sealed: Some(keys), ..self }
    }

    /// What is known of somebody before they begin the wizard of this name. Nothing of it comes from the caller.
    #[must_use]
    pub fn initial(self, known: impl Fn(&str, &Visitor) -> Map + Send + Sync + 'static) -> Self {
        Self { initial: Some(Arc::new(known)), ..self }
    }

    /// How many values of `Idempotency-Key` are remembered, so that one that is used for something else is refused. By
    /// default 10,000. That nothing is submitted twice does not depend on it.
    #[must_use]
    pub fn idempotency_keys(self, at_most: usize) -> Self {
        Self { idempotency_keys: at_most, ..self }
    }
}

impl Default for ApiOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for ApiOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiOptions")
            .field("security", &self.security)
            .field("title", &self.title)
            .field("sealed", &self.sealed.is_some())
            .field("initial", &self.initial.is_some())
            .field("idempotency_keys", &self.idempotency_keys)
            .finish()
    }
}
