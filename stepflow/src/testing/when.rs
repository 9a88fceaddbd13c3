//! Which attempts, at which visits.

use std::ops::{RangeFrom, RangeInclusive};

/// Which attempts at a step are meant, counted from 1: `1` is the first of each visit, `2..=3` the two after
/// it, `1..` all of them. In a loop, [`on_visit`](Self::on_visit) and [`from_visit`](Self::from_visit) say
/// at which visits.
///
/// ```
/// use stepflow::testing::{Faulty, When};
/// use stepflow::{Run, workflow};
///
/// struct Essay { state: u32 }
///
/// #[workflow(state = u32, max_visits = 5)]
/// impl Essay {
///     #[step]
///     fn write(&mut self) {
///         self.state += 1;
///     }
///     #[step(routes = { true => END, false => write })]
///     fn review(&mut self) -> bool {
///         self.state == 4
///     }
/// }
///
/// let essay = Faulty::new(Essay { state: 0 }).fail(Essay::WRITE, When::from(1..).from_visit(3), || "no ink");
/// let result = Run::new(essay).run();
/// assert_eq!(result.state, 2);
/// assert_eq!(result.error().map(|error| error.to_string()).as_deref(), Some("no ink"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    attempts: (u32, u32),
    visits: (u32, u32),
}

impl When {
    /// Every attempt at every visit.
    pub const ALWAYS: Self = Self { attempts: (1, u32::MAX), visits: (1, u32::MAX) };

    /// At this visit only, counted from 1.
    #[must_use]
    pub const fn on_visit(self, visit: u32) -> Self {
        Self { visits: (visit, visit), ..self }
    }

    /// At this visit and every later one.
    #[must_use]
    pub const fn from_visit(self, visit: u32) -> Self {
        Self { visits: (visit, u32::MAX), ..self }
    }

    pub(super) fn is_met(self, visit: u32, attempt: u32) -> bool {
        let within = |(first, last), n| first <= n && n <= last;
        within(self.attempts, attempt) && within(self.visits, visit)
    }
}

impl From<u32> for When {
    fn from(attempt: u32) -> Self {
        Self { attempts: (attempt, attempt), ..Self::ALWAYS }
    }
}

impl From<RangeFrom<u32>> for When {
    fn from(attempts: RangeFrom<u32>) -> Self {
        Self { attempts: (attempts.start, u32::MAX), ..Self::ALWAYS }
    }
}

impl From<RangeInclusive<u32>> for When {
    fn from(attempts: RangeInclusive<u32>) -> Self {
        Self { attempts: attempts.into_inner(), ..Self::ALWAYS }
    }
}
