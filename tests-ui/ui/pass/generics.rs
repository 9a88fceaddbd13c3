//! Lifetimes, types, constants and bounds of the block are handed on.

use serde::Serialize;
use std::fmt::{Debug, Display};
use stepflow::{StepHandle, workflow};

trait Source {
    type Item: Serialize + Send + Sync + 'static;
    type Error: Display;
    fn next(&self) -> Result<Self::Item, Self::Error>;
}

struct Fixed(u8);

impl Source for Fixed {
    type Item = u8;
    type Error = std::fmt::Error;
    fn next(&self) -> Result<u8, std::fmt::Error> {
        Ok(self.0)
    }
}

struct Batch<'a, S, T, const N: usize>
where
    T: Debug,
{
    state: Vec<T>,
    source: &'a S,
}

type Text<E> = Result<String, E>;

#[workflow(state = Vec<T>, retry(times = 1))]
impl<'a, S, T, const N: usize> Batch<'a, S, T, N>
where
    S: Source,
    S::Error: std::error::Error + Send + Sync + 'static,
    T: Clone + Debug + Default + Serialize + Send + Sync + 'static,
{
    const LIMIT: usize = N;

    #[step(retry(when = Self::is_busy))]
    fn fetch(&mut self) -> Result<S::Item, S::Error> {
        self.source.next()
    }

    #[step(fallible)]
    fn describe(&mut self) -> Text<S::Error> {
        Ok(format!("{:?}", self.state))
    }

    #[step]
    fn fill(&mut self) -> Vec<T> {
        self.state = vec![T::default(); Self::LIMIT];
        self.state.clone()
    }

    #[step(routes = { 0 => END, key = "some", 1..=9 => count, key = "many", _ => END })]
    fn measure(&self) -> usize {
        self.state.len()
    }

    #[step]
    fn count<'b>(&'b self, _ctx: &'b mut stepflow::RunContext<'_>) -> Result<usize, String> {
        Ok(self.state.len())
    }

    fn is_busy(_: &S::Error) -> bool {
        true
    }
}

fn main() {
    let source = Fixed(7);
    let batch: Batch<'_, _, u16, 3> = Batch { state: Vec::new(), source: &source };
    let result = batch.run();
    assert!(result.is_succeeded());
    type Concrete<'a> = Batch<'a, Fixed, u16, 3>;
    let fetched: StepHandle<u8> = Concrete::FETCH;
    assert_eq!(*result.output(fetched).unwrap(), 7);
    assert_eq!(*result.output(Concrete::DESCRIBE).unwrap(), "[]");
    assert_eq!(*result.output(Concrete::COUNT).unwrap(), 3);
    assert_eq!(result.state.len(), 3);
}
