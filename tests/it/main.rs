//! Behaviour of workflows, as a user sees it.
mod smoke;
