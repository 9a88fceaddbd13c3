//! Expansions, formatted, as files to be read: `UPDATE_EXPECT=1 cargo test -p stepflow-macros`
//! writes them anew.

use super::expand;
use expect_test::{ExpectFile, expect_file};

#[expect(clippy::needless_pass_by_value, reason = "the macro that makes it gives it away")]
fn check(source: &str, expected: ExpectFile) {
    let first = expand(source).to_string();
    let file = syn::parse_str(&first).expect("the expansion is a file of items");
    expected.assert_eq(&prettyplease::unparse(&file));
    assert_eq!(first, expand(source).to_string(), "the expansion changes from run to run");
}

#[test]
fn refund() {
    check(
        r#"
        #[workflow(state = RefundState, retry(times = 2, delay = "50ms"))]
        impl RefundWorkflow {
            /// Looks the order up.
            #[step]
            fn check_order(&mut self) -> String {
                self.state.order_found = true;
                format!("Order {} located.", self.state.order_id)
            }

            #[step(routes = { Verdict::Approve => pay, Verdict::Deny => deny })]
            fn decide(&mut self) -> Verdict {
                if self.is_small() { Verdict::Approve } else { Verdict::Deny }
            }

            #[step(approval = "Pay this refund?", next = END, retry(times = 3, on = PayError::Timeout))]
            fn pay(&mut self, ctx: &mut RunContext<'_>) -> Result<(), PayError> {
                self.payments.refund(&self.state.order_id, ctx.idempotency_key())
            }

            #[step]
            fn deny(&mut self) { self.state.response = "Refund denied.".into(); }

            /// A helper, left alone.
            #[inline]
            fn is_small(&self) -> bool { self.state.amount <= 100.0 }
        }
        "#,
        expect_file!["../../tests/golden/refund.rs"],
    );
}

#[test]
fn generics_and_cfg() {
    check(
        r#"
        #[workflow(state = Batch<T>, name = "batch", version = 2, crate = ::facade::flow)]
        #[cfg(feature = "batches")]
        impl<'a, T, const N: usize> BatchWorkflow<'a, T, N>
        where
            T: Item + 'static,
        {
            #[facade::flow::step(routes = { Size::Small => store, #[cfg(feature = "split")] Size::Large => split })]
            pub fn measure(&self) -> Size { Size::of(&self.state) }

            #[cfg(feature = "split")]
            #[step(retry(backoff = exponential, factor = 1.5, max_delay = MAX_DELAY, jitter = true, when = T::is_busy))]
            pub(crate) fn split(&mut self) -> Result<[T; N], T::Error> { self.source.split() }

            #[step(name = "store all")]
            fn store(&mut self) -> Stored<T> { self.source.store() }
        }
        "#,
        expect_file!["../../tests/golden/generics_and_cfg.rs"],
    );
}

#[test]
fn text_routes_and_approval() {
    check(
        r#"
        #[workflow(state = Ticket, retry(times = RETRIES, on = ApiError::Busy))]
        impl Triage {
            #[step(routes = { "billing" => bill, key = "defect", "bug" | "crash" => fix })]
            fn classify(&mut self) -> Result<String, ApiError> { self.api.classify(&self.state) }

            #[step(approval(
                message = "Refund?",
                metadata = { team: "billing", limit: -100, "max rate": 2.5, tags: [true, null], who: { id: 7 } },
                on_deny = fix,
            ))]
            fn bill(&mut self) {}

            #[step]
            fn fix(&mut self) -> Label { Label::Fixed }
        }
        "#,
        expect_file!["../../tests/golden/text_routes_and_approval.rs"],
    );
}

#[test]
fn own_run_and_raw_names() {
    check(
        r#"
        #[workflow(state = u32)]
        impl Counter {
            #[step]
            fn r#type(&mut self) -> Option<u32> { Some(self.state) }

            /// Ours is not generated.
            pub fn run(mut self) -> u32 { self.r#type(); self.state }
        }
        "#,
        expect_file!["../../tests/golden/own_run_and_raw_names.rs"],
    );
}

#[test]
fn three_mistakes() {
    check(
        r#"
        #[workflow(state = Ticket)]
        impl Triage {
            #[step(routes = { "billing" => bil, "bug" => fix })]
            fn classify(&mut self) -> String { self.api.classify(&self.state) }

            #[step(retry(tmies = 3))]
            fn bill(&mut self) {}

            #[step]
            fn fix(self) -> Label { Label::Fixed }
        }
        "#,
        expect_file!["../../tests/golden/three_mistakes.rs"],
    );
}
