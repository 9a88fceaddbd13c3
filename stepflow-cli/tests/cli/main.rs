//! The tool as people and programs use it: a process beside others that work on the same store.

#![expect(
    clippy::needless_pass_by_value,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at what should not be, and hands its literals over"
)]

mod beside;
mod exits;
mod help;
mod json;
mod race;
mod screens;
mod steady;
mod terminal;
mod tool;
mod world;

/// Makes each of these functions a test on an SQLite file and on PostgreSQL. Where no server can be had, a test
/// returns early: that has been said on standard error.
macro_rules! on_every_store {
    ($($test:ident),* $(,)?) => {
        crate::on_every_store!(@sqlite: $($test)*);
        #[cfg(unix)]
        crate::on_every_store!(@postgres: $($test)*);
    };
    (@$store:ident: $($test:ident)*) => {
        mod $store {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    if let Some(world) = crate::world::World::$store().await {
                        super::$test(world).await;
                    }
                }
            )*
        }
    };
}
pub(crate) use on_every_store;
