//! Stopping a run from outside.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Asks runs to stop. Clones share one wish: cancelling any of them cancels all.
///
/// A run looks at it before every step, attempt, question and wait; the async driver also at every
/// `.await` inside a step. Children stop with their parent. A run that is over stays as it ended.
///
/// ```
/// use stepflow::{CancelToken, Run, WorkflowStatus, workflow};
///
/// struct Count { state: u32, token: CancelToken }
///
/// #[workflow(state = u32)]
/// impl Count {
///     #[step]
///     fn first(&mut self) {
///         self.state += 1;
///         self.token.cancel();
///     }
///     #[step]
///     fn second(&mut self) {
///         self.state += 1;
///     }
/// }
///
/// let token = CancelToken::new();
/// let result = Run::new(Count { state: 0, token: token.clone() }).cancel_on(token).run();
/// assert_eq!(result.status(), WorkflowStatus::Cancelled);
/// assert_eq!(result.state, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct CancelToken(Arc<Wish>);

#[derive(Default)]
struct Wish {
    cancelled: AtomicBool,
    children: Mutex<Vec<Weak<Self>>>,
    #[cfg(feature = "tokio")]
    told: tokio::sync::Notify,
}

impl CancelToken {
    /// A token that nobody has cancelled.
    ///
    /// ```
    /// use stepflow::CancelToken;
    ///
    /// assert!(!CancelToken::new().is_cancelled());
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks every run that was given this token, or a child of it, to stop. More calls change nothing.
    ///
    /// ```
    /// use stepflow::{CancelToken, Run, workflow};
    ///
    /// # struct Parcel { state: u32 }
    /// # #[workflow(state = u32)]
    /// # impl Parcel {
    /// #     #[step]
    /// #     fn weigh(&mut self) {
    /// #         self.state += 1;
    /// #     }
    /// # }
    /// let shutdown = CancelToken::new();
    /// let run = Run::new(Parcel { state: 0 }).cancel_on(shutdown.clone());
    /// shutdown.cancel();
    /// assert_eq!(run.run().state, 0);
    /// ```
    pub fn cancel(&self) {
        if self.0.cancelled.swap(true, Ordering::AcqRel) {
            return;
        }
        #[cfg(feature = "tokio")]
        self.0.told.notify_waiters();
        let children = std::mem::take(&mut *self.children());
        for child in children.iter().filter_map(Weak::upgrade) {
            Self(child).cancel();
        }
    }

    /// Whether somebody has.
    ///
    /// ```
    /// use stepflow::CancelToken;
    ///
    /// let (mine, yours) = { let token = CancelToken::new(); (token.clone(), token) };
    /// mine.cancel();
    /// assert!(yours.is_cancelled());
    /// ```
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Acquire)
    }

    /// A token that is cancelled with this one, and can be cancelled without it.
    ///
    /// ```
    /// use stepflow::CancelToken;
    ///
    /// let (all, one) = { let all = CancelToken::new(); let one = all.child(); (all, one) };
    /// one.cancel();
    /// assert!(!all.is_cancelled());
    /// let other = all.child();
    /// all.cancel();
    /// assert!(other.is_cancelled());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn child(&self) -> Self {
        let child = Self::new();
        {
            let mut children = self.children();
            children.retain(|known| known.strong_count() > 0);
            children.push(Arc::downgrade(&child.0));
        }
        // After the child is listed, so that a wish that comes in between is not lost.
        if self.is_cancelled() {
            child.cancel();
        }
        child
    }

    /// Returns when somebody has cancelled the token.
    ///
    /// ```
    /// use stepflow::CancelToken;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let token = CancelToken::new();
    /// let told = token.clone();
    /// let watcher = tokio::spawn(async move {
    ///     told.cancelled().await;
    ///     "closing the door"
    /// });
    /// token.cancel();
    /// assert_eq!(watcher.await?, "closing the door");
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "tokio")]
    pub async fn cancelled(&self) {
        let mut told = std::pin::pin!(self.0.told.notified());
        // From here on no call is missed.
        told.as_mut().enable();
        if !self.is_cancelled() {
            told.await;
        }
    }

    fn children(&self) -> std::sync::MutexGuard<'_, Vec<Weak<Wish>>> {
        // Nothing can panic while the lock is held; a list is a list.
        self.0.children.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for CancelToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancelToken").field("cancelled", &self.is_cancelled()).finish_non_exhaustive()
    }
}
