//! What callers are answered.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;
use stepflow_wizard::{DiagnosticCode, Journey, Kind, Map, Name, Outcome, Submitted, Timestamp};

use super::WizardBody;
use super::wizard::Stand;

/// What came of a command.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::api) struct Advanced {
    /// In one word, what happened.
    kind: KindBody,
    /// The stage that was left, if another one is current now, or the same one anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    /// Required fields of the current stage that have no value yet.
    missing: Vec<String>,
    /// Fields whose values the command changed.
    changed: Vec<String>,
    /// What stages had to say that were passed without stopping.
    messages: Vec<String>,
    /// What else there is to know: why the wizard stays where it is, fields that nobody asked for.
    notes: Vec<Note>,
    /// The wizard, as it is saved now.
    pub(in crate::api) wizard: WizardBody,
    /// The state, sealed, where the caller keeps it: to be sent with the next request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::api) token: Option<String>,
}

/// In one word, what happened.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Kind")]
enum KindBody {
    /// The wizard was ended before its end.
    Cancelled,
    /// All is answered; it can be submitted.
    Completed,
    /// The answers were taken and wait to be confirmed: submit none to go on.
    Confirm,
    /// What was given is fine, and something required is missing.
    Incomplete,
    /// The answer was not taken.
    Invalid,
    /// Another stage is current.
    Moved,
    /// The call was carried out before; nothing changed.
    Repeated,
    /// Something was kept, and no move was asked for.
    Saved,
    /// The wizard could not move.
    Stayed,
}

/// Something to know.
#[derive(Debug, Serialize, JsonSchema)]
struct Note {
    /// What kind of thing it is.
    code: &'static str,
    /// What happened.
    detail: String,
}

/// A wizard whose state the caller keeps.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::api) struct Sealed {
    /// The state, sealed: to be sent with the next request.
    pub(in crate::api) token: String,
    /// The wizard.
    pub(in crate::api) wizard: WizardBody,
}

/// What came of a command, in the fifteen fields of the original.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::api) struct Original {
    /// The revision for the next command.
    pub(in crate::api) revision: u64,
    /// The fifteen fields; sensitive ones are left out of the state and the metadata.
    pub(in crate::api) result: Map,
}

/// What the person got for a submission.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(in crate::api) struct Receipt {
    /// The name of the submission.
    submission: String,
    /// What the person quotes when they ask.
    reference: String,
    /// Whatever else there is to show.
    data: Map,
    /// When it was taken.
    #[schemars(with = "String", extend("format" = "date-time"))]
    at: Timestamp,
    /// Until when the receipt is kept.
    #[schemars(with = "String", extend("format" = "date-time"))]
    expires_at: Timestamp,
}

/// The way that the answers lead: for a page that shows them before they are submitted.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::api) struct Answers {
    /// The revision that was looked at.
    pub(in crate::api) revision: u64,
    /// The stages that were passed, in the order of the way.
    steps: Vec<Step>,
    /// The stage where the way ends for now: the first one that needs something, or an end.
    open: String,
    /// Why it does, where the answers of that stage are there and not good enough.
    errors: Vec<FieldProblem>,
    /// Whether the way leads to an end.
    complete: bool,
}

/// One stage of the way.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PassedStage")]
struct Step {
    /// Its name.
    stage: String,
    /// What people see as its title.
    title: String,
    /// How it stands.
    standing: Stand,
    /// Its answers, without the sensitive ones.
    answers: Map,
    /// The fields that were answered and are not shown.
    sensitive: Vec<String>,
}

/// Why a request was refused (RFC 9457). Nothing was changed, unless it says otherwise.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub(in crate::api) struct ProblemBody {
    /// What kind of problem it is, for programs; without it, the status says all.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "uri-reference"))]
    pub(in crate::api) kind: Option<String>,
    /// The same in words.
    pub(in crate::api) title: String,
    /// The status of the answer.
    #[schemars(range(min = 400, max = 599))]
    pub(in crate::api) status: u16,
    /// What it means in this case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::api) detail: Option<String>,
    /// What is wrong with the request, place by place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::api) errors: Vec<FieldProblem>,
    /// The wizard as it is saved now, where that helps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::api) wizard: Option<Box<WizardBody>>,
    /// The first stage that needs an answer, where something is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::api) open: Option<String>,
    /// What the person got, where the wizard was submitted already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::api) receipt: Option<Box<Receipt>>,
    /// The state, sealed, where the caller keeps it and the answer was not taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::api) token: Option<String>,
}

