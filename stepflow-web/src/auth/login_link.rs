//! A link that is printed where the service was started, and lets in whoever has it, once.

use std::fmt;
use std::future::ready;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use maud::html;
use stepflow::Timestamp;

use super::{AuthFuture, Authenticate, Principal, SignIn, SignInPage, SignInStep};
use crate::token::{NoRandomness, Secret, SecretHash};

/// Lets in whoever has a link that was handed out here: once, and for ten minutes.
///
/// Opening the link changes nothing, so a program that looks at links does not use it up; the button on the page does. Of
/// the link only a hash is kept, and one link is valid at a time. [`serve`](crate::serve) prints one at the start.
///
/// ```
/// use stepflow::{Clock, SystemClock};
/// use stepflow_web::Security;
/// use stepflow_web::auth::{LoginLink, Principal};
///
/// let link = LoginLink::new(Principal::new("night-shift")?.with_role("approver"));
/// let secret = link.issue(SystemClock::new().now())?;
/// let address = format!("https://approvals.example.com/_sign-in?key={}", secret.text());
/// let security = Security::new().authenticate(link);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct LoginLink {
    principal: Principal,
    lasts: Duration,
    valid: Arc<Mutex<Option<Valid>>>,
    announce: Option<Arc<Announce>>,
}

type Announce = dyn Fn(&Secret) + Send + Sync;

/// The one link that works.
#[derive(Clone, Copy)]
struct Valid {
    hash: SecretHash,
    from: Timestamp,
    until: Timestamp,
}

/// Strangers may ask for a new link no sooner after the last one.
const PAUSE: Duration = Duration::from_secs(60);

/// The field that has the secret, in the link and in the form.
const KEY: &str = "key";

impl LoginLink {
    /// Whoever has a link is this person.
    #[must_use]
    pub fn new(principal: Principal) -> Self {
        Self { principal, lasts: Duration::from_secs(600), valid: Arc::default(), announce: None }
    }

    /// Where a new link is shown that somebody asks for on the page to sign in: to whoever may have it, never to the one
    /// who asks. Without it nobody can ask. At most one a minute is made.
    #[must_use]
    pub fn announce(mut self, announce: impl Fn(&Secret) + Send + Sync + 'static) -> Self {
        self.announce = Some(Arc::new(announce));
        self
    }

    /// A link lasts this long.
    #[must_use]
    pub fn lasts(mut self, lasts: Duration) -> Self {
        self.lasts = lasts;
        self
    }

    /// A new link; the one before is void. It belongs into the field `key` of the address to sign in.
    ///
    /// # Errors
    ///
    /// When the system has no random numbers to give.
    pub fn issue(&self, now: Timestamp) -> Result<Secret, NoRandomness> {
        let secret = Secret::new()?;
        let until = now.checked_add(self.lasts).unwrap_or(Timestamp::MAX);
        *self.lock() = Some(Valid { hash: secret.hash(), from: now, until });
        Ok(secret)
    }

    /// Uses the link up, if it is the one.
    fn redeem(&self, key: &str, now: Timestamp) -> bool {
        let mut valid = self.lock();
        let is_right = valid.is_some_and(|valid| now < valid.until && valid.hash.matches(key));
        if is_right {
            *valid = None;
        }
        is_right
    }

    /// Shows a new link, unless the last one is too new.
    fn show_another(&self, now: Timestamp) -> Result<SignInStep, NoRandomness> {
        let Some(announce) = &self.announce else { return Ok(SignInStep::Nothing) };
        let too_soon = self.lock().is_some_and(|valid| now.duration_since(valid.from).unsigned_abs() < PAUSE);
        if !too_soon {
            announce(&self.issue(now)?);
        }
        Ok(SignInStep::Page(SignInPage::new(
            "Look where this service was started",
            "A link is shown there. It works once, and not for long; at most one a minute is made.",
        )))
    }

    fn lock(&self) -> MutexGuard<'_, Option<Valid>> {
        self.valid.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn step(&self, request: &SignIn<'_>) -> Result<SignInStep, NoRandomness> {
        if !request.path.is_empty() {
            return Ok(SignInStep::Nothing);
        }
        let key = request.fields.one(KEY);
        if key.is_none() && request.posted {
            return self.show_another(request.approach.now);
        }
        Ok(match key {
            Some(key) if request.posted => {
                if self.redeem(key, request.approach.now) {
                    return Ok(SignInStep::Done(self.principal.clone()));
                }
                let text = "A link works once, and not for long. You need another one.";
                SignInStep::Refused(SignInPage::new("This link is no longer valid", text))
            }
            Some(key) => SignInStep::Page(
                SignInPage::new("Sign in", "The link that brought you here works once.").form(html! {
                    input type="hidden" name=(KEY) value=(key);
                    button.sf-button type="submit" { "Sign in" }
                }),
            ),
            None => {
                let text = "Open the link that was shown where this service was started.";
                let page = SignInPage::new("Sign in", text);
                SignInStep::Page(match &self.announce {
                    Some(_) => page.form(html! {
                        button.sf-second type="submit" { "Show another link there" }
                    }),
                    None => page,
                })
            }
        })
    }
}

impl Authenticate for LoginLink {
    fn sign_in<'a>(&'a self, request: SignIn<'a>) -> AuthFuture<'a, SignInStep> {
        Box::pin(ready(self.step(&request).map_err(Into::into)))
    }

    fn can_sign_in(&self) -> bool {
        true
    }
}

impl fmt::Debug for LoginLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginLink")
            .field("principal", &self.principal)
            .field("lasts", &self.lasts)
            .finish_non_exhaustive()
    }
}
