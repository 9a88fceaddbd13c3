//! Runnable examples of stepflow.