/// What is wrong at one place.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(in crate::api) struct FieldProblem {
    /// The place in the request, as a JSON pointer.
    #[schemars(extend("format" = "json-pointer"))]
    pub(in crate::api) pointer: String,
    /// The field of the stage, where one can be blamed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::api) field: Option<String>,
    /// What kind of mistake it is: a keyword of JSON Schema, or a word of the wizard's own.
    pub(in crate::api) code: String,
    /// What to do about it, for a person.
    pub(in crate::api) detail: String,
}

impl Advanced {
    pub(in crate::api) fn of(outcome: &Outcome, wizard: WizardBody) -> Self {
        let names = |names: &BTreeSet<Name>| names.iter().map(ToString::to_string).collect();
        Self {
            kind: outcome.kind.into(),
            from: outcome.moved.as_ref().map(|moved| moved.from.to_string()),
            missing: names(&outcome.missing),
            changed: names(&outcome.changed),
            messages: outcome.messages.clone(),
            notes: outcome.diagnostics.iter().filter_map(Note::of).collect(),
            wizard,
            token: None,
        }
    }
}

impl Note {
    /// What a caller may know; the rest is for the author of the definition.
    fn of(diagnostic: &stepflow_wizard::Diagnostic) -> Option<Self> {
        let code = match diagnostic.code {
            DiagnosticCode::NavigationRefused => "navigation_refused",
            DiagnosticCode::NoWayOn => "no_way_on",
            DiagnosticCode::Reopened => "reopened",
            DiagnosticCode::UnknownFields => "unknown_fields",
            _ => return None,
        };
        Some(Self { code, detail: diagnostic.message.clone() })
    }
}

impl From<Kind> for KindBody {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Cancelled => Self::Cancelled,
            Kind::Completed => Self::Completed,
            Kind::Confirm => Self::Confirm,
            Kind::Incomplete => Self::Incomplete,
            Kind::Invalid => Self::Invalid,
            Kind::Moved => Self::Moved,
            Kind::Repeated => Self::Repeated,
            Kind::Saved => Self::Saved,
            _ => Self::Stayed,
        }
    }
}

impl From<&Submitted> for Receipt {
    fn from(submitted: &Submitted) -> Self {
        Self {
            submission: submitted.submission.to_string(),
            reference: submitted.receipt.reference.clone(),
            data: submitted.receipt.data.clone(),
            at: submitted.at,
            expires_at: submitted.expires_at,
        }
    }
}

impl Answers {
    pub(in crate::api) fn of(revision: u64, journey: Journey) -> Self {
        let step = |step: stepflow_wizard::JourneyStep| {
            let mut answers = step.answers;
            answers.retain(|name, _| !step.sensitive.iter().any(|sensitive| **sensitive == **name));
            Step {
                stage: step.stage.to_string(),
                title: step.title.to_string(),
                standing: step.standing.into(),
                answers,
                sensitive: step.sensitive.iter().map(ToString::to_string).collect(),
            }
        };
        Self {
            revision,
            steps: journey.steps.into_iter().map(step).collect(),
            open: journey.open.to_string(),
            errors: FieldProblem::of(&journey.errors, ""),
            complete: journey.complete,
        }
    }
}

impl FieldProblem {
    /// What is wrong with the fields of a map that stands at `base` in the request.
    pub(in crate::api) fn of(errors: &[stepflow_wizard::FieldError], base: &str) -> Vec<Self> {
        let problem = |error: &stepflow_wizard::FieldError| {
            let field = error.field.as_deref();
            let own = field.map(|field| format!("/{}", escape(field))).unwrap_or_default();
            Self {
                pointer: format!("{base}{own}{}", error.path),
                field: field.map(str::to_owned),
                code: error.code.to_string(),
                detail: error.message.clone(),
            }
        };
        errors.iter().map(problem).collect()
    }
}

/// A key as part of a JSON pointer.
pub(in crate::api) fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
