//! Keeps the lease of a runner, and joins anew when it was lost.

use std::sync::Arc;
use std::time::Duration;

use stepflow::CancelToken;
use tokio::time::{Instant, timeout, timeout_at};

use super::clock::RunClock;
use super::membership::Membership;
use super::settings::Settings;
use super::shared::{Shared, TARGET};
use super::wait::{pause_after, unless};
use crate::{Renewed, Store, StoreError, WorkerId};

/// Makes this process known to the store.
pub(super) async fn join(
    store: &dyn Store,
    settings: &Settings,
    stopped: &CancelToken,
) -> Result<Membership, StoreError> {
    let worker = Membership::name(&settings.name);
    // What the store counts from is later.
    let asked = Instant::now();
    store.join(&worker, settings.lease).await?;
    Ok(Membership::new(worker, asked + settings.lease, stopped))
}

/// Keeps the lease until the runner is stopped.
pub(super) async fn keep(shared: Arc<Shared>) {
    unless(&shared.stopped, async {
        let mut failed = 0;
        let mut pause = shared.settings.beat();
        loop {
            let _ = timeout(pause, shared.beat.notified()).await;
            let membership = shared.membership();
            let beat = renew(&shared, &membership).await;
            if shared.stopped.is_cancelled() {
                // The runtime may be going too, and its timer with it.
                return;
            }
            match beat {
                Beat::Alive(renewed) => {
                    failed = 0;
                    pause = shared.settings.beat();
                    heed(&shared, &renewed);
                }
                Beat::Unanswered(error) => {
                    failed += 1;
                    pause = pause_after(failed).min(shared.settings.beat());
                    tracing::warn!(target: TARGET, worker = %membership.worker, %error, "the lease was not renewed");
                }
                Beat::Lost => {
                    tracing::warn!(target: TARGET, worker = %membership.worker, "the lease is lost");
                    membership.gone.cancel();
                    rejoin(&shared, &membership.worker).await;
                    failed = 0;
                    pause = shared.settings.beat();
                }
            }
        }
    })
    .await;
}

enum Beat {
    Alive(Renewed),
    Lost,
    Unanswered(StoreError),
}

async fn renew(shared: &Shared, membership: &Membership) -> Beat {
    let lease = shared.settings.lease;
    let asked = Instant::now();
    match timeout_at(membership.until(), shared.store.renew(&membership.worker, lease)).await {
        Ok(Ok(renewed)) if renewed.alive => {
            membership.extend(asked + lease);
            Beat::Alive(renewed)
        }
        Ok(Err(error)) if !error.is_lease_lost() && Instant::now() < membership.until() => {
            Beat::Unanswered(error)
        }
        // Over by the store's clock, or for all that this process can know.
        _ => Beat::Lost,
    }
}

/// What people and due dates want.
fn heed(shared: &Shared, renewed: &Renewed) {
    let active = shared.active();
    for run in &renewed.cancelled {
        if let Some(slot) = active.get(run) {
            slot.cancel.cancel();
        }
    }
    drop(active);
    if let Some(due) = renewed.next_due {
        shared.set_alarm(due);
    }
}

/// Looks from time to time at what nobody tells: the store's clock, and whether another process is gone.
pub(super) async fn look_around(shared: Arc<Shared>) {
    let pause = shared.settings.beat().min(Duration::from_secs(1));
    while !shared.stopped.is_cancelled() {
        let looked = unless(&shared.stopped, async {
            set_clock(&shared.clock, &*shared.store).await?;
            shared.store.bury().await
        });
        match looked.await {
            None => return,
            Some(Ok(0)) => {}
            Some(Ok(buried)) => {
                tracing::info!(target: TARGET, buried, "processes are gone; their runs are taken over");
                shared.wake.notify_one();
            }
            Some(Err(error)) => tracing::debug!(target: TARGET, %error, "the store did not answer"),
        }
        unless(&shared.stopped, tokio::time::sleep(pause)).await;
    }
}

/// Joins under another name, however long that takes.
async fn rejoin(shared: &Shared, before: &WorkerId) {
    let mut failed = 0;
    let membership = loop {
        match join(&*shared.store, &shared.settings, &shared.stopped).await {
            Ok(membership) => break membership,
            Err(error) => {
                failed += 1;
                tracing::warn!(target: TARGET, %error, failed, "the store cannot be joined");
                tokio::time::sleep(pause_after(failed)).await;
            }
        }
    };
    tracing::info!(target: TARGET, worker = %membership.worker, "joined anew");
    shared.membership.send_replace(Arc::new(membership));
    // Where the store did not know that the lease was lost, its runs need not wait until it does.
    let tidied = timeout(shared.settings.beat(), async {
        shared.store.leave(before).await?;
        set_clock(&shared.clock, &*shared.store).await
    });
    if let Ok(Err(error)) = tidied.await {
        tracing::debug!(target: TARGET, %error, "the store did not answer");
    }
    shared.wake.notify_one();
}

async fn set_clock(clock: &RunClock, store: &dyn Store) -> Result<(), StoreError> {
    if matches!(clock, RunClock::OfTheStore(_)) {
        clock.set(store.now().await?);
    }
    Ok(())
}
