impl Counter {
    fn r#type(&mut self) -> Option<u32> {
        Some(self.state)
    }
    /// Ours is not generated.
    pub fn run(mut self) -> u32 {
        self.r#type();
        self.state
    }
}
const _: () = {
    const __TYPE_IS_RESULT: bool = {
        #[allow(unused_imports)]
        use ::stepflow::__private::NotAResult as _;
        ::stepflow::__private::Probe::<Option<u32>>::IS_RESULT
    };
    #[allow(non_camel_case_types, clippy::enum_variant_names)]
    enum __Step {
        r#type,
    }
    #[allow(dead_code, private_interfaces, unreachable_pub)]
    impl Counter {
        /// Handle of the step `type`.
        const TYPE: ::stepflow::StepHandle<
            <Option<
                u32,
            > as ::stepflow::__private::StepReturn<{ __TYPE_IS_RESULT }>>::Output,
        > = ::stepflow::__private::handle(
            "Counter",
            "type",
            {
                #[allow(unused_imports)]
                use ::stepflow::__private::DecodeFallback as _;
                ::stepflow::__private::Probe::<
                    <Option<
                        u32,
                    > as ::stepflow::__private::StepReturn<{ __TYPE_IS_RESULT }>>::Output,
                >::DECODE
            },
        );
        /// The graph of the steps; nothing is run.
        #[must_use]
        pub fn graph() -> ::stepflow::WorkflowGraph {
            <Self as ::stepflow::StaticWorkflow>::DEFINITION.graph()
        }
    }
    #[automatically_derived]
    impl ::stepflow::Workflow for Counter {
        type State = u32;
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
    impl ::stepflow::StaticWorkflow for Counter {
        #[allow(clippy::needless_update)]
        const DEFINITION: &'static ::stepflow::WorkflowDefinition = &::stepflow::WorkflowDefinition {
            name: ::stepflow::__private::Cow::Borrowed("Counter"),
            steps: ::stepflow::__private::Cow::Borrowed(const {
                &[
                    ::stepflow::StepDefinition {
                        name: ::stepflow::__private::Cow::Borrowed("type"),
                        ..::stepflow::StepDefinition::BLANK
                    },
                ]
            }),
            ..::stepflow::WorkflowDefinition::BLANK
        };
    }
    #[automatically_derived]
    impl ::stepflow::BlockingWorkflow for Counter {
        #[inline]
        #[allow(deprecated, unreachable_code, unused_variables)]
        fn run_step(
            &mut self,
            step: usize,
            _ctx: &mut ::stepflow::RunContext<'_>,
        ) -> ::stepflow::StepOutcome {
            match step {
                index if index == __Step::r#type as usize => {
                    let result = <Option<
                        u32,
                    > as ::stepflow::__private::StepReturn<
                        { __TYPE_IS_RESULT },
                    >>::into_step_result(Self::r#type(self));
                    ::stepflow::StepOutcome::of(result, ::stepflow::__private::any_error)
                }
                _ => ::stepflow::StepOutcome::unknown_step(step),
            }
        }
    }
};
