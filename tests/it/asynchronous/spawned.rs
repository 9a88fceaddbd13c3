//! The future of a run: it crosses threads, and stops when it is dropped.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use stepflow::{CancelToken, ChildWorkflowError, Run, RunContext, WorkflowResult, WorkflowStatus, workflow};
use tokio::sync::{Notify, oneshot};
use tokio::task::yield_now;

struct Parcel {
    state: u32,
}

#[workflow(state = u32)]
impl Parcel {
    #[step]
    async fn weigh(&mut self) -> u32 {
        yield_now().await;
        self.state += 1;
        self.state
    }

    #[step(approval)]
    fn label(&mut self) {
        self.state += 10;
    }
}

struct Fleet {
    state: u32,
}

#[workflow(state = u32)]
impl Fleet {
    #[step]
    async fn send(&mut self, ctx: &mut RunContext<'_>) -> Result<(), ChildWorkflowError> {
        let one = ctx.run_child(Parcel { state: 0 }).await?;
        let more = ctx.children().limit(3).run((0..5).map(|state| Parcel { state })).await?;
        self.state = one.state + more.iter().map(|parcel| parcel.state).sum::<u32>();
        Ok(())
    }
}

fn crosses_threads<F: Future + Send>(future: F) -> F {
    future
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn runs_can_be_spawned_on_a_runtime_of_several_threads() {
    let runs: Vec<_> = (0..50)
        .map(|_| {
            let run = Run::new(Fleet { state: 0 })
                .on_event_async(|_| yield_now())
                .on_approval_async(|_| async {
                    yield_now().await;
                    true
                })
                .cancel_on(CancelToken::new());
            tokio::spawn(crosses_threads(run.run()))
        })
        .collect();
    for run in runs {
        let result: WorkflowResult<u32> = run.await.unwrap();
        assert!(result.is_succeeded(), "{result:?}");
        assert_eq!(result.state, 6 * 11 + 1 + 2 + 3 + 4);
        assert_eq!(result.steps()[0].children().len(), 6);
    }
    let blocking = Run::new(Plain { state: 0 }).on_event(|_| {}).run_async();
    assert_eq!(tokio::spawn(crosses_threads(blocking)).await.unwrap().state, 1);
}

struct Plain {
    state: u32,
}

#[workflow(state = u32)]
impl Plain {
    #[step]
    fn count(&mut self) {
        self.state += 1;
    }
}

/// Says when it waits, counts what runs, and never goes on by itself.
struct Stuck {
    state: Arc<AtomicU32>,
    waits: Option<oneshot::Sender<()>>,
    go_on: Arc<Notify>,
}

#[workflow(state = Arc<AtomicU32>)]
impl Stuck {
    #[step]
    async fn wait(&mut self) {
        self.state.fetch_add(1, Ordering::Relaxed);
        if let Some(waits) = self.waits.take() {
            let _ = waits.send(());
        }
        self.go_on.notified().await;
        self.state.fetch_add(100, Ordering::Relaxed);
    }

    #[step]
    fn after(&mut self) {
        self.state.fetch_add(100, Ordering::Relaxed);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dropped_run_stops_at_once_and_runs_no_step_further() {
    let (count, go_on) = (Arc::new(AtomicU32::new(0)), Arc::new(Notify::new()));
    let (waits, waiting) = oneshot::channel();
    let stuck = Stuck { state: Arc::clone(&count), waits: Some(waits), go_on: Arc::clone(&go_on) };
    let told = Arc::new(AtomicU32::new(0));
    let hook = Arc::clone(&told);
    let run = Run::new(stuck).on_event(move |_| {
        hook.fetch_add(1, Ordering::Relaxed);
    });
    let run = tokio::spawn(run.run());
    waiting.await.unwrap();
    run.abort();
    assert!(run.await.unwrap_err().is_cancelled());
    go_on.notify_one();
    yield_now().await;
    assert_eq!(count.load(Ordering::Relaxed), 1);
    assert_eq!(told.load(Ordering::Relaxed), 2, "it started, its step started, and that was all");
    assert_eq!(Arc::strong_count(&count), 1);
    assert_eq!(Arc::strong_count(&told), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_stops_a_run_on_another_thread() {
    let token = CancelToken::new();
    let (waits, waiting) = oneshot::channel();
    let stuck = Stuck { state: Arc::default(), waits: Some(waits), go_on: Arc::default() };
    let run = tokio::spawn(Run::new(stuck).cancel_on(token.clone()).run());
    waiting.await.unwrap();
    token.cancel();
    let result = run.await.unwrap();
    assert_eq!(result.status(), WorkflowStatus::Cancelled);
    assert_eq!(result.state.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_run_that_is_never_polled_does_nothing() {
    let count = Arc::new(AtomicU32::new(0));
    let stuck = Stuck { state: Arc::clone(&count), waits: None, go_on: Arc::default() };
    drop(stuck.run());
    assert_eq!(count.load(Ordering::Relaxed), 0);
}
