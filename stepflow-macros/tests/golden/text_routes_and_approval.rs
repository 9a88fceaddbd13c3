impl Triage {
    fn classify(&mut self) -> Result<String, ApiError> {
        self.api.classify(&self.state)
    }
    fn bill(&mut self) {}
    fn fix(&mut self) -> Label {
        Label::Fixed
    }
}
const _: () = {
    const __CLASSIFY_IS_RESULT: bool = {
        #[allow(unused_imports)]
        use ::stepflow::__private::NotAResult as _;
        ::stepflow::__private::Probe::<Result<String, ApiError>>::IS_RESULT
    };
    const __FIX_IS_RESULT: bool = {
        #[allow(unused_imports)]
        use ::stepflow::__private::NotAResult as _;
        ::stepflow::__private::Probe::<Label>::IS_RESULT
    };
    #[allow(non_camel_case_types, clippy::enum_variant_names)]
    enum __Step {
        classify,
        bill,
        fix,
    }
    #[allow(dead_code, private_interfaces, unreachable_pub)]
    impl Triage {
        /// Handle of the step `classify`.
        const CLASSIFY: ::stepflow::StepHandle<
            <Result<
                String,
                ApiError,
            > as ::stepflow::__private::StepReturn<{ __CLASSIFY_IS_RESULT }>>::Output,
        > = ::stepflow::__private::handle(
            "Triage",
            "classify",
            {
                #[allow(unused_imports)]
                use ::stepflow::__private::DecodeFallback as _;
                ::stepflow::__private::Probe::<
                    <Result<
                        String,
                        ApiError,
                    > as ::stepflow::__private::StepReturn<
                        { __CLASSIFY_IS_RESULT },
                    >>::Output,
                >::DECODE
            },
        );
        /// Handle of the step `bill`.
        const BILL: ::stepflow::StepHandle<()> = ::stepflow::__private::handle(
            "Triage",
            "bill",
            {
                #[allow(unused_imports)]
                use ::stepflow::__private::DecodeFallback as _;
                ::stepflow::__private::Probe::<()>::DECODE
            },
        );
        /// Handle of the step `fix`.
        const FIX: ::stepflow::StepHandle<
            <Label as ::stepflow::__private::StepReturn<{ __FIX_IS_RESULT }>>::Output,
        > = ::stepflow::__private::handle(
            "Triage",
            "fix",
            {
                #[allow(unused_imports)]
                use ::stepflow::__private::DecodeFallback as _;
                ::stepflow::__private::Probe::<
                    <Label as ::stepflow::__private::StepReturn<
                        { __FIX_IS_RESULT },
                    >>::Output,
                >::DECODE
            },
        );
        /// Runs the workflow from its first step and returns the record of the run.
        pub fn run(self) -> ::stepflow::WorkflowResult<Ticket> {
            ::stepflow::Run::new(self).run()
        }
        /// The graph of the steps; nothing is run.
        #[must_use]
        pub fn graph() -> ::stepflow::WorkflowGraph {
            <Self as ::stepflow::StaticWorkflow>::DEFINITION.graph()
        }
    }
    #[automatically_derived]
    impl ::stepflow::Workflow for Triage {
        type State = Ticket;
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
    impl ::stepflow::StaticWorkflow for Triage {
        #[allow(clippy::needless_update)]
        const DEFINITION: &'static ::stepflow::WorkflowDefinition = &::stepflow::WorkflowDefinition {
            name: ::stepflow::__private::Cow::Borrowed("Triage"),
            retry: ::stepflow::RetrySettings {
                times: ::core::option::Option::Some(RETRIES),
                ..::stepflow::RetrySettings::INHERIT
            },
            steps: ::stepflow::__private::Cow::Borrowed(const {
                &[
                    ::stepflow::StepDefinition {
                        name: ::stepflow::__private::Cow::Borrowed("classify"),
                        routes: ::stepflow::__private::Cow::Borrowed(const {
                            &[
                                ::stepflow::RouteDefinition {
                                    key: ::stepflow::__private::Cow::Borrowed("billing"),
                                    target: ::stepflow::Target::Step(__Step::bill as usize),
                                },
                                ::stepflow::RouteDefinition {
                                    key: ::stepflow::__private::Cow::Borrowed("defect"),
                                    target: ::stepflow::Target::Step(__Step::fix as usize),
                                },
                            ]
                        }),
                        ..::stepflow::StepDefinition::BLANK
                    },
                    ::stepflow::StepDefinition {
                        name: ::stepflow::__private::Cow::Borrowed("bill"),
                        approval: ::core::option::Option::Some(::stepflow::ApprovalDefinition {
                            message: ::core::option::Option::Some(
                                ::stepflow::__private::Cow::Borrowed("Refund?"),
                            ),
                            metadata: ::stepflow::__private::Cow::Borrowed(const {
                                &[
                                    (
                                        ::stepflow::__private::Cow::Borrowed("team"),
                                        ::stepflow::MetadataValue::Text(
                                            ::stepflow::__private::Cow::Borrowed("billing"),
                                        ),
                                    ),
                                    (
                                        ::stepflow::__private::Cow::Borrowed("limit"),
                                        ::stepflow::MetadataValue::Integer(-100),
                                    ),
                                    (
                                        ::stepflow::__private::Cow::Borrowed("max rate"),
                                        ::stepflow::MetadataValue::Float(2.5),
                                    ),
                                    (
                                        ::stepflow::__private::Cow::Borrowed("tags"),
                                        ::stepflow::MetadataValue::List(
                                            ::stepflow::__private::Cow::Borrowed(const {
                                                &[
                                                    ::stepflow::MetadataValue::Bool(true),
                                                    ::stepflow::MetadataValue::Null,
                                                ]
                                            }),
                                        ),
                                    ),
                                    (
                                        ::stepflow::__private::Cow::Borrowed("who"),
                                        ::stepflow::MetadataValue::Map(
                                            ::stepflow::__private::Cow::Borrowed(const {
                                                &[
                                                    (
                                                        ::stepflow::__private::Cow::Borrowed("id"),
                                                        ::stepflow::MetadataValue::Integer(7),
                                                    ),
                                                ]
                                            }),
                                        ),
                                    ),
                                ]
                            }),
                            on_deny: ::core::option::Option::Some(
                                ::stepflow::Target::Step(__Step::fix as usize),
                            ),
                            ..::stepflow::ApprovalDefinition::BLANK
                        }),
                        ..::stepflow::StepDefinition::BLANK
                    },
                    ::stepflow::StepDefinition {
                        name: ::stepflow::__private::Cow::Borrowed("fix"),
                        effect: ::stepflow::Effect::Once,
                        ..::stepflow::StepDefinition::BLANK
                    },
                ]
            }),
            ..::stepflow::WorkflowDefinition::BLANK
        };
    }
    #[automatically_derived]
    impl ::stepflow::BlockingWorkflow for Triage {
        #[inline]
        #[allow(deprecated, unreachable_code, unused_variables)]
        fn run_step(
            &mut self,
            step: usize,
            _ctx: &mut ::stepflow::RunContext<'_>,
        ) -> ::stepflow::StepOutcome {
            match step {
                index if index == __Step::classify as usize => {
                    let result = <Result<
                        String,
                        ApiError,
                    > as ::stepflow::__private::StepReturn<
                        { __CLASSIFY_IS_RESULT },
                    >>::into_step_result(Self::classify(self));
                    ::stepflow::StepOutcome::of_routed(
                        result,
                        |error| ::stepflow::__private::of_type(
                            error,
                            |error: &_| match error {
                                ApiError::Busy => true,
                                #[allow(unreachable_patterns)]
                                _ => false,
                            },
                        ),
                        |output| match ::stepflow::StepOutcome::text(output) {
                            "billing" => ::stepflow::__private::Cow::Borrowed("billing"),
                            "bug" | "crash" => {
                                ::stepflow::__private::Cow::Borrowed("defect")
                            }
                            other => {
                                ::stepflow::__private::Cow::Owned(
                                    ::core::convert::From::from(other),
                                )
                            }
                        },
                    )
                }
                index if index == __Step::bill as usize => {
                    let result = <() as ::stepflow::__private::StepReturn<
                        { false },
                    >>::into_step_result(Self::bill(self));
                    ::stepflow::StepOutcome::of(result, ::stepflow::__private::any_error)
                }
                index if index == __Step::fix as usize => {
                    let result = <Label as ::stepflow::__private::StepReturn<
                        { __FIX_IS_RESULT },
                    >>::into_step_result(Self::fix(self));
                    ::stepflow::StepOutcome::of(
                        result,
                        |error| ::stepflow::__private::of_type(
                            error,
                            |error: &_| match error {
                                ApiError::Busy => true,
                                #[allow(unreachable_patterns)]
                                _ => false,
                            },
                        ),
                    )
                }
                _ => ::stepflow::StepOutcome::unknown_step(step),
            }
        }
    }
};
