//! What can change the meaning of a saved run: the part of a definition that its fingerprint covers.

use std::fmt;
use std::hash::Hasher;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{StepDefinition, Target, WorkflowDefinition};

/// The names, order, routes and gates of a workflow, without anything that a saved run does not
/// depend on (descriptions, retries, metadata, source text).
///
/// A checkpoint carries its outline, so that a refusal can say *what* changed.
///
/// ```
/// use stepflow::{Outline, StaticWorkflow, workflow};
///
/// struct Valve { state: () }
///
/// #[workflow(state = (), version = 2)]
/// impl Valve {
///     #[step(approval)]
///     fn open(&mut self) {}
/// }
///
/// let outline: Outline = Valve::DEFINITION.outline();
/// assert_eq!((outline.workflow_name.as_str(), outline.version, outline.steps.len()), ("Valve", 2, 1));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Outline {
    /// The workflow's public name.
    pub workflow_name: String,
    /// The version its author gave it.
    pub version: u32,
    /// The steps, in order.
    pub steps: Vec<OutlineStep>,
}

/// One step of an [`Outline`].
///
/// ```
/// use stepflow::{OutlineTarget, StaticWorkflow, workflow};
///
/// struct Valve { state: () }
///
/// #[workflow(state = ())]
/// impl Valve {
///     #[step(approval(on_deny = report), next = END)]
///     fn open(&mut self) {}
///     #[step]
///     fn report(&mut self) {}
/// }
///
/// let outline = Valve::DEFINITION.outline();
/// let open = &outline.steps[0];
/// assert!(open.gated);
/// assert_eq!(open.next, Some(OutlineTarget::End));
/// assert_eq!(open.on_deny, Some(OutlineTarget::Step("report".to_owned())));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct OutlineStep {
    /// The step's public name.
    pub name: String,
    /// Route keys and where they lead, in order.
    pub routes: Vec<(String, OutlineTarget)>,
    /// Where `next` leads.
    pub next: Option<OutlineTarget>,
    /// Where `on_failure` leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_failure: Option<OutlineTarget>,
    /// Whether a person decides before it runs.
    pub gated: bool,
    /// Where a denial leads.
    pub on_deny: Option<OutlineTarget>,
}

/// A target by name, so that outlines can be compared when steps have moved.
///
/// ```
/// use stepflow::OutlineTarget;
///
/// assert_eq!(OutlineTarget::Step("report".to_owned()).to_string(), "`report`");
/// assert_eq!(OutlineTarget::End.to_string(), "END");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OutlineTarget {
    /// The workflow ends.
    End,
    /// The step of this name.
    Step(String),
}

impl fmt::Display for OutlineTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::End => f.write_str("END"),
            Self::Step(name) => write!(f, "`{name}`"),
        }
    }
}

impl Outline {
    pub(super) fn of(definition: &WorkflowDefinition) -> Self {
        let target = |target: Target| match target {
            Target::End => OutlineTarget::End,
            Target::Step(to) => OutlineTarget::Step(
                definition.steps.get(to).map_or_else(|| format!("#{to}"), |step| step.name.to_string()),
            ),
        };
        let step = |step: &StepDefinition| OutlineStep {
            name: step.name.to_string(),
            routes: step.routes.iter().map(|route| (route.key.to_string(), target(route.target))).collect(),
            next: step.next.map(target),
            on_failure: step.on_failure.map(target),
            gated: step.approval.is_some(),
            on_deny: step.approval.as_ref().and_then(|gate| gate.on_deny).map(target),
        };
        Self {
            workflow_name: definition.name.to_string(),
            version: definition.version,
            steps: definition.steps.iter().map(step).collect(),
        }
    }

