//! Behaviour tests of stepflow; they stand in `it`, `store` and `wizard`.
//!
//! The library itself holds what they share: a PostgreSQL [server](postgres), a [disk](SmallDisk) that is
//! soon full, and the guides, so that every code block in those is compiled and run.
#![cfg_attr(
    doctest,
    doc = include_str!("../../docs/coming-from-python.md"),
)]

#[cfg(unix)]
pub mod postgres;
mod skip;
#[cfg(unix)]
mod small_disk;

pub use self::skip::skip;
#[cfg(unix)]
pub use self::small_disk::SmallDisk;

/// Makes the code blocks of the guides doctests, each under its page's name.
#[cfg(doctest)]
mod guide {
    macro_rules! pages {
        ($($name:ident: $path:literal),* $(,)?) => {
            $(
                #[doc = include_str!($path)]
                mod $name {}
            )*
        };
    }

    pages! {
        approvals: "../../docs/guide/approvals.md",
        async_steps: "../../docs/guide/async.md",
        by_hand: "../../docs/guide/by-hand.md",
        cancellation: "../../docs/guide/cancellation.md",
        children: "../../docs/guide/children.md",
        definitions: "../../docs/guide/definitions.md",
        durable_runs: "../../docs/guide/durable-runs.md",
        errors: "../../docs/guide/errors.md",
        failure_routes: "../../docs/guide/failure-routes.md",
        fan_out: "../../docs/guide/fan-out.md",
        graph: "../../docs/guide/graph.md",
        hooks: "../../docs/guide/hooks.md",
        loops: "../../docs/guide/loops.md",
        observability: "../../docs/guide/observability.md",
        operations: "../../docs/guide/operations.md",
        pause_and_resume: "../../docs/guide/pause-and-resume.md",
        retries: "../../docs/guide/retries.md",
        routes: "../../docs/guide/routes.md",
        saved_wizards: "../../docs/guide/saved-wizards.md",
        testing: "../../docs/guide/testing.md",
        timeouts_and_budgets: "../../docs/guide/timeouts-and-budgets.md",
        web_api: "../../docs/guide/web-api.md",
        web_approvals: "../../docs/guide/web-approvals.md",
        web_security: "../../docs/guide/web-security.md",
        web_wizards: "../../docs/guide/web-wizards.md",
        wizard_extraction: "../../docs/guide/wizard-extraction.md",
        wizards_typed: "../../docs/guide/wizards-typed.md",
        wizards_yaml: "../../docs/guide/wizards-yaml.md",
    }
}
