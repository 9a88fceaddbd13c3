//! The pages of `stepflow-web` in a real browser: see the folder `browser`.
