//! How large what is kept may be, and what makes no sense at all.

use crate::{Advance, Change, DefinitionText, NewEvent, NewRun, NewVisit, StoreError};

/// How large the parts of a run may be. A store looks before it writes, so that a mistake such as a state
/// that grows with every step is told where it is made, and looks again when it reads, so that a database
/// edited by somebody else cannot fill the memory of this process.
///
/// Sizes are in bytes of JSON. The refusal names the limit, and
/// [`is_refused`](StoreError::is_refused) recognises it. The character NUL is refused everywhere, whatever
/// the size.
///
/// ```
/// use stepflow_store::Limits;
///
/// let roomy = Limits { state: 32 << 20, ..Limits::default() };
/// assert!(roomy.state > Limits::default().state);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The state of a run. By default 4 MiB: it is written anew at every step that changes it, and what is
    /// larger belongs into a file or a table of its own, with its name in the state.
    pub state: usize,
    /// What is saved of a run besides its visits, and each of answer, hold and cancellation. By default 1
    /// MiB.
    pub head: usize,
    /// What is known of one visit; its output is the most of it. By default 1 MiB.
    pub result: usize,
    /// The data of one entry in the log. By default 256 KiB.
    pub event: usize,
    /// A definition. By default 1 MiB: some thousands of steps.
    pub definition: usize,
    /// Names: of workflows, steps, workers, gates, people, and of what happened. By default 1 KiB, which
    /// every database can have in an index.
    pub name: usize,
    /// How deep JSON may be nested. By default 100: what `serde_json` reads back is at most 127 deep, and a
    /// run's parts stand inside of other JSON when they are shown.
    pub depth: usize,
    /// How many visits, and how many entries in its log, one run may have. By default 100,000.
    pub rows: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            state: 4 << 20,
            head: 1 << 20,
            result: 1 << 20,
            event: 256 << 10,
            definition: 1 << 20,
            name: 1 << 10,
            depth: 100,
            rows: 100_000,
        }
    }
}

impl Limits {
    /// Checks a run that is to be added.
    ///
    /// # Errors
    ///
    /// Refused when a part is too large, or when its visits do not begin with a state at sequence 0 and rise.
    pub fn check_new_run(&self, run: &NewRun) -> Result<(), StoreError> {
        self.name("workflow", &run.workflow)?;
        self.step(run.step.as_deref())?;
        self.definition(&run.definition)?;
        self.json("head", &run.head, self.head, "head")?;
        size("hold", run.hold.as_deref().unwrap_or_default(), self.head, "head")?;
        for visit in &run.visits {
            self.visit(visit)?;
        }
        match run.visits.first() {
            Some(NewVisit { sequence: 0, state: Some(_), .. }) => {}
            _ => return Err(StoreError::refused("a run begins with a visit of sequence 0 that has a state")),
        }
        if !run.visits.is_sorted_by(|one, next| one.sequence < next.sequence) {
            return Err(StoreError::refused("the sequences of a run's visits have to rise"));
        }
        self.name("worker", run.worker.as_ref().map_or("", |worker| worker.as_str()))?;
        self.event(&run.event)
    }

    /// Checks a boundary.
    ///
    /// # Errors
    ///
    /// Refused when a part is too large.
    pub fn check_advance(&self, step: &Advance) -> Result<(), StoreError> {
        self.step(step.step.as_deref())?;
        self.json("head", &step.head, self.head, "head")?;
        step.visit.as_ref().map_or(Ok(()), |visit| self.visit(visit))?;
        step.event.as_ref().map_or(Ok(()), |event| self.event(event))
    }

