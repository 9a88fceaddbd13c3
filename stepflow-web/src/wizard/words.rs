//! Every word that the pages of a wizard say by themselves, in one place, for other languages.

use std::borrow::Cow;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident: $text:literal,)*) => {
        /// Every word that the pages of a wizard say by themselves. The default is English; the words of the questions are
        /// the wizard's own.
        ///
        /// ```
        /// use stepflow_web::Words;
        ///
        /// let words = Words { continue_: "Weiter".into(), back: "Zurück".into(), ..Words::default() };
        /// assert_eq!(words.submit, "Submit");
        /// ```
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[expect(clippy::exhaustive_structs, reason = "written as a literal over `default`")]
        pub struct Words {
            $($(#[$doc])* pub $name: Cow<'static, str>,)*
        }

        impl Default for Words {
            fn default() -> Self {
                Self { $($name: Cow::Borrowed($text),)* }
            }
        }
    };
}

words! {
    /// The button that adds an item to a collection.
    add: "Add",
    /// The button that adds a row to a list.
    add_row: "Add another",
    /// Said before a time.
    answers_kept: "Your answers are kept until",
    /// Said after `Enter` or `Select` where the question itself is no name.
    an_answer: "an answer",
    /// The button that goes back.
    back: "Back",
    /// The button that ends the wizard, after a question.
    cancel: "Cancel",
    /// Leaves the wizard as it is.
    cancel_no: "No, go back",
    /// What ending the wizard means.
    cancel_text: "All answers that you gave are deleted.",
    /// The question before the wizard is ended.
    cancel_title: "Do you want to cancel?",
    /// Ends the wizard.
    cancel_yes: "Yes, delete my answers",
    /// Said when the wizard was ended.
    cancelled_text: "Your answers were deleted.",
    /// The heading when the wizard was ended.
    cancelled_title: "Cancelled",
    /// The link at an answer on the check page, and at an item of a collection.
    change: "Change",
    /// Said on a step whose answer is not valid any more.
    check_again: "This needs another look, because an earlier answer has changed.",
    /// The heading of the check page.
    check_title: "Check your answers",
    /// The first entry of a list to choose from, where an answer is required.
    choose: "Choose one",
    /// Said when answers wait to be confirmed.
    confirm: "These are the answers that were taken. Continue if they are right.",
    /// The button that goes on.
    continue_: "Continue",
    /// A link or button back into the wizard.
    continue_link: "Go on",
    /// Said of the step of the progress list that is shown.
    current: "current",
    /// Said of an answered step in the progress list.
    done: "done",
    /// Said on the last page.
    done_text: "We have your answers.",
    /// The heading of the last page.
    done_title: "Done",
    /// Said before a label where a text is missing.
    enter: "Enter",
    /// Said before an error.
    error: "Error:",
    /// The heading of all errors.
    error_heading: "There is a problem",
    /// Said when the wizard is over its time.
    expired_text: "Your answers were kept for a limited time, and have been deleted.",
    /// The heading when the wizard is over its time.
    expired_title: "Your answers have expired",
    /// Said on the check page when whoever takes submissions failed.
    failed: "We could not take your answers. Nothing is lost: try again in a moment.",
    /// Said when a wizard is submitted too early.
    incomplete: "Something is still missing. Answer this first.",
    /// The heading of the items of a collection.
    items: "Added so far",
    /// Drops what was typed on an old page.
    keep_saved: "Keep what is saved",
    /// Puts what was typed on an old page over what is saved.
    keep_typed: "Use what I typed",
    /// The button that makes a link to come back.
    link: "Make a link",
    /// Said before a time.
    link_text: "With this link you, or anybody who has it, can go on from another device. It works once, until",
    /// The heading over a link to come back.
    link_title: "Your link",
    /// Said of a link that leads nowhere.
    link_void_text: "It was used already, is too old, or was not copied as a whole.",
    /// The heading of a link that leads nowhere.
    link_void_title: "This link does not work",
    /// Said when a loader failed.
    loader_text: "Something that this page needs could not be fetched. Your answers are safe.",
    /// The heading when a loader failed.
    loader_title: "This page cannot be shown at the moment",
    /// The button that keeps the answers longer.
    more_time: "I need more time",
    /// A negative answer.
    no: "No",
    /// The first entry of a list to choose from, where none is needed.
    no_answer: "No answer",
    /// Said in place of a control for files.
    no_files: "Files cannot be sent here.",
    /// Said of an empty collection.
    no_items: "Nothing was added yet.",
    /// Said of an unknown address.
    not_found_text: "There is nothing at this address.",
    /// The heading of an unknown address.
    not_found_title: "Page not found",
    /// An optional answer that was not given.
    not_provided: "Not provided",
    /// Said of a step of the progress list that is still to come.
    not_yet: "not yet",
    /// Said of a question that needs no answer.
    optional: "(optional)",
    /// What the progress list is called.
    progress: "Progress",
    /// Said before the reference of a submission.
    reference: "Your reference",
    /// The heading when the wizard refuses a command.
    refused_title: "This cannot be done now",
    /// The button that takes an item or a row away.
    remove: "Remove",
    /// The button that starts over.
    restart: "Start again",
    /// What starting over means.
    restart_text: "All answers that you gave are deleted, and you begin at the first question.",
    /// The question before everything begins anew.
    restart_title: "Do you want to start again?",
    /// Starts over.
    restart_yes: "Yes, start again",
    /// Said at the end of a link to come back.
    resume_text: "Your answers are waiting.",
    /// The heading at the end of a link to come back.
    resume_title: "Go on where you stopped",
    /// A link to the same page.
    retry: "Try again",
    /// The button that keeps what was typed.
    save: "Save and come back later",
    /// Said before a time.
    saved_text: "You can close this page. Come back to this address in the same browser to go on. Your answers are kept until",
    /// The heading when what was typed was kept.
    saved_title: "Your answers are saved",
    /// The heading over what is saved.
    saved_value: "What is saved",
    /// Said when the second fact is wrong.
    second_fact_wrong: "This is not what was given before.",
    /// Said before a label where a choice is missing.
    select: "Select",
    /// Said at a field whose value is not shown.
    sensitive_note: "For your safety this is not shown again. Leave it empty to keep what you gave before.",
    /// Said when the answers are complete and lead nowhere.
    no_way: "There is no way on from here with these answers. Change one of them.",
    /// The heading of the wizards of a person, where one can have several.
    yours: "Under way",
    /// The button that begins a wizard.
    begin: "Start now",
    /// The label of the second fact.
    second_fact: "To make sure that it is you, answer this once more:",
    /// The button that passes a step.
    skip: "Skip this question",
    /// Said of a step of the progress list that was passed.
    skipped: "skipped",
    /// Said when an old page was sent.
    stale_text: "This was changed in another tab or window after you opened the page. Nothing is lost: choose what counts.",
    /// The heading when an old page was sent.
    stale_title: "Your answers were changed elsewhere",
    /// The button on the last page that begins anew.
    start_another: "Start another",
    /// Said before the number of a step.
    step: "Step",
    /// Said between the number of a step and the number of all.
    step_of: "of",
    /// The button on the check page. Name the act instead, such as `Register`.
    submit: "Submit",
    /// Said when a page of a finished wizard was sent.
    submitted_text: "It was sent once, and is not sent again.",
    /// The heading when a page of a finished wizard was sent.
    submitted_title: "This was sent already",
    /// What the list of suggestions is called.
    suggestions: "Suggestions",
    /// Said when no more wizards can be begun.
    too_many_text: "Too many are open at the moment. Finish or cancel one of yours first, or come back later.",
    /// The heading when no more wizards can be begun.
    too_many_title: "You cannot begin another one now",
    /// The heading over what was typed on an old page.
    typed_value: "What you typed",
    /// Said when a saved wizard cannot be read.
    unusable_text: "What was saved does not fit this service any more. Start again; we are sorry.",
    /// The heading when a saved wizard cannot be read.
    unusable_title: "Your answers cannot be read",
    /// Said while a submission is being taken.
    working: "Your answers are being taken. This page looks again when you reload it.",
    /// The heading while a submission is being taken.
    working_title: "One moment",
    /// A positive answer.
    yes: "Yes",
}
