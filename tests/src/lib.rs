//! Behaviour tests of stepflow.
