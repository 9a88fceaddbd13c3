//! A wizard, as it is shown.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use stepflow_wizard::store::Phase;
use stepflow_wizard::{
    Map, Session, StageKind, StageView, Standing, Status, Submitted, Timestamp, WizardError, Wizards,
};

use super::Receipt;

/// A wizard, as it is saved.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Wizard")]
pub(in crate::api) struct WizardBody {
    /// Its id.
    #[schemars(regex(pattern = r"^[0-9a-f]{32}$"))]
    id: String,
    /// The name of its definition.
    wizard: String,
    /// Counts its changes. A command names the one that its caller has seen.
    pub(in crate::api) revision: u64,
    /// How far it is.
    status: StatusBody,
    /// The name of its submission: there once all is answered, the same however often it is tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    submission: Option<String>,
    /// When it is over its time, if nobody changes it again.
    #[schemars(with = "String", extend("format" = "date-time"))]
    expires_at: Timestamp,
    /// The current stage, as it is to be shown; none once it was submitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<StageBody>,
    /// What the person got for it, once it was submitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<Receipt>,
}

/// How far a wizard is.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Status")]
enum StatusBody {
    /// It takes answers.
    Active,
    /// It was ended before its end.
    Cancelled,
    /// It is answered to its end, and can be submitted.
    Completed,
    /// It was submitted, and is being taken.
    Completing,
    /// It was submitted and taken.
    Done,
}

/// The stage of a wizard that is current.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CurrentStage")]
struct StageBody {
    /// The path of its flow; empty for the main one.
    flow: String,
    /// Its name.
    name: String,
    /// What people see as its title.
    title: String,
    /// What it asks: text, not markup.
    prompt: String,
    /// More about the question.
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    /// What it is for.
    kind: KindBody,
    /// JSON Schema of the answers, or of one item where the stage collects.
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<Value>,
    /// Answers to choose from with one click.
    suggestions: Vec<String>,
    /// What a form shows: what was typed last, over what was accepted, over the defaults. Sensitive fields are left out.
    values: Map,
    /// The items collected so far.
    items: Vec<ItemBody>,
    /// Whether it can be passed without answering.
    can_skip: bool,
    /// Whether there is a way back.
    can_go_back: bool,
    /// How much of the wizard is done.
    #[schemars(range(min = 0.0, max = 1.0))]
    progress: f64,
    /// How many flows deep it is; zero in the main one.
    depth: usize,
    /// The stages of the main flow, in the order of the definition.
    roadmap: Vec<RoadmapBody>,
}

/// What a stage is for.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "StageKind")]
pub(in crate::api) enum KindBody {
    /// Items are added, changed and removed until the caller says `done`.
    Collect,
    /// The flow ends here.
    End,
    /// Something is said and nothing is asked.
    Message,
    /// Answers are asked for.
    Question,
    /// Another flow is walked here.
    Subflow,
}

/// One item of a collection.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Item")]
struct ItemBody {
    /// Its id.
    id: String,
    /// Its fields.
    values: Map,
}

/// One stage of the main flow, and how it stands.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RoadmapEntry")]
struct RoadmapBody {
    /// Its name.
    stage: String,
    /// What people see as its title.
    title: String,
    /// How it stands.
    standing: Stand,
}

/// How a stage stands.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Standing")]
pub(in crate::api) enum Stand {
    /// It is answered.
    Completed,
    /// It is the current one.
    Current,
    /// With the answers so far, no way leads there.
    NotApplicable,
    /// It is still to come, or may be.
    Pending,
    /// It was passed without answering.
    Skipped,
}

impl WizardBody {
    pub(in crate::api) fn of(wizards: &Wizards, session: &Session) -> Result<Self, WizardError> {
        let status = match (session.phase(), session.state().status()) {
            (Phase::Completing, _) => StatusBody::Completing,
            (Phase::Done, _) => StatusBody::Done,
            (Phase::Open, status) => status.into(),
        };
        Ok(Self {
            id: session.key().id.to_string(),
            wizard: wizards.definition().name().to_owned(),
            revision: session.revision(),
            status,
            submission: session.submission().map(|submission| submission.to_string()),
            expires_at: session.expires_at(),
            stage: Some(wizards.view(session)?.into()),
            receipt: None,
        })
    }

    /// One that was submitted.
    pub(in crate::api) fn done(wizards: &Wizards, id: String, revision: u64, submitted: &Submitted) -> Self {
        Self {
            id,
            wizard: wizards.definition().name().to_owned(),
            revision,
            status: StatusBody::Done,
            submission: Some(submitted.submission.to_string()),
            expires_at: submitted.expires_at,
            stage: None,
            receipt: Some(submitted.into()),
        }
    }

    /// One whose state the caller keeps.
    pub(in crate::api) fn sealed(
        wizards: &Wizards,
        id: String,
        state: &stepflow_wizard::State,
        view: StageView,
        submission: Option<String>,
        expires_at: Timestamp,
    ) -> Self {
        Self {
            id,
            wizard: wizards.definition().name().to_owned(),
            revision: state.rev(),
            status: state.status().into(),
            submission,
            expires_at,
            stage: Some(view.into()),
            receipt: None,
        }
    }
}

impl From<Status> for StatusBody {
    fn from(status: Status) -> Self {
        match status {
            Status::Cancelled => Self::Cancelled,
            Status::Completed => Self::Completed,
            _ => Self::Active,
        }
    }
}

impl From<StageView> for StageBody {
    fn from(view: StageView) -> Self {
        let entry = |entry: &stepflow_wizard::RoadmapEntry| RoadmapBody {
            stage: entry.stage.to_string(),
            title: entry.title.to_string(),
            standing: entry.standing.into(),
        };
        let item = |item: stepflow_wizard::Item| ItemBody { id: item.id.to_string(), values: item.values };
        Self {
            flow: view.flow.to_string(),
            name: view.stage.to_string(),
            title: view.title.to_string(),
            prompt: view.prompt.to_string(),
            help: view.help.map(|help| help.to_string()),
            kind: (&view.kind).into(),
            schema: view.schema.as_deref().cloned(),
            suggestions: view.suggestions.iter().map(ToString::to_string).collect(),
            values: view.values,
            items: view.items.into_iter().map(item).collect(),
            can_skip: view.can_skip,
            can_go_back: view.can_go_back,
            progress: view.progress,
            depth: view.depth,
            roadmap: view.roadmap.iter().map(entry).collect(),
        }
    }
}

impl From<&StageKind> for KindBody {
    fn from(kind: &StageKind) -> Self {
        match kind {
            StageKind::Collect(_) => Self::Collect,
            StageKind::End => Self::End,
            StageKind::Message => Self::Message,
            StageKind::Subflow(_) => Self::Subflow,
            _ => Self::Question,
        }
    }
}

impl From<Standing> for Stand {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Completed => Self::Completed,
            Standing::Current => Self::Current,
            Standing::NotApplicable => Self::NotApplicable,
            Standing::Skipped => Self::Skipped,
            _ => Self::Pending,
        }
    }
}
