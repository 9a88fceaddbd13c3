//! What people do with runs, on every store.

#![expect(clippy::unwrap_used, reason = "a test stops at what should not be")]

mod cancel;
mod decide;
mod desk;
mod details;
mod fork;
mod hold;
mod list;
mod pending;
mod race;
mod remove;
mod retry;
mod rivals;
mod settle;
mod workflows;

/// Makes each of these functions a test on every store. Where there is no server for a store, its tests return
/// early: they have said so on standard error.
macro_rules! on_every_store {
    ($($test:ident),* $(,)?) => {
        on_every_store!(@memory: $($test)*);
        #[cfg(unix)]
        on_every_store!(@postgres: $($test)*);
        on_every_store!(@sqlite: $($test)*);
    };
    (@$store:ident: $($test:ident)*) => {
        mod $store {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $test() {
                    if let Some(desk) = crate::runs::desk::Desk::$store().await {
                        super::$test(desk).await;
                    }
                }
            )*
        }
    };
}
pub(crate) use on_every_store;
