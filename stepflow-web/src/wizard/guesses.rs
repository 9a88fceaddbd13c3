//! How often somebody was wrong about the second fact of a link.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use stepflow_wizard::store::LinkHash;

/// So many wrong guesses make a link void.
const WRONG: u8 = 5;
/// So many links are remembered; the oldest are forgotten.
const LINKS: usize = 10_000;

#[derive(Default)]
pub(super) struct Guesses(Mutex<VecDeque<(LinkHash, u8)>>);

impl Guesses {
    /// Counts a wrong guess, and says whether it was the last one.
    pub(super) fn is_last(&self, token: &str) -> bool {
        let hash = LinkHash::of(token);
        let mut links = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, wrong)) = links.iter_mut().find(|(known, _)| *known == hash) {
            *wrong = wrong.saturating_add(1);
            return *wrong >= WRONG;
        }
        if links.len() >= LINKS {
            links.pop_front();
        }
        links.push_back((hash, 1));
        false
    }
}
