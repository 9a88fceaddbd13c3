impl Triage {
    fn classify(&mut self) -> String {
        self.api.classify(&self.state)
    }
    fn bill(&mut self) {}
    fn fix(self) -> Label {
        Label::Fixed
    }
}
const _: () = {
    const __FIX_IS_RESULT: bool = {
        #[allow(unused_imports)]
        use ::stepflow::__private::NotAResult as _;
        ::stepflow::__private::Probe::<Label>::IS_RESULT
    };
    #[allow(dead_code, private_interfaces, unreachable_pub)]
    impl Triage {
        /// Handle of the step `classify`.
        const CLASSIFY: ::stepflow::StepHandle<String> = ::stepflow::__private::handle(
            "Triage",
            "classify",
            {
                #[allow(unused_imports)]
                use ::stepflow::__private::DecodeFallback as _;
                ::stepflow::__private::Probe::<String>::DECODE
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
    impl ::stepflow::Workflow for Triage {
        type State = Ticket;
        type Mode = ::stepflow::Blocking;
        fn definition(&self) -> ::stepflow::DefinitionRef {
            ::core::unreachable!()
        }
        fn state(&self) -> &Self::State {
            ::core::unreachable!()
        }
        fn into_state(self) -> Self::State {
            ::core::unreachable!()
        }
    }
    impl ::stepflow::StaticWorkflow for Triage {
        const DEFINITION: &'static ::stepflow::WorkflowDefinition = &::stepflow::WorkflowDefinition::BLANK;
    }
    impl ::stepflow::BlockingWorkflow for Triage {
        fn run_step(
            &mut self,
            _: usize,
            _: &mut ::stepflow::RunContext<'_>,
        ) -> ::stepflow::StepOutcome {
            ::core::unreachable!()
        }
    }
};
::core::compile_error! {
    "step `bill`: `retry(…)` has no key `tmies`; did you mean `times`? the keys are `times`, `delay`, `backoff`, `factor`, `max_delay`, `jitter`, `budget`, `timeouts`, `on` and `when`"
}
::core::compile_error! {
    "step `classify` leads to `bil`, which is no step of this workflow; did you mean `bill`? from here it goes on to `bill`, `fix` or `END`"
}
::core::compile_error! {
    "step `fix` takes `self` by value; a step works on the shared state, so it takes `&mut self`"
}