    /// Checks a change.
    ///
    /// # Errors
    ///
    /// Refused when a part is too large, or when the run would be left without any state.
    pub fn check_change(&self, change: &Change) -> Result<(), StoreError> {
        self.step(change.step.as_ref().and_then(|step| step.as_deref()))?;
        change.definition.as_ref().map_or(Ok(()), |definition| self.definition(definition))?;
        change.head.as_ref().map_or(Ok(()), |head| self.json("head", head, self.head, "head"))?;
        let answer = change.answer.as_ref().and_then(|answer| answer.as_deref());
        answer.map_or(Ok(()), |answer| self.json("answer", answer, self.head, "head"))?;
        for (what, text) in [("hold", &change.hold), ("cancellation", &change.cancel)] {
            let text = text.as_ref().and_then(|text| text.as_deref()).unwrap_or_default();
            size(what, text, self.head, "head")?;
        }
        change.visit.as_ref().map_or(Ok(()), |visit| self.visit(visit))?;
        let first = change.visit.as_ref().filter(|visit| visit.sequence == 0 && visit.state.is_some());
        if change.forget_from == Some(0) && first.is_none() {
            return Err(StoreError::refused("a run that forgets all of its visits needs a new first one"));
        }
        change.event.as_ref().map_or(Ok(()), |event| self.event(event))
    }

    pub(crate) fn name(&self, what: &str, name: &str) -> Result<(), StoreError> {
        size(what, name, self.name, "name")
    }

    fn step(&self, name: Option<&str>) -> Result<(), StoreError> {
        self.name("step's name", name.unwrap_or_default())
    }

    fn definition(&self, definition: &DefinitionText) -> Result<(), StoreError> {
        self.name("definition's key", &definition.key)?;
        self.name("fingerprint", &definition.fingerprint)?;
        self.json("definition", &definition.json, self.definition, "definition")
    }

    fn visit(&self, visit: &NewVisit) -> Result<(), StoreError> {
        if visit.sequence > self.rows {
            return Err(too_many("visits", self.rows));
        }
        self.step(Some(&visit.step))?;
        self.json("result of a visit", &visit.result, self.result, "result")?;
        visit.state.as_ref().map_or(Ok(()), |state| self.json("state", state, self.state, "state"))
    }

    fn event(&self, event: &NewEvent) -> Result<(), StoreError> {
        self.name("kind of an event", &event.kind)?;
        self.name("name of who did it", event.by.as_deref().unwrap_or_default())?;
        self.name("gate", event.gate.as_deref().unwrap_or_default())?;
        self.json("data of an event", &event.data, self.event, "event")
    }

    fn json(&self, what: &str, json: &str, max: usize, limit: &str) -> Result<(), StoreError> {
        size(what, json, max, limit)?;
        // Without that many brackets it cannot be so deep: that is the rule, and counted much faster. One bit
        // tells `[` from `{`.
        if json.bytes().filter(|byte| byte | 0x20 == b'{').count() <= self.depth {
            return Ok(());
        }
        let depth = depth(json);
        if depth > self.depth {
            let max = self.depth;
            return Err(StoreError::refused(format!(
                "the {what} is nested {depth} deep, and the limit is {max} (`Limits::depth`)"
            )));
        }
        Ok(())
    }
}

fn size(what: &str, text: &str, max: usize, limit: &str) -> Result<(), StoreError> {
    let found = text.len();
    if found > max {
        return Err(StoreError::refused(format!(
            "the {what} has {found} bytes, and the limit is {max} (`Limits::{limit}`)"
        )));
    }
    // Not every database can keep it, JSON does not have it, and no store is to behave unlike the others.
    if text.as_bytes().contains(&0) {
        return Err(StoreError::refused(format!("the {what} has a character NUL in it")));
    }
    Ok(())
}

pub(crate) fn too_many(what: &str, max: u32) -> StoreError {
    StoreError::refused(format!("the run has more {what} than the limit of {max} (`Limits::rows`)"))
}

fn depth(json: &str) -> usize {
    let (mut depth, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::depth;

    #[test]
    fn brackets_in_texts_do_not_nest() {
        for (json, expected) in [
            ("1", 0),
            ("[]", 1),
            (r#"{"a":[1,{"b":2}],"c":[]}"#, 3),
            (r#"["[[[", "\"[[", "\\", []]"#, 2),
            ("]]][", 1),
        ] {
            assert_eq!(depth(json), expected, "{json}");
        }
    }
}
