//! What the macros of stepflow refuse, in which words, and what they must accept: see `ui.rs` and the folder `ui`.
