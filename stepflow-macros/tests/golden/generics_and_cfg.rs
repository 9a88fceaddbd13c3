#[cfg(feature = "batches")]
impl<'a, T, const N: usize> BatchWorkflow<'a, T, N>
where
    T: Item + 'static,
{
    pub fn measure(&self) -> Size {
        Size::of(&self.state)
    }
    #[cfg(feature = "split")]
    pub(crate) fn split(&mut self) -> Result<[T; N], T::Error> {
        self.source.split()
    }
    fn store(&mut self) -> Stored<T> {
        self.source.store()
    }
}
#[cfg(feature = "batches")]
const _: () = {
    const __MEASURE_IS_RESULT: bool = {
        #[allow(unused_imports)]
        use ::facade::flow::__private::NotAResult as _;
        ::facade::flow::__private::Probe::<Size>::IS_RESULT
    };
    #[allow(non_camel_case_types, clippy::enum_variant_names)]
    enum __Step {
        measure,
        #[cfg(feature = "split")]
        split,
        store,
    }
    #[allow(dead_code, private_interfaces, unreachable_pub)]
    impl<'a, T, const N: usize> BatchWorkflow<'a, T, N>
    where
        T: Item + 'static,
    {
        /// Handle of the step `measure`.
        pub const MEASURE: ::facade::flow::StepHandle<
            <Size as ::facade::flow::__private::StepReturn<
                { __MEASURE_IS_RESULT },
            >>::Output,
        > = ::facade::flow::__private::handle(
            "batch",
            "measure",
            {
                #[allow(unused_imports)]
                use ::facade::flow::__private::DecodeFallback as _;
                ::facade::flow::__private::Probe::<
                    <Size as ::facade::flow::__private::StepReturn<
                        { __MEASURE_IS_RESULT },
                    >>::Output,
                >::DECODE
            },
        );
        /// Handle of the step `split`.
        #[cfg(feature = "split")]
        pub(crate) const SPLIT: ::facade::flow::StepHandle<
            <Result<
                [T; N],
                T::Error,
            > as ::facade::flow::__private::StepReturn<{ true }>>::Output,
        > = ::facade::flow::__private::handle(
            "batch",
            "split",
            {
                #[allow(unused_imports)]
                use ::facade::flow::__private::DecodeFallback as _;
                ::facade::flow::__private::Probe::<
                    <Result<
                        [T; N],
                        T::Error,
                    > as ::facade::flow::__private::StepReturn<{ true }>>::Output,
                >::DECODE
            },
        );
        /// Handle of the step `store all`.
        const STORE: ::facade::flow::StepHandle<Stored<T>> = ::facade::flow::__private::handle(
            "batch",
            "store all",
            {
                #[allow(unused_imports)]
                use ::facade::flow::__private::DecodeFallback as _;
                ::facade::flow::__private::Probe::<Stored<T>>::DECODE
            },
        );
        /// Runs the workflow from its first step and returns the record of the run.
        pub fn run(self) -> ::facade::flow::WorkflowResult<Batch<T>> {
            ::facade::flow::Run::new(self).run()
        }
        /// The graph of the steps; nothing is run.
        #[must_use]
        pub fn graph() -> ::facade::flow::WorkflowGraph {
            <Self as ::facade::flow::StaticWorkflow>::DEFINITION.graph()
        }
    }
    #[automatically_derived]
    impl<'a, T, const N: usize> ::facade::flow::Workflow for BatchWorkflow<'a, T, N>
    where
        T: Item + 'static,
    {
        type State = Batch<T>;
        type Mode = ::facade::flow::Blocking;
        fn definition(&self) -> ::facade::flow::DefinitionRef {
            ::facade::flow::DefinitionRef::Static(
                <Self as ::facade::flow::StaticWorkflow>::DEFINITION,
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
    impl<'a, T, const N: usize> ::facade::flow::StaticWorkflow
    for BatchWorkflow<'a, T, N>
    where
        T: Item + 'static,
    {
        #[allow(clippy::needless_update)]
        const DEFINITION: &'static ::facade::flow::WorkflowDefinition = &::facade::flow::WorkflowDefinition {
            name: ::facade::flow::__private::Cow::Borrowed("batch"),
            version: 2,
            steps: ::facade::flow::__private::Cow::Borrowed(const {
                &[
                    ::facade::flow::StepDefinition {
                        name: ::facade::flow::__private::Cow::Borrowed("measure"),
                        routes: ::facade::flow::__private::Cow::Borrowed(const {
                            &[
                                ::facade::flow::RouteDefinition {
                                    key: ::facade::flow::__private::Cow::Borrowed("Small"),
                                    target: ::facade::flow::Target::Step(__Step::store as usize),
                                },
                                #[cfg(feature = "split")]
                                ::facade::flow::RouteDefinition {
                                    key: ::facade::flow::__private::Cow::Borrowed("Large"),
                                    target: ::facade::flow::Target::Step(__SPLIT_INDEX),
                                },
                            ]
                        }),
                        ..::facade::flow::StepDefinition::BLANK
                    },
                    #[cfg(feature = "split")]
                    ::facade::flow::StepDefinition {
                        name: ::facade::flow::__private::Cow::Borrowed("split"),
                        retry: ::facade::flow::RetrySettings {
                            backoff: ::core::option::Option::Some(
                                ::facade::flow::Backoff::Exponential,
                            ),
                            factor: ::core::option::Option::Some(1.5),
                            max_delay: ::core::option::Option::Some(MAX_DELAY),
                            jitter: ::core::option::Option::Some(true),
                            ..::facade::flow::RetrySettings::INHERIT
                        },
                        ..::facade::flow::StepDefinition::BLANK
                    },
                    ::facade::flow::StepDefinition {
                        name: ::facade::flow::__private::Cow::Borrowed("store all"),
                        ..::facade::flow::StepDefinition::BLANK
                    },
                ]
            }),
            ..::facade::flow::WorkflowDefinition::BLANK
        };
    }
    #[automatically_derived]
    impl<'a, T, const N: usize> ::facade::flow::BlockingWorkflow
    for BatchWorkflow<'a, T, N>
    where
        T: Item + 'static,
    {
        #[inline]
        #[allow(deprecated, unreachable_code, unused_variables)]
        fn run_step(
            &mut self,
            step: usize,
            _ctx: &mut ::facade::flow::RunContext<'_>,
        ) -> ::facade::flow::StepOutcome {
            match step {
                index if index == __Step::measure as usize => {
                    let result = <Size as ::facade::flow::__private::StepReturn<
                        { __MEASURE_IS_RESULT },
                    >>::into_step_result(Self::measure(self));
                    ::facade::flow::StepOutcome::of_routed(
                        result,
                        ::facade::flow::__private::any_error,
                        |output| match *output {
                            Size::Small => {
                                ::facade::flow::__private::Cow::Borrowed("Small")
                            }
                            #[cfg(feature = "split")]
                            Size::Large => {
                                ::facade::flow::__private::Cow::Borrowed("Large")
                            }
                        },
                    )
                }
                #[cfg(feature = "split")]
                index if index == __Step::split as usize => {
                    let result = <Result<
                        [T; N],
                        T::Error,
                    > as ::facade::flow::__private::StepReturn<
                        { true },
                    >>::into_step_result(Self::split(self));
                    ::facade::flow::StepOutcome::of(result, |error| T::is_busy(error))
                }
                index if index == __Step::store as usize => {
                    let result = <Stored<
                        T,
                    > as ::facade::flow::__private::StepReturn<
                        { false },
                    >>::into_step_result(Self::store(self));
                    ::facade::flow::StepOutcome::of(
                        result,
                        ::facade::flow::__private::any_error,
                    )
                }
                _ => ::facade::flow::StepOutcome::unknown_step(step),
            }
        }
    }
    #[cfg(any(all(feature = "split")))]
    const __SPLIT_INDEX: usize = __Step::split as usize;
    #[cfg(not(any(all(feature = "split"))))]
    const __SPLIT_INDEX: usize = usize::MAX;
    #[cfg(feature = "split")]
    #[cfg(not(any(all(feature = "split"))))]
    ::core::compile_error! {
        "step `measure` leads to step `split`, which is configured away here; put the same `#[cfg]` on the route or on the step"
    }
    const __EDGES: &[&[usize]] = &[
        &[{ __Step::store as usize }, #[cfg(feature = "split")] { __SPLIT_INDEX }],
        #[cfg(feature = "split")]
        &[__Step::split as usize + 1],
        &[__Step::store as usize + 1],
    ];
    #[cfg(feature = "split")]
    const _: () = ::core::assert!(
        ::facade::flow::__private::is_reached:: < { __EDGES.len() } > (__EDGES,
        __Step::split as usize),
        "step `split` can never be reached as configured here; put `#[cfg]` on it, too, or lead to it from a step above"
    );
    const _: () = ::core::assert!(
        ::facade::flow::__private::is_reached:: < { __EDGES.len() } > (__EDGES,
        __Step::store as usize),
        "step `store` can never be reached as configured here; put `#[cfg]` on it, too, or lead to it from a step above"
    );
};
