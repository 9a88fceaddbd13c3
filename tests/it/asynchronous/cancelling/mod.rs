//! Somebody wants a run to stop.

mod points;
