#[cfg(feature = "trips")]
impl<T: Tariff> Booking<T> {
    pub fn means(&mut self, means: Option<String>) -> String {
        means.unwrap_or_default()
    }
    #[cfg(feature = "cars")]
    fn drive(&mut self, _: Car) -> bool {
        true
    }
    fn lodging(&mut self, stay: Stay) {}
    fn extras(&mut self, extras: ExtrasState) -> Result<(), Refused> {
        Ok(())
    }
    pub(crate) fn more(&mut self, r#type: bool) -> bool {
        r#type
    }
}
#[cfg(feature = "trips")]
const _: () = {
    const __EXTRAS_IS_RESULT: bool = {
        #[allow(unused_imports)]
        use ::facade::wizards::__private::NotAResult as _;
        ::facade::wizards::__private::Probe::<Result<(), Refused>>::IS_RESULT
    };
    #[allow(non_camel_case_types, clippy::enum_variant_names)]
    enum __Step {
        means,
        #[cfg(feature = "cars")]
        drive,
        lodging,
        extras,
        more,
    }
    const __NAMES: &[&str] = &[
        "means",
        #[cfg(feature = "cars")]
        "drive",
        "lodging",
        "extras",
        "more",
    ];
    #[allow(dead_code, private_interfaces, unreachable_pub)]
    impl<T: Tariff> Booking<T> {
        /// Handle of the step `means`.
        pub const MEANS: ::facade::wizards::__private::StageHandle<Option<String>> = ::facade::wizards::__private::StageHandle::asks(
            "means",
            "means",
        );
        /// Handle of the step `drive`.
        #[cfg(feature = "cars")]
        const DRIVE: ::facade::wizards::__private::StageHandle<Car> = ::facade::wizards::__private::StageHandle::asks(
            "drive",
            "drive",
        );
        /// Handle of the step `lodging`.
        const LODGING: ::facade::wizards::__private::StageHandle<Stay> = ::facade::wizards::__private::StageHandle::calls(
            "lodging",
        );
        /// Handle of the step `extras`.
        const EXTRAS: ::facade::wizards::__private::StageHandle<ExtrasState> = ::facade::wizards::__private::StageHandle::calls(
            "extras",
        );
        /// Handle of the step `more`.
        pub(crate) const MORE: ::facade::wizards::__private::StageHandle<bool> = ::facade::wizards::__private::StageHandle::asks(
            "more",
            "type",
        );
        /// The wizard, ready to be walked. `around` puts it together around a state, whenever the answers
        /// are gone through.
        ///
        /// # Errors
        ///
        /// A text is a template that does not parse.
        pub fn definition(
            around: impl ::core::ops::Fn(
                Trip<T>,
            ) -> Self + ::core::marker::Send + ::core::marker::Sync + 'static,
        ) -> ::core::result::Result<
            ::facade::wizards::__private::Definition,
            ::facade::wizards::__private::DefinitionErrors,
        > {
            ::facade::wizards::__private::definition::<Self>(around)
        }
        /// The graph of the steps; nothing is asked.
        ///
        /// # Errors
        ///
        /// A text is a template that does not parse.
        pub fn graph() -> ::core::result::Result<
            ::facade::wizards::__private::WorkflowGraph,
            ::facade::wizards::__private::DefinitionErrors,
        > {
            ::facade::wizards::__private::graph::<Self>()
        }
    }
    #[automatically_derived]
    impl<T: Tariff> ::facade::wizards::__private::Wizard for Booking<T> {
        type State = Trip<T>;
        fn state(&self) -> &Self::State {
            let Self { state, .. } = self;
            state
        }
        fn blueprint() -> ::core::result::Result<
            ::facade::wizards::__private::Blueprint,
            ::facade::wizards::__private::DefinitionErrors,
        > {
            {
                let _ = |whole: &<Self as ::facade::wizards::__private::Wizard>::State| {
                    let _ = &whole.city;
                };
                let _ = |
                    whole: &<Lodging<T> as ::facade::wizards::__private::Wizard>::State|
                {
                    let _ = &whole.place;
                };
                let _ = |
                    whole: &<Lodging<T> as ::facade::wizards::__private::Wizard>::State|
                {
                    let _ = &whole.arrival;
                };
                let _ = |
                    whole: &<Lodging<T> as ::facade::wizards::__private::Wizard>::State|
                {
                    let _ = &whole.nights;
                };
                let _ = |whole: &Stay| {
                    let _ = &whole.nights;
                };
            }
            {
                let _: fn(
                    <Extras as ::facade::wizards::__private::Wizard>::State,
                ) -> ExtrasState = |state| state;
            }
            ::facade::wizards::__private::Outline::new("Booking", 0)
                .steps([
                    ::facade::wizards::__private::Stage::asks(Self::MEANS)
                        .title("Means")
                        .ways([
                            ::facade::wizards::__private::Way::to(__NAMES[__DRIVE_INDEX])
                                .by("car"),
                            ::facade::wizards::__private::Way::to("lodging").by("other"),
                        ]),
                    #[cfg(feature = "cars")]
                    ::facade::wizards::__private::Stage::asks(Self::DRIVE)
                        .title("Drive")
                        .ways([
                            ::facade::wizards::__private::Way::to("lodging").by("true"),
                            #[cfg(feature = "again")]
                            ::facade::wizards::__private::Way::to("means").by("false"),
                            ::facade::wizards::__private::Way::to("more").by("otherwise"),
                        ]),
                    ::facade::wizards::__private::Stage::calls::<
                        Lodging<T>,
                    >("lodging", Lodging::new)
                        .pass("city", "place")
                        .pass("first night", "arrival")
                        .take("nights", "nights")
                        .title("Lodging")
                        .ways([::facade::wizards::__private::Way::to("extras")]),
                    ::facade::wizards::__private::Stage::calls::<
                        Extras,
                    >("extras", ::core::convert::From::from)
                        .title("Extras")
                        .can_skip(true)
                        .ways([::facade::wizards::__private::Way::to("more")]),
                    ::facade::wizards::__private::Stage::asks(Self::MORE)
                        .title("More")
                        .ways([
                            ::facade::wizards::__private::Way::to("lodging").by("true"),
                            ::facade::wizards::__private::Way::to("END").by("false"),
                        ]),
                ])
        }
        #[allow(deprecated, unreachable_code, unused_variables)]
        fn take(
            &mut self,
            stage: &str,
            answer: &::facade::wizards::__private::Answers,
        ) -> ::core::result::Result<
            ::facade::wizards::__private::Way,
            ::facade::wizards::__private::Rejection,
        > {
            match stage {
                "means" => {
                    let rules: [::facade::wizards::__private::Rule<Option<String>>; 2] = {
                        #[allow(unused_imports)]
                        use ::facade::wizards::__private::NoRules as _;
                        [
                            ::facade::wizards::__private::Rules::<Option<String>>::GARDE,
                            ::facade::wizards::__private::Rules::<
                                Option<String>,
                            >::VALIDATOR,
                        ]
                    };
                    let answer = Self::MEANS.take(answer, &rules)?;
                    let result = <String as ::facade::wizards::__private::StepReturn<
                        { false },
                    >>::into_step_result(Self::means(self, answer));
                    ::facade::wizards::__private::Way::routed(
                        result,
                        |output| match ::facade::wizards::__private::Way::text(output) {
                            "car" => {
                                ::facade::wizards::__private::Way::to(
                                        __NAMES[__DRIVE_INDEX],
                                    )
                                    .by("car")
                            }
                            _ => {
                                ::facade::wizards::__private::Way::to("lodging").by("other")
                            }
                        },
                    )
                }
                #[cfg(feature = "cars")]
                "drive" => {
                    let rules: [::facade::wizards::__private::Rule<Car>; 2] = {
                        #[allow(unused_imports)]
                        use ::facade::wizards::__private::NoRules as _;
                        [
                            ::facade::wizards::__private::Rules::<Car>::GARDE,
                            ::facade::wizards::__private::Rules::<Car>::VALIDATOR,
                        ]
                    };
                    let answer = Self::DRIVE.take(answer, &rules)?;
                    let result = <bool as ::facade::wizards::__private::StepReturn<
                        { false },
                    >>::into_step_result(Self::drive(self, answer));
                    ::facade::wizards::__private::Way::routed(
                        result,
                        |output| match *output {
                            true => {
                                ::facade::wizards::__private::Way::to("lodging").by("true")
                            }
                            #[cfg(feature = "again")]
                            false => {
                                ::facade::wizards::__private::Way::to("means").by("false")
                            }
                        },
                    )
                }
                "lodging" => {
                    let answer = Self::LODGING.take(answer, &[])?;
                    let result = <() as ::facade::wizards::__private::StepReturn<
                        { false },
                    >>::into_step_result(Self::lodging(self, answer));
                    ::facade::wizards::__private::Way::routed(
                        result,
                        |output| ::facade::wizards::__private::Way::only(
                            output,
                            "extras",
                        ),
                    )
                }
                "extras" => {
                    let answer = Self::EXTRAS.take(answer, &[])?;
                    let result = <Result<
                        (),
                        Refused,
                    > as ::facade::wizards::__private::StepReturn<
                        { __EXTRAS_IS_RESULT },
                    >>::into_step_result(Self::extras(self, answer));
                    ::facade::wizards::__private::Way::routed(
                        result,
                        |output| ::facade::wizards::__private::Way::only(output, "more"),
                    )
                }
                "more" => {
                    let rules: [::facade::wizards::__private::Rule<bool>; 2] = {
                        #[allow(unused_imports)]
                        use ::facade::wizards::__private::NoRules as _;
                        [
                            ::facade::wizards::__private::Rules::<bool>::GARDE,
                            ::facade::wizards::__private::Rules::<bool>::VALIDATOR,
                        ]
                    };
                    let answer = Self::MORE.take(answer, &rules)?;
                    let result = <bool as ::facade::wizards::__private::StepReturn<
                        { false },
                    >>::into_step_result(Self::more(self, answer));
                    ::facade::wizards::__private::Way::routed(
                        result,
                        |output| match *output {
                            true => {
                                ::facade::wizards::__private::Way::to("lodging").by("true")
                            }
                            false => {
                                ::facade::wizards::__private::Way::to("END").by("false")
                            }
                        },
                    )
                }
                _ => {
                    ::core::result::Result::Err(
                        ::facade::wizards::__private::unknown_step(stage),
                    )
                }
            }
        }
        fn skip(
            &mut self,
            stage: &str,
        ) -> ::core::result::Result<
            ::facade::wizards::__private::Way,
            ::facade::wizards::__private::Rejection,
        > {
            match stage {
                #[cfg(feature = "cars")]
                "drive" => {
                    ::core::result::Result::Ok(
                        ::facade::wizards::__private::Way::to("more").by("otherwise"),
                    )
                }
                "extras" => {
                    ::core::result::Result::Ok(
                        ::facade::wizards::__private::Way::to("more"),
                    )
                }
                _ => {
                    ::core::result::Result::Err(
                        ::facade::wizards::__private::not_skippable(stage),
                    )
                }
            }
        }
        fn relevant(&self, stage: &str) -> bool {
            let Self { state, .. } = self;
            match stage {
                #[cfg(feature = "cars")]
                "drive" => {
                    let when: fn(&Trip<T>) -> bool = Trip::is_far;
                    when(state)
                }
                _ => true,
            }
        }
    }
    #[cfg(any(all(feature = "cars")))]
    const __DRIVE_INDEX: usize = __Step::drive as usize;
    #[cfg(not(any(all(feature = "cars"))))]
    const __DRIVE_INDEX: usize = usize::MAX;
    #[cfg(not(any(all(feature = "cars"))))]
    ::core::compile_error! {
        "step `means` leads to step `drive`, which is configured away here; put the same `#[cfg]` on the route or on the step"
    }
    const __EDGES: &[&[usize]] = &[
        &[{ __DRIVE_INDEX }, { __Step::lodging as usize }],
        #[cfg(feature = "cars")]
        &[
            { __Step::lodging as usize },
            #[cfg(feature = "again")]
            { __Step::means as usize },
            __Step::more as usize,
        ],
        &[__Step::lodging as usize + 1],
        &[__Step::extras as usize + 1],
        &[{ __Step::lodging as usize }],
    ];
    #[cfg(feature = "cars")]
    const _: () = ::core::assert!(
        ::facade::wizards::__private::is_reached:: < { __EDGES.len() } > (__EDGES,
        __Step::drive as usize),
        "step `drive` can never be reached as configured here; put `#[cfg]` on it, too, or lead to it from a step that can"
    );
    const _: () = ::core::assert!(
        ::facade::wizards::__private::is_reached:: < { __EDGES.len() } > (__EDGES,
        __Step::lodging as usize),
        "step `lodging` can never be reached as configured here; put `#[cfg]` on it, too, or lead to it from a step that can"
    );
    const _: () = ::core::assert!(
        ::facade::wizards::__private::is_reached:: < { __EDGES.len() } > (__EDGES,
        __Step::extras as usize),
        "step `extras` can never be reached as configured here; put `#[cfg]` on it, too, or lead to it from a step that can"
    );
    const _: () = ::core::assert!(
        ::facade::wizards::__private::is_reached:: < { __EDGES.len() } > (__EDGES,
        __Step::more as usize),
        "step `more` can never be reached as configured here; put `#[cfg]` on it, too, or lead to it from a step that can"
    );
    #[allow(unused_imports)]
    use ::facade::wizards::__private::step as _;
    #[allow(unused_imports)]
    use ::facade::wizards::__private::step as _;
    #[allow(unused_imports)]
    use ::facade::wizards::__private::step as _;
    #[allow(unused_imports)]
    use ::facade::wizards::__private::step as _;
    #[allow(unused_imports)]
    use ::facade::wizards::__private::step as _;
};
