//! Retry policies as plain data: how long the wait is after each failure.

use std::time::Duration;

use proptest::prelude::*;
use stepflow::{Backoff, RetryPolicy, RetrySettings};

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// The waits after each failure, in milliseconds.
fn waits(policy: &RetryPolicy) -> Vec<u128> {
    let waits = (1..).map_while(|failed| policy.wait_after(failed, Duration::ZERO, || 0.0));
    waits.map(|wait| wait.as_millis()).collect()
}

#[test]
fn waits_follow_the_policy() {
    let fixed = RetryPolicy { times: 3, delay: ms(100), ..RetryPolicy::NEVER };
    let growing = RetryPolicy { backoff: Backoff::Exponential, ..fixed };
    let table: &[(&str, RetryPolicy, &[u128])] = &[
        ("nothing said", RetryPolicy::NEVER, &[]),
        ("no times", RetryPolicy { times: 0, ..fixed }, &[]),
        ("fixed", fixed, &[100, 100, 100]),
        ("no delay", RetryPolicy { delay: Duration::ZERO, ..growing }, &[0, 0, 0]),
        ("doubling", growing, &[100, 200, 400]),
        ("tripling", RetryPolicy { factor: 3.0, ..growing }, &[100, 300, 900]),
        ("capped", RetryPolicy { max_delay: Some(ms(250)), ..growing }, &[100, 200, 250]),
        ("capped below the first", RetryPolicy { max_delay: Some(ms(50)), ..fixed }, &[50, 50, 50]),
    ];
    for (what, policy, expected) in table {
        assert_eq!(waits(policy), *expected, "{what}");
    }
}

#[test]
fn parts_that_are_left_out_are_inherited_one_by_one() {
    let workflow = RetrySettings {
        times: Some(2),
        delay: Some(ms(250)),
        backoff: Some(Backoff::Exponential),
        factor: Some(3.0),
        max_delay: Some(ms(900)),
        jitter: Some(true),
        ..RetrySettings::INHERIT
    };
    let all = RetryPolicy {
        times: 2,
        delay: ms(250),
        backoff: Backoff::Exponential,
        factor: 3.0,
        max_delay: Some(ms(900)),
        jitter: true,
        ..RetryPolicy::NEVER
    };
    let own = RetrySettings::INHERIT;
    let table = [
        (own, all),
        (RetrySettings { times: Some(0), ..own }, RetryPolicy { times: 0, ..all }),
        (RetrySettings { delay: Some(Duration::ZERO), ..own }, RetryPolicy { delay: Duration::ZERO, ..all }),
        (
            RetrySettings { backoff: Some(Backoff::Fixed), ..own },
            RetryPolicy { backoff: Backoff::Fixed, ..all },
        ),
        (RetrySettings { factor: Some(1.5), ..own }, RetryPolicy { factor: 1.5, ..all }),
        (RetrySettings { max_delay: Some(ms(1)), ..own }, RetryPolicy { max_delay: Some(ms(1)), ..all }),
        (RetrySettings { jitter: Some(false), ..own }, RetryPolicy { jitter: false, ..all }),
    ];
    for (step, expected) in table {
        assert_eq!(RetryPolicy::resolve(&workflow, &step), expected);
    }
    assert_eq!(RetryPolicy::resolve(&RetrySettings::INHERIT, &RetrySettings::INHERIT), RetryPolicy::NEVER);
    // With nothing above, a step's own parts stand alone.
    assert_eq!(RetryPolicy::resolve(&RetrySettings::INHERIT, &workflow), all);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_wait_under_jitter_lies_between_its_half_and_its_whole(
        times in 1_u32..50,
        delay in 0_u64..10_000_000,
        factor in 1.0_f64..10.0,
        cap in proptest::option::of(0_u64..100_000_000),
        chance in 0.0_f64..1.0,
        failed in 1_u32..60,
    ) {
        let steady = RetryPolicy {
            times,
            delay: ms(delay),
            backoff: Backoff::Exponential,
            factor,
            max_delay: cap.map(ms),
            ..RetryPolicy::NEVER
        };
        let jittered = RetryPolicy { jitter: true, ..steady };
        let whole = steady.wait_after(failed, Duration::ZERO, || unreachable!("chance is asked only under jitter"));
        let drawn = jittered.wait_after(failed, Duration::ZERO, || chance);
        prop_assert_eq!(whole.is_some(), failed <= times);
        prop_assert_eq!(drawn.is_some(), failed <= times);
        if let (Some(whole), Some(drawn)) = (whole, drawn) {
            let rounding = Duration::from_micros(1).max(whole / 1_000_000);
            prop_assert!(whole / 2 <= drawn + rounding && drawn <= whole + rounding, "{:?} of {:?}", drawn, whole);
            if let Some(cap) = cap {
                prop_assert!(whole <= ms(cap));
            }
        }
    }

    #[test]
    fn no_policy_makes_a_wait_that_is_none(
        times in any::<u32>(),
        delay in any::<u64>(),
        factor in any::<f64>(),
        failed in 1_u32..,
    ) {
        let policy = RetryPolicy {
            times,
            delay: Duration::from_nanos(delay),
            backoff: Backoff::Exponential,
            factor,
            jitter: true,
            ..RetryPolicy::NEVER
        };
        let wait = policy.wait_after(failed, Duration::ZERO, || 0.99);
        prop_assert_eq!(wait.is_some(), failed <= times);
    }
}
