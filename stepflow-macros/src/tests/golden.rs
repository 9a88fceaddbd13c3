//! Expansions, formatted, as files to be read: `UPDATE_EXPECT=1 cargo test -p stepflow-macros`
//! writes them anew.

use super::expand;
use expect_test::{ExpectFile, expect_file};
use proc_macro2::{Group, TokenStream, TokenTree};

fn check(source: &str, expected: ExpectFile) {
    check_with(true, source, expected);
}

/// The expansion as it is where the runtime has its async driver, or has not.
#[expect(clippy::needless_pass_by_value, reason = "the macro that makes it gives it away")]
fn check_with(tokio: bool, source: &str, expected: ExpectFile) {
    let first = chosen(expand(source), tokio).to_string();
    let file = syn::parse_str(&first).expect("the expansion is a file of items");
    expected.assert_eq(&prettyplease::unparse(&file));
    assert_eq!(first, chosen(expand(source), tokio).to_string(), "the expansion changes from run to run");
}

/// Does what `::stepflow::__async_steps!` does.
fn chosen(tokens: TokenStream, tokio: bool) -> TokenStream {
    let mut done: Vec<TokenTree> = Vec::new();
    for tree in tokens {
        let TokenTree::Group(group) = tree else {
            done.push(tree);
            continue;
        };
        let inner = chosen(group.stream(), tokio);
        match done.as_slice() {
            [.., _, _, _, _, _, TokenTree::Ident(name), TokenTree::Punct(_)] if name == "__async_steps" => {
                // the path, `::stepflow::`, its name and the `!`
                done.truncate(done.len() - 7);
                let branch = inner.into_iter().nth(usize::from(!tokio));
                let Some(TokenTree::Group(branch)) = branch else { panic!("expected two groups") };
                done.extend(branch.stream());
            }
            _ => done.push(Group::new(group.delimiter(), inner).into()),
        }
    }
    done.into_iter().collect()
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

            #[step(effect = once)]
            fn fix(&mut self) -> Label { Label::Fixed }
        }
        "#,
        expect_file!["../../tests/golden/text_routes_and_approval.rs"],
    );
}

const AGENT: &str = r#"
    #[workflow(state = Notes, max_visits = 5, retry(times = 2, budget = "1m", timeouts = false))]
    impl<T: Tool> Agent<T> {
        #[step]
        fn prepare(&mut self) { self.state.clear(); }

        /// Asks the tool.
        #[step(timeout = "5s", on_failure = apologise)]
        async fn ask(&mut self, ctx: &mut RunContext<'_>) -> Result<String, ToolError> {
            self.tool.ask(ctx.idempotency_key()).await
        }

        #[step(after = PAUSE, routes = { Verdict::Enough => END, Verdict::More => ask })]
        async fn judge(&self) -> Verdict { self.tool.judge(&self.state).await }

        #[step]
        fn apologise(&mut self) {}

        async fn helper(&self) {}
    }
"#;

#[test]
fn async_steps() {
    check(AGENT, expect_file!["../../tests/golden/async_steps.rs"]);
}

#[test]
fn async_steps_without_tokio() {
    check_with(false, AGENT, expect_file!["../../tests/golden/async_steps_without_tokio.rs"]);
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
fn registration() {
    check(
        r#"
        #[wizard(state = Registration, name = "registration", version = 2)]
        /// Signs a new customer up.
        impl RegistrationWizard {
            /// Who are you?
            #[step(suggestions = ["ada@example.org"], help = "We never pass it on.", sensitive = ["password"])]
            fn account(&mut self, answer: Account) -> Result<(), FieldError> {
                self.state.email = self.check(answer.email)?;
                Ok(())
            }

            #[step(title = "Your plan", can_skip, skip_default = Plan::Free, routes = {
                Plan::Free => summary,
                Plan::Team { .. } => company,
            })]
            fn plan(&mut self, plan: Plan) -> Plan {
                self.state.plan = plan.clone();
                plan
            }

            #[step(when = Registration::pays, prompt = "Where to, {{ email }}?", on_enter = prepare, on_leave = check)]
            fn company(&mut self, mut answer: Company) {
                self.state.company = Some(answer);
            }

            #[step(name = "overview", auto_advance = false, can_go_back = false, next = END)]
            fn summary(&self) {}

            /// A helper, left alone.
            fn check(&self, email: String) -> Result<String, FieldError> { Ok(email) }
        }
        "#,
        expect_file!["../../tests/golden/registration.rs"],
    );
}

#[test]
fn trip_with_lodging() {
    check(
        r#"
        #[wizard(state = Trip<T>, loops, crate = ::facade::wizards)]
        #[cfg(feature = "trips")]
        impl<T: Tariff> Booking<T> {
            #[facade::wizards::step(routes = { "car" => drive, key = "other", _ => lodging })]
            pub fn means(&mut self, means: Option<String>) -> String { means.unwrap_or_default() }

            #[cfg(feature = "cars")]
            #[step(when = Trip::is_far, otherwise = more, routes = { true => lodging, #[cfg(feature = "again")] false => means })]
            fn drive(&mut self, _: Car) -> bool { true }

            #[step(subflow(
                wizard = Lodging<T>,
                with = Lodging::new,
                data = { city: place, "first night": arrival },
                results = { nights: nights },
            ))]
            fn lodging(&mut self, stay: Stay) {}

            #[step(subflow = Extras, can_skip)]
            fn extras(&mut self, extras: ExtrasState) -> Result<(), Refused> { Ok(()) }

            #[step(routes = { true => lodging, false => END })]
            pub(crate) fn more(&mut self, r#type: bool) -> bool { r#type }
        }
        "#,
        expect_file!["../../tests/golden/trip_with_lodging.rs"],
    );
}

#[test]
fn wizard_with_mistakes() {
    check(
        r#"
        #[wizard(state = Registration)]
        impl RegistrationWizard {
            #[step(titel = "You")]
            fn account(&mut self, answer: &Account) {}

            #[step(can_skip, routes = { Plan::Free => account, Plan::Team => END })]
            async fn plan(&mut self, plan: Plan) -> Plan { plan }
        }
        "#,
        expect_file!["../../tests/golden/wizard_with_mistakes.rs"],
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
