//! Behaviour of stepflow, as its users see it.

mod traces;
