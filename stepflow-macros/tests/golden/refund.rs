impl RefundWorkflow {
    /// Looks the order up.
    fn check_order(&mut self) -> String {
        self.state.order_found = true;
        format!("Order {} located.", self.state.order_id)
    }
    fn decide(&mut self) -> Verdict {
        if self.is_small() { Verdict::Approve } else { Verdict::Deny }
    }
    fn pay(&mut self, ctx: &mut RunContext<'_>) -> Result<(), PayError> {
        self.payments.refund(&self.state.order_id, ctx.idempotency_key())
    }
    fn deny(&mut self) {
        self.state.response = "Refund denied.".into();
    }
    /// A helper, left alone.
    #[inline]
    fn is_small(&self) -> bool {
        self.state.amount <= 100.0
    }
}
const _: () = {
    const __DECIDE_IS_RESULT: bool = {
        #[allow(unused_imports)]
        use ::stepflow::__private::NotAResult as _;
        ::stepflow::__private::Probe::<Verdict>::IS_RESULT
    };
    const __PAY_IS_RESULT: bool = {
        #[allow(unused_imports)]
        use ::stepflow::__private::NotAResult as _;
        ::stepflow::__private::Probe::<Result<(), PayError>>::IS_RESULT
    };
    #[allow(non_camel_case_types, clippy::enum_variant_names)]
    enum __Step {
        check_order,
        decide,
        pay,
        deny,
    }
    #[allow(dead_code, private_interfaces, unreachable_pub)]
    impl RefundWorkflow {
        /// Handle of the step `check_order`. Looks the order up.
        const CHECK_ORDER: ::stepflow::StepHandle<String> = ::stepflow::__private::handle(
            "RefundWorkflow",
            "check_order",
            {
                #[allow(unused_imports)]
                use ::stepflow::__private::DecodeFallback as _;
                ::stepflow::__private::Probe::<String>::DECODE
            },
        );
        /// Handle of the step `decide`.
        const DECIDE: ::stepflow::StepHandle<
            <Verdict as ::stepflow::__private::StepReturn<
                { __DECIDE_IS_RESULT },
            >>::Output,
        > = ::stepflow::__private::handle(
            "RefundWorkflow",
            "decide",
            {
                #[allow(unused_imports)]
                use ::stepflow::__private::DecodeFallback as _;
                ::stepflow::__private::Probe::<
                    <Verdict as ::stepflow::__private::StepReturn<
                        { __DECIDE_IS_RESULT },
                    >>::Output,
                >::DECODE
            },
        );
        /// Handle of the step `pay`.
        const PAY: ::stepflow::StepHandle<
            <Result<
                (),
                PayError,
            > as ::stepflow::__private::StepReturn<{ __PAY_IS_RESULT }>>::Output,
        > = ::stepflow::__private::handle(
            "RefundWorkflow",
            "pay",
            {
                #[allow(unused_imports)]
                use ::stepflow::__private::DecodeFallback as _;
                ::stepflow::__private::Probe::<
                    <Result<
                        (),
                        PayError,
                    > as ::stepflow::__private::StepReturn<{ __PAY_IS_RESULT }>>::Output,
                >::DECODE
            },
        );
        /// Handle of the step `deny`.
        const DENY: ::stepflow::StepHandle<()> = ::stepflow::__private::handle(
            "RefundWorkflow",
            "deny",
            {
                #[allow(unused_imports)]
                use ::stepflow::__private::DecodeFallback as _;
                ::stepflow::__private::Probe::<()>::DECODE
            },
        );
        /// Runs the workflow from its first step and returns the record of the run.
        pub fn run(self) -> ::stepflow::WorkflowResult<RefundState> {
            ::stepflow::Run::new(self).run()
        }
        /// The graph of the steps; nothing is run.
        #[must_use]
        pub fn graph() -> ::stepflow::WorkflowGraph {
            <Self as ::stepflow::StaticWorkflow>::DEFINITION.graph()
        }
    }
    #[automatically_derived]
    impl ::stepflow::Workflow for RefundWorkflow {
        type State = RefundState;
        type Mode = ::stepflow::Blocking;
        fn definition(&self) -> ::stepflow::DefinitionRef {
            ::stepflow::DefinitionRef::Static(
                <Self as ::stepflow::StaticWorkflow>::DEFINITION,
            )
        }
        fn state(&self) -> &Self::State {
            let Self { state, .. } = self;
            state
        }
        fn into_state(self) -> Self::State {
            let Self { state, .. } = self;
            state
        }
    }
    #[automatically_derived]
    impl ::stepflow::StaticWorkflow for RefundWorkflow {
        #[allow(clippy::needless_update)]
        const DEFINITION: &'static ::stepflow::WorkflowDefinition = &::stepflow::WorkflowDefinition {
            name: ::stepflow::__private::Cow::Borrowed("RefundWorkflow"),
            retry: ::stepflow::RetrySettings {
                times: ::core::option::Option::Some(2),
                delay: ::core::option::Option::Some(
                    ::core::time::Duration::new(0, 50000000),
                ),
                ..::stepflow::RetrySettings::INHERIT
            },
            steps: ::stepflow::__private::Cow::Borrowed(const {
                &[
                    ::stepflow::StepDefinition {
                        name: ::stepflow::__private::Cow::Borrowed("check_order"),
                        description: ::core::option::Option::Some(
                            ::stepflow::__private::Cow::Borrowed("Looks the order up."),
                        ),
                        ..::stepflow::StepDefinition::BLANK
                    },
                    ::stepflow::StepDefinition {
                        name: ::stepflow::__private::Cow::Borrowed("decide"),
                        routes: ::stepflow::__private::Cow::Borrowed(const {
                            &[
                                ::stepflow::RouteDefinition {
                                    key: ::stepflow::__private::Cow::Borrowed("Approve"),
                                    target: ::stepflow::Target::Step(__Step::pay as usize),
                                },
                                ::stepflow::RouteDefinition {
                                    key: ::stepflow::__private::Cow::Borrowed("Deny"),
                                    target: ::stepflow::Target::Step(__Step::deny as usize),
                                },
                            ]
                        }),
                        ..::stepflow::StepDefinition::BLANK
                    },
                    ::stepflow::StepDefinition {
                        name: ::stepflow::__private::Cow::Borrowed("pay"),
                        retry: ::stepflow::RetrySettings {
                            times: ::core::option::Option::Some(3),
                            ..::stepflow::RetrySettings::INHERIT
                        },
                        next: ::core::option::Option::Some(::stepflow::Target::End),
                        approval: ::core::option::Option::Some(::stepflow::ApprovalDefinition {
                            message: ::core::option::Option::Some(
                                ::stepflow::__private::Cow::Borrowed("Pay this refund?"),
                            ),
                            ..::stepflow::ApprovalDefinition::BLANK
                        }),
                        ..::stepflow::StepDefinition::BLANK
                    },
                    ::stepflow::StepDefinition {
                        name: ::stepflow::__private::Cow::Borrowed("deny"),
                        ..::stepflow::StepDefinition::BLANK
                    },
                ]
            }),
            ..::stepflow::WorkflowDefinition::BLANK
        };
    }
    #[automatically_derived]
    impl ::stepflow::BlockingWorkflow for RefundWorkflow {
        #[inline]
        #[allow(deprecated, unreachable_code, unused_variables)]
        fn run_step(
            &mut self,
            step: usize,
            ctx: &mut ::stepflow::RunContext<'_>,
        ) -> ::stepflow::StepOutcome {
            match step {
                index if index == __Step::check_order as usize => {
                    let result = <String as ::stepflow::__private::StepReturn<
                        { false },
                    >>::into_step_result(Self::check_order(self));
                    ::stepflow::StepOutcome::of(result, ::stepflow::__private::any_error)
                }
                index if index == __Step::decide as usize => {
                    let result = <Verdict as ::stepflow::__private::StepReturn<
                        { __DECIDE_IS_RESULT },
                    >>::into_step_result(Self::decide(self));
                    ::stepflow::StepOutcome::of_routed(
                        result,
                        ::stepflow::__private::any_error,
                        |output| match *output {
                            Verdict::Approve => {
                                ::stepflow::__private::Cow::Borrowed("Approve")
                            }
                            Verdict::Deny => ::stepflow::__private::Cow::Borrowed("Deny"),
                        },
                    )
                }
                index if index == __Step::pay as usize => {
                    let result = <Result<
                        (),
                        PayError,
                    > as ::stepflow::__private::StepReturn<
                        { __PAY_IS_RESULT },
                    >>::into_step_result(Self::pay(self, ctx));
                    ::stepflow::StepOutcome::of(
                        result,
                        |error| match error {
                            PayError::Timeout => true,
                            #[allow(unreachable_patterns)]
                            _ => false,
                        },
                    )
                }
                index if index == __Step::deny as usize => {
                    let result = <() as ::stepflow::__private::StepReturn<
                        { false },
                    >>::into_step_result(Self::deny(self));
                    ::stepflow::StepOutcome::of(result, ::stepflow::__private::any_error)
                }
                _ => ::stepflow::StepOutcome::unknown_step(step),
            }
        }
    }
    const _: () = ::core::assert!(
        __PAY_IS_RESULT,
        "step `pay` cannot fail, so `on` has no error to look at; return a `Result`, or remove `on`"
    );
};
