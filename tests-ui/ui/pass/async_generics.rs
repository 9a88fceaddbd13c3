//! Lifetimes, types, constants and bounds of a block with async steps.

use serde::Serialize;
use std::fmt::Debug;
use std::future::Future;
use stepflow::{RunContext, workflow};

trait Source {
    type Item: Serialize + Clone + Send + Sync + 'static;
    type Error: std::error::Error + Send + Sync + 'static;
    fn next(&self) -> impl Future<Output = Result<Self::Item, Self::Error>> + Send;
}

struct Fixed(u8);

impl Source for Fixed {
    type Item = u8;
    type Error = std::fmt::Error;
    async fn next(&self) -> Result<u8, std::fmt::Error> {
        tokio::task::yield_now().await;
        Ok(self.0)
    }
}

struct Batch<'a, S: Source, T, F, const N: usize> {
    state: Vec<T>,
    source: &'a S,
    tool: F,
}

type Text<E> = Result<String, E>;

#[workflow(state = Vec<T>)]
impl<'a, S, T, F, Fut, const N: usize> Batch<'a, S, T, Tool<F, Fut>, N>
where
    S: Source + Sync,
    T: Clone + Debug + Default + Serialize + Send + Sync + 'static,
    F: Fn(usize) -> Fut + Send + Sync,
    Fut: Future<Output = T> + Send,
{
    #[step(retry(times = 1, when = Self::is_busy))]
    async fn fetch(&mut self) -> Result<S::Item, S::Error> {
        self.source.next().await
    }

    #[step(fallible)]
    async fn describe<'b>(&'b self, _ctx: &'b mut RunContext<'_>) -> Text<S::Error> {
        Ok(format!("{:?}", self.state))
    }

    #[step]
    async fn fill(&mut self) -> Vec<T> {
        for index in 0..N {
            let made = (self.tool.0)(index).await;
            self.state.push(made);
        }
        self.state.clone()
    }

    #[step]
    fn count(&self) -> usize {
        self.state.len()
    }

    fn is_busy(_: &S::Error) -> bool {
        true
    }
}

type Tool<F, Fut> = (F, std::marker::PhantomData<fn() -> Fut>);

fn spawned<S, T, F, Fut>(
    batch: Batch<'static, S, T, Tool<F, Fut>, 3>,
) -> impl Future<Output = usize> + Send
where
    S: Source + Sync,
    T: Clone + Debug + Default + Serialize + Send + Sync + 'static,
    F: Fn(usize) -> Fut + Send + Sync,
    Fut: Future<Output = T> + Send,
{
    let run = batch.run();
    async { run.await.state.len() }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    static SOURCE: Fixed = Fixed(7);
    let tool = || (|index: usize| async move { index * 2 }, std::marker::PhantomData);
    let batch = Batch { state: Vec::new(), source: &SOURCE, tool: tool() };
    assert_eq!(tokio::spawn(spawned(batch)).await.unwrap(), 3);

    // It may borrow from around the run.
    let source = Fixed(8);
    let local: Batch<'_, _, _, _, 2> = Batch { state: Vec::new(), source: &source, tool: tool() };
    let result = local.run().await;
    assert_eq!(result.state, [0, 2]);
    assert_eq!(result.step("fetch").unwrap().output().unwrap().to_json().unwrap(), 8);
}
