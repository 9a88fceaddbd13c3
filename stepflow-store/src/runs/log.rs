//! The log of a run: what happened to it besides its visits.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use stepflow::{ApprovalDecision, GateId, Settlement, Timestamp};

use super::error::{because, happened, verdict};
use crate::parts::Hold;
use crate::store::{NewEvent, StoredEvent};

/// Something that happened to a run besides its visits. Its text is a sentence for people.
///
/// ```
/// use stepflow_store::LogEntry;
///
/// let entry = LogEntry {
///     number: 2,
///     at: "2024-02-29T12:00:00Z".parse()?,
///     kind: "decided".to_owned(),
///     by: Some("noor".to_owned()),
///     gate: Some("order-7/pay/1/1".parse()?),
///     data: serde_json::json!({ "approved": true, "reason": "a regular" }),
/// };
/// assert_eq!(entry.to_string(), "noor approved `pay`: a regular");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LogEntry {
    /// Its place in the log, counted from 1.
    pub number: u32,
    /// When, by the clock of the store.
    pub at: Timestamp,
    /// What happened, in a word: `created`, `decided`, `settled`, `cancel_wished`, `cancelled`, `retried`,
    /// `forked`, `held`, `unsettled` or `resumed`; later releases may have more.
    pub kind: String,
    /// Who did it, if a person.
    pub by: Option<String>,
    /// The gate that it is about.
    pub gate: Option<GateId>,
    /// The rest: for `decided` the decision, for `held` why.
    pub data: Value,
}

impl LogEntry {
    pub(super) fn read(event: &StoredEvent) -> Self {
        Self {
            number: event.number,
            at: event.at,
            kind: event.kind.clone(),
            by: event.by.clone(),
            gate: event.gate.as_ref().and_then(|gate| gate.parse().ok()),
            data: serde_json::from_str(&event.data).unwrap_or_else(|_| Value::String(event.data.clone())),
        }
    }

    /// What was decided, where this is a decision.
    #[must_use]
    pub fn decision(&self) -> Option<ApprovalDecision> {
        if self.kind == "decided" { read(&self.data) } else { None }
    }

    /// The step and what somebody said of it, where they settled it.
    pub(super) fn settlement(&self) -> Option<(String, Settlement)> {
        let settlement = read(self.data.get("settlement")?)?;
        Some((self.text("step")?.to_owned(), settlement))
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.data.get(name)?.as_str()
    }

    /// The sentence, where everything that belongs to it is there.
    fn sentence(&self) -> Option<String> {
        let by = self.by.as_deref();
        let step = || self.text("step");
        Some(match self.kind.as_str() {
            "cancel_wished" => format!("{} wants it to be cancelled{}", by?, self.reason()),
            "cancelled" => format!("cancelled{}{}", self.by_whom(), self.reason()),
            "created" => format!("added{}", self.by_whom()),
            "decided" => {
                let decision = self.decision()?;
                format!(
                    "{} {} `{}`{}",
                    by?,
                    verdict(&decision),
                    self.gate.as_ref()?.step(),
                    because(&decision)
                )
            }
            "forked" => {
                format!("copied from run `{}` before `{}`{}", self.text("of")?, step()?, self.by_whom())
            }
            "held" => format!("held: {}", read::<Hold>(&self.data)?),
            "resumed" if self.data.get("adopt") == Some(&Value::Bool(true)) => {
                format!("goes on by the definition of the day{}", self.by_whom())
            }
            "resumed" => format!("held no longer{}", self.by_whom()),
            "retried" => format!("`{}` is tried again{}", step()?, self.by_whom()),
            "settled" => {
                let (step, settlement) = self.settlement()?;
                format!("{} settled `{step}`: it {}", by?, happened(&settlement))
            }
            "unsettled" => format!("broken off inside `{}`: nobody knows whether it did its work", step()?),
            _ => return None,
        })
    }

    fn by_whom(&self) -> String {
        self.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default()
    }

    fn reason(&self) -> String {
        self.text("reason").map(|reason| format!(": {reason}")).unwrap_or_default()
    }
}

impl fmt::Display for LogEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.sentence() {
            Some(sentence) => f.write_str(&sentence),
            None => write!(f, "{}{}", self.kind, self.by_whom()),
        }
    }
}

fn read<T: DeserializeOwned>(data: &Value) -> Option<T> {
    T::deserialize(data).ok()
}

/// An entry that is about a step.
pub(super) fn about_step(kind: &str, by: &str, step: &str) -> NewEvent {
    entry(kind, by, &json!({ "step": step }))
}

pub(super) fn entry(kind: &str, by: &str, data: &Value) -> NewEvent {
    NewEvent { kind: kind.to_owned(), by: Some(by.to_owned()), gate: None, data: data.to_string() }
}
