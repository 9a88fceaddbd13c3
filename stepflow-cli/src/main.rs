//! The command-line tool of stepflow.

fn main() {}
