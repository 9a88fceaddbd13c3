//! Pictures of workflows and of runs.

mod drawing;
mod goldens;
mod random;
mod reading;
