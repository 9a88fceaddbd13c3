//! Time that takes no time, under both drivers.

use std::task::{Context, Waker};
use std::time::Duration;

use stepflow::testing::{Faulty, ManualClock};
use stepflow::{ErrorKind, Run, StepOutcome, StepStatus, Timer};

use super::{Acts, AsyncActs, panic_of};

const HOUR: Duration = Duration::from_secs(3600);
const SECOND: Duration = Duration::from_secs(1);

const DIAL: &str = r#"{"name": "call", "steps": [{"name": "dial", "retry": {"times": 10, "delay": "1h"}}]}"#;

#[test]
fn ten_retries_an_hour_apart_move_the_clock_by_ten_hours() {
    let clock = ManualClock::new();
    let call = Acts::new(DIAL, (), |(), ctx| match ctx.attempt() {
        11 => StepOutcome::succeeded(()),
        _ => StepOutcome::failed("busy"),
    });
    let result = Run::new(call).manual_clock(&clock).run().into_result().unwrap();

    assert_eq!(result.steps()[0].attempts(), 11);
    assert_eq!(clock.elapsed(), 10 * HOUR);
    assert_eq!(result.duration(), 10 * HOUR);
    assert_eq!(clock.sleeps(), [HOUR; 10]);
}

#[tokio::test]
async fn ten_retries_an_hour_apart_move_the_clock_by_ten_hours_under_the_async_driver() {
    let clock = ManualClock::new();
    let call = AsyncActs::new(DIAL, (), |(), ctx| {
        Box::pin(async move {
            tokio::task::yield_now().await;
            match ctx.attempt() {
                11 => StepOutcome::succeeded(()),
                _ => StepOutcome::failed("busy"),
            }
        })
    });
    let result = Run::new(call).manual_clock(&clock).run().await.into_result().unwrap();

    assert_eq!(result.steps()[0].attempts(), 11);
    assert_eq!(clock.elapsed(), 10 * HOUR);
    assert_eq!(result.duration(), 10 * HOUR);
    assert_eq!(clock.sleeps(), [HOUR; 10]);
}

#[tokio::test]
async fn a_delay_before_a_step_passes_too() {
    let clock = ManualClock::new();
    let definition = r#"{"name": "letter", "steps": [{"name": "send", "after": "2h"}]}"#;
    let letter = Acts::new(definition, (), |(), _| StepOutcome::succeeded(()));
    let result = Run::new(letter).manual_clock(&clock).run_async().await;
    assert!(result.is_succeeded());
    assert_eq!(clock.elapsed(), 2 * HOUR);
}

const SLOW: &str = r#"{"name": "slow", "steps": [{"name": "wait", "timeout": "5s"}]}"#;

#[tokio::test]
async fn a_step_that_sleeps_beyond_its_timeout_is_timed_out() {
    let clock = ManualClock::new();
    let slow = AsyncActs::new(SLOW, (), |(), ctx| {
        Box::pin(async move {
            ctx.sleep(10 * SECOND).await;
            StepOutcome::succeeded(())
        })
    });
    let result = Run::new(slow).manual_clock(&clock).run().await;
    assert_eq!(result.error_kind(), Some(ErrorKind::Timeout));
    assert_eq!(clock.elapsed(), 5 * SECOND);
}

#[tokio::test]
async fn a_step_that_sleeps_less_than_its_timeout_is_not() {
    let clock = ManualClock::new();
    let slow = AsyncActs::new(SLOW, (), |(), ctx| {
        Box::pin(async move {
            ctx.sleep(4 * SECOND).await;
            StepOutcome::succeeded(())
        })
    });
    let result = Run::new(slow).manual_clock(&clock).run().await;
    assert!(result.is_succeeded());
    assert_eq!(clock.elapsed(), 4 * SECOND);
}

/// The runtime's timers count in milliseconds; the clock does not.
#[tokio::test]
async fn deadlines_within_one_millisecond_come_in_order() {
    let clock = ManualClock::new();
    let definition = r#"{"name": "slow", "steps": [{"name": "wait", "timeout": "1200us"}]}"#;
    let slow = AsyncActs::new(definition, (), |(), ctx| {
        Box::pin(async move {
            ctx.sleep(Duration::from_micros(1_700)).await;
            StepOutcome::succeeded(())
        })
    });
    let result = Run::new(slow).manual_clock(&clock).run().await;
    assert_eq!(result.error_kind(), Some(ErrorKind::Timeout));
    assert_eq!(clock.elapsed(), Duration::from_micros(1_200));
}

type Inbox = Option<tokio::sync::oneshot::Receiver<u32>>;

fn waiting_for(inbox: tokio::sync::oneshot::Receiver<u32>) -> AsyncActs<Inbox> {
    AsyncActs::new(SLOW, Some(inbox), |inbox, _ctx| {
        Box::pin(async move {
            let inbox = inbox.take().expect("the step runs once");
            StepOutcome::from_result(inbox.await)
        })
    })
}

#[tokio::test]
async fn a_step_that_waits_for_a_busy_task_is_not_timed_out() {
    let clock = ManualClock::new();
    let (send, inbox) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        for _ in 0..10_000 {
            tokio::task::yield_now().await;
        }
        send.send(7)
    });
    let result = Run::new(waiting_for(inbox)).manual_clock(&clock).run().await;
    assert!(result.is_succeeded(), "{result:?}");
    assert_eq!(clock.elapsed(), Duration::ZERO);
}

