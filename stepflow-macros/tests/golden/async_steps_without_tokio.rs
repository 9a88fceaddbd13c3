impl<T: Tool> Agent<T> {
    fn prepare(&mut self) {
        self.state.clear();
    }
    /// Asks the tool.
    async fn ask(&mut self, ctx: &mut RunContext<'_>) -> Result<String, ToolError> {
        self.tool.ask(ctx.idempotency_key()).await
    }
    async fn judge(&self) -> Verdict {
        self.tool.judge(&self.state).await
    }
    fn apologise(&mut self) {}
    async fn helper(&self) {}
}
const _: () = {
    const __ASK_IS_RESULT: bool = {
        #[allow(unused_imports)]
        use ::stepflow::__private::NotAResult as _;
        ::stepflow::__private::Probe::<Result<String, ToolError>>::IS_RESULT
    };
    const __JUDGE_IS_RESULT: bool = {
        #[allow(unused_imports)]
        use ::stepflow::__private::NotAResult as _;
        ::stepflow::__private::Probe::<Verdict>::IS_RESULT
    };
    #[allow(non_camel_case_types, clippy::enum_variant_names)]
    enum __Step {
        prepare,
        ask,
        judge,
        apologise,
    }
    #[allow(dead_code, private_interfaces, unreachable_pub)]
    impl<T: Tool> Agent<T> {
        /// Handle of the step `prepare`.
        const PREPARE: ::stepflow::StepHandle<()> = ::stepflow::__private::handle(
            "Agent",
            "prepare",
            {
                #[allow(unused_imports)]
                use ::stepflow::__private::DecodeFallback as _;
                ::stepflow::__private::Probe::<()>::DECODE
            },
        );
        /// Handle of the step `ask`. Asks the tool.
        const ASK: ::stepflow::StepHandle<
            <Result<
                String,
                ToolError,
            > as ::stepflow::__private::StepReturn<{ __ASK_IS_RESULT }>>::Output,
        > = ::stepflow::__private::handle(
            "Agent",
            "ask",
            {
                #[allow(unused_imports)]
                use ::stepflow::__private::DecodeFallback as _;
                ::stepflow::__private::Probe::<
                    <Result<
                        String,
                        ToolError,
                    > as ::stepflow::__private::StepReturn<{ __ASK_IS_RESULT }>>::Output,
                >::DECODE
            },
        );
        /// Handle of the step `judge`.
        const JUDGE: ::stepflow::StepHandle<
            <Verdict as ::stepflow::__private::StepReturn<{ __JUDGE_IS_RESULT }>>::Output,
        > = ::stepflow::__private::handle(
            "Agent",
            "judge",
            {
                #[allow(unused_imports)]
                use ::stepflow::__private::DecodeFallback as _;
                ::stepflow::__private::Probe::<
                    <Verdict as ::stepflow::__private::StepReturn<
                        { __JUDGE_IS_RESULT },
                    >>::Output,
                >::DECODE
            },
        );
        /// Handle of the step `apologise`.
        const APOLOGISE: ::stepflow::StepHandle<()> = ::stepflow::__private::handle(
            "Agent",
            "apologise",
            {
                #[allow(unused_imports)]
                use ::stepflow::__private::DecodeFallback as _;
                ::stepflow::__private::Probe::<()>::DECODE
            },
        );
        /// The graph of the steps; nothing is run.
        #[must_use]
        pub fn graph() -> ::stepflow::WorkflowGraph {
            <Self as ::stepflow::StaticWorkflow>::DEFINITION.graph()
        }
    }
    #[automatically_derived]
    impl<T: Tool> ::stepflow::Workflow for Agent<T> {
        type State = Notes;
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
    impl<T: Tool> ::stepflow::StaticWorkflow for Agent<T> {
        #[allow(clippy::needless_update)]
        const DEFINITION: &'static ::stepflow::WorkflowDefinition = &::stepflow::WorkflowDefinition {
            name: ::stepflow::__private::Cow::Borrowed("Agent"),
            max_visits: ::core::option::Option::Some(5),
            retry: ::stepflow::RetrySettings {
                times: ::core::option::Option::Some(2),
                budget: ::core::option::Option::Some(::core::time::Duration::new(60, 0)),
                timeouts: ::core::option::Option::Some(false),
                ..::stepflow::RetrySettings::INHERIT
            },
            steps: ::stepflow::__private::Cow::Borrowed(const {
                &[
                    ::stepflow::StepDefinition {
                        name: ::stepflow::__private::Cow::Borrowed("prepare"),
                        ..::stepflow::StepDefinition::BLANK
                    },
                    ::stepflow::StepDefinition {
                        name: ::stepflow::__private::Cow::Borrowed("ask"),
                        description: ::core::option::Option::Some(
                            ::stepflow::__private::Cow::Borrowed("Asks the tool."),
                        ),
                        on_failure: ::core::option::Option::Some(
                            ::stepflow::Target::Step(__Step::apologise as usize),
                        ),
                        timeout: ::core::option::Option::Some(
                            ::core::time::Duration::new(5, 0),
                        ),
                        ..::stepflow::StepDefinition::BLANK
                    },
                    ::stepflow::StepDefinition {
                        name: ::stepflow::__private::Cow::Borrowed("judge"),
                        routes: ::stepflow::__private::Cow::Borrowed(const {
                            &[
                                ::stepflow::RouteDefinition {
                                    key: ::stepflow::__private::Cow::Borrowed("Enough"),
                                    target: ::stepflow::Target::End,
                                },
                                ::stepflow::RouteDefinition {
                                    key: ::stepflow::__private::Cow::Borrowed("More"),
                                    target: ::stepflow::Target::Step(__Step::ask as usize),
                                },
                            ]
                        }),
                        after: ::core::option::Option::Some(PAUSE),
                        ..::stepflow::StepDefinition::BLANK
                    },
                    ::stepflow::StepDefinition {
                        name: ::stepflow::__private::Cow::Borrowed("apologise"),
                        ..::stepflow::StepDefinition::BLANK
                    },
                ]
            }),
            ..::stepflow::WorkflowDefinition::BLANK
        };
    }
    ::core::compile_error! {
        "step `ask` is `async`, which needs the feature `tokio` of stepflow; turn it on: `cargo add stepflow --features tokio`"
    }
    #[allow(dead_code, private_interfaces, unreachable_pub)]
    impl<T: Tool> Agent<T> {
        pub async fn run(self) -> ::stepflow::WorkflowResult<Notes> {
            ::core::unreachable!()
        }
    }
    impl<T: Tool> ::stepflow::BlockingWorkflow for Agent<T> {
        fn run_step(
            &mut self,
            _: usize,
            _: &mut ::stepflow::RunContext<'_>,
        ) -> ::stepflow::StepOutcome {
            ::core::unreachable!()
        }
    }
};
