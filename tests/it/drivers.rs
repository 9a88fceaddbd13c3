//! Both drivers, for tests that run the same workflow by each and compare.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use serde::Serialize;
use serde_json::Value;

/// Runs a future on a tokio runtime of one thread.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

/// What a future comes to that does not wait for anything.
pub(crate) fn at_once<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits"),
    }
}

/// A result or record as JSON, without what differs from run to run: times are gone, and runs are named in
/// the order in which they appear.
pub(crate) fn plain(written: &impl Serialize) -> Value {
    let mut value = serde_json::to_value(written).unwrap();
    strip(&mut value, &mut Vec::new());
    value
}

fn strip(value: &mut Value, seen: &mut Vec<Value>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| strip(item, seen)),
        Value::Object(entries) => {
            for time in ["created_at", "finished_at", "started_at"] {
                entries.remove(time);
            }
            for (key, entry) in entries {
                if key == "run_id" {
                    let place = seen.iter().position(|run| run == entry).unwrap_or_else(|| {
                        seen.push(entry.clone());
                        seen.len() - 1
                    });
                    *entry = format!("run-{}", place + 1).into();
                } else {
                    strip(entry, seen);
                }
            }
        }
        _ => {}
    }
}