    /// A digest that is equal on every machine and in every build of the same outline.
    ///
    /// ```
    /// use stepflow::{Fingerprint, StepDefinition, WorkflowDefinition};
    ///
    /// const STEPS: &[StepDefinition] = &[StepDefinition::new("weigh")];
    /// let fingerprint = WorkflowDefinition::new("parcel", STEPS).outline().fingerprint();
    /// assert_eq!(fingerprint.to_string().parse::<Fingerprint>()?, fingerprint);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let mut digest = Digest(fnv::FnvHasher::default());
        digest.text(&self.workflow_name);
        digest.number(u64::from(self.version));
        digest.number(self.steps.len() as u64);
        for step in &self.steps {
            digest.text(&step.name);
            digest.number(step.routes.len() as u64);
            for (key, target) in &step.routes {
                digest.text(key);
                digest.target(Some(target));
            }
            digest.target(step.next.as_ref());
            digest.target(step.on_failure.as_ref());
            digest.number(u64::from(step.gated));
            digest.target(step.on_deny.as_ref());
        }
        Fingerprint(digest.0.finish())
    }

    /// What is different in `now`, in the words of a person; empty where saved runs mean the same.
    ///
    /// ```
    /// use stepflow::{StepDefinition, WorkflowDefinition};
    ///
    /// const BEFORE: &[StepDefinition] = &[StepDefinition::new("weigh"), StepDefinition::new("label")];
    /// const NOW: &[StepDefinition] = &[StepDefinition::new("label"), StepDefinition::new("weigh")];
    /// let before = WorkflowDefinition::new("parcel", BEFORE).outline();
    /// let now = WorkflowDefinition::new("parcel", NOW).outline();
    /// let texts: Vec<String> = before.differences(&now).iter().map(ToString::to_string).collect();
    /// assert_eq!(texts, ["step `weigh` moved from place 1 to 2", "step `label` moved from place 2 to 1"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn differences(&self, now: &Self) -> Vec<Difference> {
        let mut found = Vec::new();
        if self.workflow_name != now.workflow_name {
            let (before, now) = (self.workflow_name.clone(), now.workflow_name.clone());
            found.push(Difference::WorkflowRenamed { before, now });
        }
        if self.version != now.version {
            found.push(Difference::VersionChanged { before: self.version, now: now.version });
        }
        let place = |steps: &[OutlineStep], name: &str| steps.iter().position(|step| step.name == name);
        for (index, step) in self.steps.iter().enumerate() {
            match place(&now.steps, &step.name) {
                Some(there) => {
                    if there != index {
                        let step = step.name.clone();
                        found.push(Difference::StepMoved { step, before: index + 1, now: there + 1 });
                    }
                    step.differences(&now.steps[there], &mut found);
                }
                // The same place holds a step of an unknown name: most likely the one renamed.
                None => match now.steps.get(index).filter(|new| place(&self.steps, &new.name).is_none()) {
                    Some(new) => {
                        let (before, name) = (step.name.clone(), new.name.clone());
                        found.push(Difference::StepRenamed { place: index + 1, before, now: name });
                    }
                    None => found.push(Difference::StepRemoved { step: step.name.clone() }),
                },
            }
        }
        for (index, step) in now.steps.iter().enumerate() {
            let replaces = self.steps.get(index).is_some_and(|old| place(&now.steps, &old.name).is_none());
            if place(&self.steps, &step.name).is_none() && !replaces {
                found.push(Difference::StepAdded { step: step.name.clone(), place: index + 1 });
            }
        }
        found
    }
}

impl OutlineStep {
    fn differences(&self, now: &Self, found: &mut Vec<Difference>) {
        let step = || self.name.clone();
        let leads =
            |target: Option<&OutlineTarget>| target.map_or_else(|| "on".to_owned(), |to| format!("to {to}"));
        if self.gated != now.gated {
            found.push(Difference::GateChanged { step: step(), gated: now.gated });
        }
        let mut rerouted = |what: String, before: Option<&OutlineTarget>, now: Option<&OutlineTarget>| {
            if before != now {
                found.push(Difference::Rerouted {
                    step: step(),
                    what,
                    before: leads(before),
                    now: leads(now),
                });
            }
        };
        rerouted("`next`".to_owned(), self.next.as_ref(), now.next.as_ref());
        rerouted("`on_failure`".to_owned(), self.on_failure.as_ref(), now.on_failure.as_ref());
        rerouted("`on_deny`".to_owned(), self.on_deny.as_ref(), now.on_deny.as_ref());
        for (key, target) in &self.routes {
            match now.routes.iter().find(|(other, _)| other == key) {
                Some((_, other)) => rerouted(format!("route `{key}`"), Some(target), Some(other)),
                None => rerouted(format!("route `{key}`"), Some(target), None),
            }
        }
        for (key, target) in &now.routes {
            if !self.routes.iter().any(|(other, _)| other == key) {
                rerouted(format!("route `{key}`"), None, Some(target));
            }
        }
        let keys = |step: &Self| step.routes.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>();
        let (mut before, mut after) = (keys(self), keys(now));
        let reordered = before != after;
        before.sort_unstable();
        after.sort_unstable();
        if reordered && before == after {
            found.push(Difference::RoutesReordered { step: step() });
        }
    }
}

