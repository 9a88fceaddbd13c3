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
        type Mode = ::stepflow::Async;
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
    #[allow(dead_code, private_interfaces, unreachable_pub)]
    impl<T: Tool> Agent<T> {
        /// Runs the workflow from its first step; the future gives the record of the run.
        pub fn run(
            self,
        ) -> impl ::core::future::Future<
            Output = ::stepflow::WorkflowResult<Notes>,
        > + ::core::marker::Send {
            ::stepflow::Run::new(self).run()
        }
    }
    #[automatically_derived]
    impl<T: Tool> ::stepflow::AsyncWorkflow for Agent<T> {
        #[inline]
        #[allow(deprecated, unreachable_code, unused_variables)]
        async fn run_step(
            &mut self,
            step: usize,
            ctx: &mut ::stepflow::RunContext<'_>,
        ) -> ::stepflow::StepOutcome {
            match step {
                index if index == __Step::prepare as usize => {
                    let result = <() as ::stepflow::__private::StepReturn<
                        { false },
                    >>::into_step_result(Self::prepare(self));
                    ::stepflow::StepOutcome::of(result, ::stepflow::__private::any_error)
                }
                index if index == __Step::ask as usize => {
                    let result = <Result<
                        String,
                        ToolError,
                    > as ::stepflow::__private::StepReturn<
                        { __ASK_IS_RESULT },
                    >>::into_step_result(
                        ::stepflow::StepOutcome::async_step_must_be_send(
                                Self::ask(self, ctx),
                            )
                            .await,
                    );
                    ::stepflow::StepOutcome::of(result, ::stepflow::__private::any_error)
                }
                index if index == __Step::judge as usize => {
                    let result = <Verdict as ::stepflow::__private::StepReturn<
                        { __JUDGE_IS_RESULT },
                    >>::into_step_result(
                        ::stepflow::StepOutcome::async_step_must_be_send(
                                Self::judge(self),
                            )
                            .await,
                    );
                    ::stepflow::StepOutcome::of_routed(
                        result,
                        ::stepflow::__private::any_error,
                        |output| match *output {
                            Verdict::Enough => {
                                ::stepflow::__private::Cow::Borrowed("Enough")
                            }
                            Verdict::More => ::stepflow::__private::Cow::Borrowed("More"),
                        },
                    )
                }
                index if index == __Step::apologise as usize => {
                    let result = <() as ::stepflow::__private::StepReturn<
                        { false },
                    >>::into_step_result(Self::apologise(self));
                    ::stepflow::StepOutcome::of(result, ::stepflow::__private::any_error)
                }
                _ => ::stepflow::StepOutcome::unknown_step(step),
            }
        }
    }
};
