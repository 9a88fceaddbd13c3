impl RegistrationWizard {
    fn account(&mut self, answer: &Account) {}
    async fn plan(&mut self, plan: Plan) -> Plan {
        plan
    }
}
const _: () = {
    #[allow(unused_imports)]
    use ::stepflow_wizard::__private::step as _;
    #[allow(unused_imports)]
    use ::stepflow_wizard::__private::step as _;
    #[allow(dead_code, private_interfaces, unreachable_pub)]
    impl RegistrationWizard {
        /// Handle of the step `plan`.
        const PLAN: ::stepflow_wizard::__private::StageHandle<Plan> = ::stepflow_wizard::__private::StageHandle::broken(
            "plan",
        );
        /// The wizard, ready to be walked. `around` puts it together around a state, whenever the answers
        /// are gone through.
        ///
        /// # Errors
        ///
        /// A text is a template that does not parse.
        pub fn definition(
            around: impl ::core::ops::Fn(
                Registration,
            ) -> Self + ::core::marker::Send + ::core::marker::Sync + 'static,
        ) -> ::core::result::Result<
            ::stepflow_wizard::__private::Definition,
            ::stepflow_wizard::__private::DefinitionErrors,
        > {
            ::stepflow_wizard::__private::definition::<Self>(around)
        }
        /// The graph of the steps; nothing is asked.
        ///
        /// # Errors
        ///
        /// A text is a template that does not parse.
        pub fn graph() -> ::core::result::Result<
            ::stepflow_wizard::__private::WorkflowGraph,
            ::stepflow_wizard::__private::DefinitionErrors,
        > {
            ::stepflow_wizard::__private::graph::<Self>()
        }
    }
    impl ::stepflow_wizard::__private::Wizard for RegistrationWizard {
        type State = Registration;
        fn state(&self) -> &Self::State {
            ::core::unreachable!()
        }
        fn blueprint() -> ::core::result::Result<
            ::stepflow_wizard::__private::Blueprint,
            ::stepflow_wizard::__private::DefinitionErrors,
        > {
            ::core::unreachable!()
        }
        fn take(
            &mut self,
            _: &str,
            _: &::stepflow_wizard::__private::Answers,
        ) -> ::core::result::Result<
            ::stepflow_wizard::__private::Way,
            ::stepflow_wizard::__private::Rejection,
        > {
            ::core::unreachable!()
        }
    }
};
::core::compile_error! {
    "step `account`: `#[step]` has no key `titel`; did you mean `title`? the keys are `name`, `title`, `prompt`, `help`, `suggestions`, `when`, `can_skip`, `skip_default`, `can_go_back`, `auto_advance`, `routes`, `next`, `otherwise`, `subflow`, `on_enter`, `on_leave`, `sensitive` and `fallible`"
}
::core::compile_error! {
    "step `account` borrows its answer, which is made for this step alone; take it by value"
}
::core::compile_error! {
    "step `plan` is `async`, but a wizard's steps run again whenever the answers are walked, so they only compute; write `fn`, and do the rest when the wizard's events say so"
}
::core::compile_error! {
    "step `plan` can be skipped, but its `routes` choose by the answer; say what stands in for one, `skip_default = …`, or where a skip leads, `otherwise = END`"
}
::core::compile_error! {
    "step `plan` leads back to `account`, a step above it; lead to a step below, move `account` below, or allow ways back: `loops` in `#[wizard(…)]`"
}
