/// Signs a new customer up.
impl RegistrationWizard {
    /// Who are you?
    fn account(&mut self, answer: Account) -> Result<(), FieldError> {
        self.state.email = self.check(answer.email)?;
        Ok(())
    }
    fn plan(&mut self, plan: Plan) -> Plan {
        self.state.plan = plan.clone();
        plan
    }
    fn company(&mut self, mut answer: Company) {
        self.state.company = Some(answer);
    }
    fn summary(&self) {}
    /// A helper, left alone.
    fn check(&self, email: String) -> Result<String, FieldError> {
        Ok(email)
    }
}
const _: () = {
    const __ACCOUNT_IS_RESULT: bool = {
        #[allow(unused_imports)]
        use ::stepflow_wizard::__private::NotAResult as _;
        ::stepflow_wizard::__private::Probe::<Result<(), FieldError>>::IS_RESULT
    };
    const __PLAN_IS_RESULT: bool = {
        #[allow(unused_imports)]
        use ::stepflow_wizard::__private::NotAResult as _;
        ::stepflow_wizard::__private::Probe::<Plan>::IS_RESULT
    };
    #[allow(dead_code, private_interfaces, unreachable_pub)]
    impl RegistrationWizard {
        /// Handle of the step `account`. Who are you?
        const ACCOUNT: ::stepflow_wizard::__private::StageHandle<Account> = ::stepflow_wizard::__private::StageHandle::asks(
            "account",
            "answer",
        );
        /// Handle of the step `plan`.
        const PLAN: ::stepflow_wizard::__private::StageHandle<Plan> = ::stepflow_wizard::__private::StageHandle::asks(
            "plan",
            "plan",
        );
        /// Handle of the step `company`.
        const COMPANY: ::stepflow_wizard::__private::StageHandle<Company> = ::stepflow_wizard::__private::StageHandle::asks(
            "company",
            "answer",
        );
        /// Handle of the step `overview`.
        const SUMMARY: ::stepflow_wizard::__private::StageHandle<()> = ::stepflow_wizard::__private::StageHandle::page(
            "overview",
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
    #[automatically_derived]
    impl ::stepflow_wizard::__private::Wizard for RegistrationWizard {
        type State = Registration;
        fn state(&self) -> &Self::State {
            let Self { state, .. } = self;
            state
        }
        fn blueprint() -> ::core::result::Result<
            ::stepflow_wizard::__private::Blueprint,
            ::stepflow_wizard::__private::DefinitionErrors,
        > {
            ::stepflow_wizard::__private::Outline::new("registration", 2)
                .description("Signs a new customer up.")
                .steps([
                    ::stepflow_wizard::__private::Stage::asks(Self::ACCOUNT)
                        .title("Account")
                        .prompt("Who are you?")
                        .help("We never pass it on.")
                        .suggestions(&["ada@example.org"])
                        .sensitive(&["password"])
                        .ways([::stepflow_wizard::__private::Way::to("plan")]),
                    ::stepflow_wizard::__private::Stage::asks(Self::PLAN)
                        .title("Your plan")
                        .can_skip(true)
                        .skip_default(Self::PLAN, Plan::Free)
                        .ways([
                            ::stepflow_wizard::__private::Way::to("overview").by("Free"),
                            ::stepflow_wizard::__private::Way::to("company").by("Team"),
                        ]),
                    ::stepflow_wizard::__private::Stage::asks(Self::COMPANY)
                        .title("Company")
                        .prompt("Where to, {{ email }}?")
                        .ways([::stepflow_wizard::__private::Way::to("overview")]),
                    ::stepflow_wizard::__private::Stage::page("overview")
                        .title("Overview")
                        .can_go_back(false)
                        .auto_advance(false)
                        .ways([::stepflow_wizard::__private::Way::to("END")]),
                ])
        }
        #[allow(deprecated, unreachable_code, unused_variables)]
        fn take(
            &mut self,
            stage: &str,
            answer: &::stepflow_wizard::__private::Answers,
        ) -> ::core::result::Result<
            ::stepflow_wizard::__private::Way,
            ::stepflow_wizard::__private::Rejection,
        > {
            match stage {
                "account" => {
                    let rules: [::stepflow_wizard::__private::Rule<Account>; 2] = {
                        #[allow(unused_imports)]
                        use ::stepflow_wizard::__private::NoRules as _;
                        [
                            ::stepflow_wizard::__private::Rules::<Account>::GARDE,
                            ::stepflow_wizard::__private::Rules::<Account>::VALIDATOR,
                        ]
                    };
                    let answer = Self::ACCOUNT.take(answer, &rules)?;
                    let result = <Result<
                        (),
                        FieldError,
                    > as ::stepflow_wizard::__private::StepReturn<
                        { __ACCOUNT_IS_RESULT },
                    >>::into_step_result(Self::account(self, answer));
                    ::stepflow_wizard::__private::Way::routed(
                        result,
                        |output| ::stepflow_wizard::__private::Way::only(output, "plan"),
                    )
                }
                "plan" => {
                    let rules: [::stepflow_wizard::__private::Rule<Plan>; 2] = {
                        #[allow(unused_imports)]
                        use ::stepflow_wizard::__private::NoRules as _;
                        [
                            ::stepflow_wizard::__private::Rules::<Plan>::GARDE,
                            ::stepflow_wizard::__private::Rules::<Plan>::VALIDATOR,
                        ]
                    };
                    let answer = Self::PLAN.take(answer, &rules)?;
                    let result = <Plan as ::stepflow_wizard::__private::StepReturn<
                        { __PLAN_IS_RESULT },
                    >>::into_step_result(Self::plan(self, answer));
                    ::stepflow_wizard::__private::Way::routed(
                        result,
                        |output| match *output {
                            Plan::Free => {
                                ::stepflow_wizard::__private::Way::to("overview").by("Free")
                            }
                            Plan::Team { .. } => {
                                ::stepflow_wizard::__private::Way::to("company").by("Team")
                            }
                        },
                    )
                }
                "company" => {
                    let rules: [::stepflow_wizard::__private::Rule<Company>; 2] = {
                        #[allow(unused_imports)]
                        use ::stepflow_wizard::__private::NoRules as _;
                        [
                            ::stepflow_wizard::__private::Rules::<Company>::GARDE,
                            ::stepflow_wizard::__private::Rules::<Company>::VALIDATOR,
                        ]
                    };
                    let answer = Self::COMPANY.take(answer, &rules)?;
                    let result = <() as ::stepflow_wizard::__private::StepReturn<
                        { false },
                    >>::into_step_result(Self::company(self, answer));
                    let way = ::stepflow_wizard::__private::Way::routed(
                        result,
                        |output| ::stepflow_wizard::__private::Way::only(
                            output,
                            "overview",
                        ),
                    )?;
                    let Self { state, .. } = self;
                    way.unless_kept((check)(state))
                }
                "overview" => {
                    let result = <() as ::stepflow_wizard::__private::StepReturn<
                        { false },
                    >>::into_step_result(Self::summary(self));
                    ::stepflow_wizard::__private::Way::routed(
                        result,
                        |output| ::stepflow_wizard::__private::Way::only(output, "END"),
                    )
                }
                _ => {
                    ::core::result::Result::Err(
                        ::stepflow_wizard::__private::unknown_step(stage),
                    )
                }
            }
        }
        fn skip(
            &mut self,
            stage: &str,
        ) -> ::core::result::Result<
            ::stepflow_wizard::__private::Way,
            ::stepflow_wizard::__private::Rejection,
        > {
            match stage {
                "company" => {
                    ::core::result::Result::Ok(
                        ::stepflow_wizard::__private::Way::to("overview"),
                    )
                }
                _ => {
                    ::core::result::Result::Err(
                        ::stepflow_wizard::__private::not_skippable(stage),
                    )
                }
            }
        }
        fn relevant(&self, stage: &str) -> bool {
            let Self { state, .. } = self;
            match stage {
                "company" => {
                    let when: fn(&Registration) -> bool = Registration::pays;
                    when(state)
                }
                _ => true,
            }
        }
        fn enter(&mut self, stage: &str) {
            let Self { state, .. } = self;
            match stage {
                "company" => {
                    let enter: fn(&mut Registration) = prepare;
                    enter(state);
                }
                _ => {}
            }
        }
    }
    #[allow(unused_imports)]
    use ::stepflow_wizard::__private::step as _;
    #[allow(unused_imports)]
    use ::stepflow_wizard::__private::step as _;
    #[allow(unused_imports)]
    use ::stepflow_wizard::__private::step as _;
    #[allow(unused_imports)]
    use ::stepflow_wizard::__private::step as _;
};
