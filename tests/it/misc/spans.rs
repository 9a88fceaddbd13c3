//! The `tracing` spans of a run.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use stepflow::{Run, RunContext, workflow};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

struct Parcel {
    state: u32,
}

#[workflow(state = u32, name = "parcel")]
impl Parcel {
    #[step(retry = 1)]
    fn weigh(&mut self) -> Result<(), &'static str> {
        self.state += 1;
        tracing::info!("on the scale");
        if self.state == 1 { Err("the scale is off") } else { Ok(()) }
    }

    #[step(approval)]
    fn ship(&mut self, ctx: &mut RunContext<'_>) -> Result<(), stepflow::ChildWorkflowError> {
        ctx.run_child(Van { state: () })?;
        Ok(())
    }
}

struct Van {
    state: (),
}

#[workflow(state = (), name = "van")]
impl Van {
    #[step]
    fn load(&mut self) {
        tracing::info!("in the van");
    }
}

/// Writes down where the events of this file happened, as paths of spans.
#[derive(Clone, Default)]
struct Paths(Arc<Mutex<Seen>>);

#[derive(Default)]
struct Seen {
    /// Every span there was: its name and fields.
    spans: Vec<String>,
    entered: Vec<usize>,
    events: Vec<String>,
}

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}

impl Subscriber for Paths {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut fields = Fields(span.metadata().name().to_owned());
        span.record(&mut fields);
        let spans = &mut self.0.lock().unwrap().spans;
        spans.push(fields.0);
        Id::from_u64(spans.len() as u64)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        if event.metadata().target() == module_path!() {
            let mut seen = self.0.lock().unwrap();
            let path: Vec<_> = seen.entered.iter().map(|span| seen.spans[*span].clone()).collect();
            seen.events.push(path.join(" > "));
        }
    }

    fn enter(&self, span: &Id) {
        self.0.lock().unwrap().entered.push(usize::try_from(span.into_u64()).unwrap() - 1);
    }

    fn exit(&self, span: &Id) {
        let left = usize::try_from(span.into_u64()).unwrap() - 1;
        let entered = &mut self.0.lock().unwrap().entered;
        assert_eq!(entered.pop(), Some(left), "spans are left in the order in which they were entered");
    }
}

#[test]
fn a_body_runs_inside_the_spans_of_its_run_its_step_and_its_attempt() {
    let paths = Paths::default();
    let asked = |_: &stepflow::ApprovalRequest<'_>| {
        tracing::info!("asked");
        true
    };
    let result = tracing::subscriber::with_default(paths.clone(), || {
        let run = Run::new(Parcel { state: 0 }).run_id("run-7".parse().unwrap());
        run.on_approval(asked).on_event(|_| ()).run()
    });
    assert!(result.is_succeeded());
    let child = result.step("ship").unwrap().children()[0].run_id();
    let seen = paths.0.lock().unwrap();
    let parcel = "workflow name=parcel run_id=run-7";
    assert_eq!(
        seen.events,
        [
            format!("{parcel} > step name=weigh visit=1 > attempt n=1"),
            format!("{parcel} > step name=weigh visit=1 > attempt n=2"),
            format!("{parcel} > step name=ship visit=1"),
            format!(
                "{parcel} > step name=ship visit=1 > attempt n=1 \
                 > workflow name=van run_id={child} > step name=load visit=1 > attempt n=1"
            ),
        ]
    );
    assert!(seen.entered.is_empty());
}
