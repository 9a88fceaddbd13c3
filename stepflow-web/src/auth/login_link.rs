//! A link that is printed where the service was started, and lets in whoever has it, once.

use std::future::ready;
use std::sync::{Arc, Mutex, PoisonError};
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
#[derive(Debug, Clone)]
pub struct LoginLink {
    principal: Principal,
    lasts: Duration,
    valid: Arc<Mutex<Option<(SecretHash, Timestamp)>>>,
}

/// The field that has the secret, in the link and in the form.
const KEY: &str = "key";

impl LoginLink {
    /// Whoever has a link is this person.
    #[must_use]
    pub fn new(principal: Principal) -> Self {
        Self { principal, lasts: Duration::from_secs(600), valid: Arc::default() }
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
        *self.valid.lock().unwrap_or_else(PoisonError::into_inner) = Some((secret.hash(), until));
        Ok(secret)
    }

    /// Uses the link up, if it is the one.
    fn redeem(&self, key: &str, now: Timestamp) -> bool {
        let mut valid = self.valid.lock().unwrap_or_else(PoisonError::into_inner);
        let is_right = valid.is_some_and(|(hash, until)| now < until && hash.matches(key));
        if is_right {
            *valid = None;
        }
        is_right
    }

    fn step(&self, request: &SignIn<'_>) -> SignInStep {
        if !request.path.is_empty() {
            return SignInStep::Nothing;
        }
        match request.fields.one(KEY) {
            Some(key) if request.posted => {
                if self.redeem(key, request.approach.now) {
                    return SignInStep::Done(self.principal.clone());
                }
                SignInStep::Refused(SignInPage::new(
                    "This link is no longer valid",
                    "A link works once, and not for long. Start the service again to get another one.",
                ))
            }
            Some(key) => SignInStep::Page(
                SignInPage::new("Sign in", "The link that brought you here works once.").form(html! {
                    input type="hidden" name=(KEY) value=(key);
                    button.sf-button type="submit" { "Sign in" }
                }),
            ),
            None => SignInStep::Page(SignInPage::new(
                "Sign in",
                "Open the link that was printed where this service was started.",
            )),
        }
    }
}

impl Authenticate for LoginLink {
    fn sign_in<'a>(&'a self, request: SignIn<'a>) -> AuthFuture<'a, SignInStep> {
        Box::pin(ready(Ok(self.step(&request))))
    }

    fn can_sign_in(&self) -> bool {
        true
    }
}