/// One way in which a definition no longer means what a saved run was started on.
///
/// ```
/// use stepflow::{Difference, StepDefinition, WorkflowDefinition};
///
/// const STEPS: &[StepDefinition] = &[StepDefinition::new("weigh")];
/// const MORE: &[StepDefinition] = &[StepDefinition::new("weigh"), StepDefinition::new("label")];
/// let before = WorkflowDefinition::new("parcel", STEPS).outline();
/// let now = WorkflowDefinition::new("parcel", MORE).outline();
/// let differences = before.differences(&now);
/// assert_eq!(differences, [Difference::StepAdded { step: "label".to_owned(), place: 2 }]);
/// assert_eq!(differences[0].to_string(), "step `label` was added at place 2");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Difference {
    /// A step gained or lost its approval.
    #[error("step `{step}` {}", if *.gated { "asks for an approval now" } else { "asks for no approval any more" })]
    GateChanged {
        /// The step.
        step: String,
        /// Whether it is gated now.
        gated: bool,
    },
    /// A route, `next`, `on_failure` or `on_deny` leads elsewhere.
    #[error("{what} of step `{step}` led {before} and leads {now} now")]
    Rerouted {
        /// The step.
        step: String,
        /// What leads elsewhere.
        what: String,
        /// Where it led.
        before: String,
        /// Where it leads.
        now: String,
    },
    /// The routes of a step stand in another order.
    #[error("the routes of step `{step}` stand in another order")]
    RoutesReordered {
        /// The step.
        step: String,
    },
    /// A step is new.
    #[error("step `{step}` was added at place {place}")]
    StepAdded {
        /// The step.
        step: String,
        /// Its place, counted from 1.
        place: usize,
    },
    /// A step stands elsewhere.
    #[error("step `{step}` moved from place {before} to {now}")]
    StepMoved {
        /// The step.
        step: String,
        /// Its place then, counted from 1.
        before: usize,
        /// Its place now.
        now: usize,
    },
    /// A step is gone.
    #[error("step `{step}` was removed")]
    StepRemoved {
        /// The step.
        step: String,
    },
    /// A step at the same place has another name.
    #[error("step {place} was `{before}` and is `{now}` now")]
    StepRenamed {
        /// Its place, counted from 1.
        place: usize,
        /// Its name then.
        before: String,
        /// Its name now.
        now: String,
    },
    /// The author raised (or lowered) the version.
    #[error("the version was {before} and is {now} now")]
    VersionChanged {
        /// The version then.
        before: u32,
        /// The version now.
        now: u32,
    },
    /// The workflow has another name.
    #[error("the workflow was named `{before}` and is named `{now}` now")]
    WorkflowRenamed {
        /// Its name then.
        before: String,
        /// Its name now.
        now: String,
    },
}

/// A digest of an [`Outline`], written as sixteen hexadecimal digits. It guards against accidents,
/// not against forgery.
///
/// ```
/// use stepflow::{Fingerprint, StaticWorkflow, workflow};
///
/// # struct Parcel { state: u32 }
/// # #[workflow(state = u32)]
/// # impl Parcel {
/// #     #[step]
/// #     fn weigh(&mut self) {
/// #         self.state += 1;
/// #     }
/// # }
/// // Kept in a file, say, to notice when a release changes what saved runs mean.
/// let kept = Parcel::DEFINITION.fingerprint().to_string();
/// assert_eq!(kept.len(), 16);
/// assert_eq!(kept.parse::<Fingerprint>()?, Parcel::DEFINITION.fingerprint());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(u64);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for Fingerprint {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u64::from_str_radix(text, 16).map(Self)
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Feeds the hasher so that no two outlines can run into each other: lengths first, fixed widths.
struct Digest(fnv::FnvHasher);

impl Digest {
    fn number(&mut self, number: u64) {
        self.0.write(&number.to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.write(text.as_bytes());
    }

    fn target(&mut self, target: Option<&OutlineTarget>) {
        match target {
            None => self.number(0),
            Some(OutlineTarget::End) => self.number(1),
            Some(OutlineTarget::Step(name)) => {
                self.number(2);
                self.text(name);
            }
        }
    }
}