#[tokio::test]
async fn a_step_that_waits_for_a_blocking_task_is_not_timed_out() {
    let clock = ManualClock::new();
    let (send, inbox) = tokio::sync::oneshot::channel();
    tokio::task::spawn_blocking(move || send.send((0..200_000_u32).fold(0, u32::wrapping_add)));
    let result = Run::new(waiting_for(inbox)).manual_clock(&clock).run().await;
    assert!(result.is_succeeded(), "{result:?}");
    assert_eq!(clock.elapsed(), Duration::ZERO);
}

#[tokio::test]
async fn a_step_that_waits_for_nobody_is_timed_out() {
    let clock = ManualClock::new();
    let (_send, inbox) = tokio::sync::oneshot::channel();
    let result = Run::new(waiting_for(inbox)).manual_clock(&clock).run().await;
    assert_eq!(result.error_kind(), Some(ErrorKind::Timeout));
    assert_eq!(clock.elapsed(), 5 * SECOND);
}

#[tokio::test]
async fn a_task_that_waits_by_the_same_clock_comes_first_if_it_is_due_first() {
    let clock = ManualClock::new();
    let (send, inbox) = tokio::sync::oneshot::channel();
    let other = clock.clone();
    tokio::spawn(async move {
        Timer::sleep(&other, 3 * SECOND).await;
        send.send(7)
    });
    let result = Run::new(waiting_for(inbox)).manual_clock(&clock).run().await;
    assert!(result.is_succeeded(), "{result:?}");
    assert_eq!(clock.elapsed(), 3 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn the_clock_follows_tokios_own_sleeps() {
    let clock = ManualClock::new();
    let slow = AsyncActs::new(SLOW, (), |(), _ctx| {
        Box::pin(async move {
            tokio::time::sleep(3 * SECOND).await;
            StepOutcome::succeeded(())
        })
    });
    let result = Run::new(slow).manual_clock(&clock).run().await;
    assert!(result.is_succeeded(), "{result:?}");
    assert_eq!(result.duration(), 3 * SECOND);
    assert_eq!(clock.elapsed(), 3 * SECOND);
}

#[tokio::test]
async fn a_clock_moved_by_hand_ends_the_waits_that_are_due() {
    let clock = ManualClock::new();
    let waiting = Timer::sleep(&clock, HOUR);
    clock.advance(2 * HOUR);
    waiting.await;
    assert_eq!(clock.elapsed(), 2 * HOUR);

    let other = clock.clone();
    let waiting = tokio::spawn(async move { Timer::sleep(&other, HOUR).await });
    tokio::task::yield_now().await;
    clock.advance(HOUR);
    waiting.await.unwrap();
    assert_eq!(clock.elapsed(), 3 * HOUR);
}

#[tokio::test]
async fn a_wait_that_is_given_up_moves_nothing() {
    let clock = ManualClock::new();
    drop(Timer::sleep(&clock, SECOND));
    Timer::sleep(&clock, HOUR).await;
    assert_eq!(clock.elapsed(), HOUR);
    assert_eq!(clock.sleeps(), [SECOND, HOUR]);
}

#[tokio::test]
async fn many_waits_end_in_the_order_of_their_deadlines() {
    let clock = ManualClock::new();
    let (send, mut ended) = tokio::sync::mpsc::unbounded_channel();
    let waits = [70_u64, 30, 30, 50, 10, 10].into_iter().enumerate().map(|(nth, millis)| {
        let (clock, send) = (clock.clone(), send.clone());
        tokio::spawn(async move {
            Timer::sleep(&clock, Duration::from_micros(millis)).await;
            send.send((clock.elapsed().as_micros(), nth))
        })
    });
    for wait in waits.collect::<Vec<_>>() {
        wait.await.unwrap().unwrap();
    }
    drop(send);
    let mut times = vec![];
    while let Some((at, nth)) = ended.recv().await {
        times.push((at, nth));
    }
    let mut sorted = times.clone();
    sorted.sort_unstable();
    assert_eq!(times.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [10, 10, 30, 30, 50, 70]);
    assert_eq!(sorted.iter().map(|(_, nth)| *nth).collect::<Vec<_>>(), [4, 5, 1, 2, 3, 0]);
}

#[tokio::test]
async fn an_injected_timeout_takes_its_time_and_is_retried() {
    let clock = ManualClock::new();
    let definition = r#"{"name": "slow", "retry": {"times": 1, "delay": "1s"},
                         "steps": [{"name": "wait", "timeout": "5s"}]}"#;
    let slow = AsyncActs::new(definition, (), |(), _| Box::pin(async move { StepOutcome::succeeded(()) }));
    let result = Run::new(Faulty::new(slow).time_out("wait", 1)).manual_clock(&clock).run().await;
    assert_eq!(result.steps()[0].attempts(), 2);
    assert_eq!(result.steps()[0].status(), StepStatus::Succeeded);
    assert_eq!(clock.elapsed(), 6 * SECOND);
}

#[test]
fn a_clock_that_cannot_know_when_to_move_says_so() {
    let mut waiting = Timer::sleep(&ManualClock::new(), SECOND);
    let said = panic_of(|| {
        let _ = waiting.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    });
    assert!(said.ends_with("`#[tokio::test]` makes one"), "{said}");
}
