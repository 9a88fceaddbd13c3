//! A run that is saved as it goes.

use std::future::Future;

use super::{Options, Run};
use crate::driver::{asynchronous, chance};
use crate::engine::{Engine, Setup};
use crate::error::RecoverError;
use crate::journal::{Journal, Keeper};
use crate::result::WorkflowResult;
use crate::saved::{Answer, SavedRun};
use crate::workflow::AsyncWorkflow;

impl<W: AsyncWorkflow, M> Run<'_, W, M> {
    /// Goes on with a run that was saved, or begins one ([`SavedRun::begin`]), and has the journal save it at
    /// every boundary before it goes on from there. `workflow` holds the state that was saved with it; `answer` is what
    /// a person said whom the run waited for.
    ///
    /// At a gate the run pauses, unless it was given a handler. The result is `None` where the journal
    /// [stopped](crate::Onward::Stop) the run: what is known of it is what was saved. A run that begins
    /// in the middle tells its hooks that it has started, and that a step which is tried again has.
    ///
    /// # Errors
    ///
    /// When the run is over, waits for an answer that is not there, or what was saved contradicts itself or
    /// the workflow's definition. Nothing ran then.
    ///
    /// ```
    /// # use std::sync::{Arc, Mutex};
    /// # use stepflow::engine::Boundary;
    /// # use stepflow::{Journal, Onward, SaveFuture, StaticWorkflow, workflow};
    /// use stepflow::{Answer, Run, SavedRun};
    ///
    /// # struct Valve { state: bool }
    /// # #[workflow(state = bool)] impl Valve { #[step(approval = "Open the valve?")] fn open(&mut self) { self.state = true; } }
    /// # #[derive(Clone, Default)]
    /// # struct Kept(Arc<Mutex<(String, String)>>);
    /// # impl Journal<bool> for Kept {
    /// #     fn save(&mut self, boundary: &Boundary<'_>, _: &bool) -> SaveFuture {
    /// #         *self.0.lock().unwrap() = (boundary.head_json().unwrap(), boundary.visit_json().unwrap().unwrap());
    /// #         Box::pin(async { Ok(Onward::GoOn) })
    /// #     }
    /// # }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// // `Kept` implements `Journal` and keeps what was saved last as two texts.
    /// let kept = Kept::default();
    /// let saved = SavedRun::begin(Valve::DEFINITION, "v1".parse()?, "2024-02-29T12:00:00Z".parse()?);
    /// Run::new(Valve { state: false }).run_saved(saved, None, kept.clone()).await?;
    ///
    /// // Weeks later, in another process:
    /// let (head, visit) = kept.0.lock().unwrap().clone();
    /// let saved = SavedRun::from_json("v1".parse()?, &head, [visit.as_str()])?;
    /// let answer = Answer::Decided(true.into());
    /// let result = Run::new(Valve { state: false }).run_saved(saved, Some(answer), kept).await?;
    /// assert!(result.ok_or("nobody stopped it")?.state);
    /// # Ok(()) }
    /// ```
    #[expect(clippy::manual_async_fn, reason = "the future is promised to be `Send`")]
    pub fn run_saved<J: Journal<W::State>>(
        mut self,
        saved: SavedRun,
        answer: Option<Answer>,
        journal: J,
    ) -> impl Future<Output = Result<Option<WorkflowResult<W::State>>, RecoverError>> + Send {
        async move {
            let Options { ref mut people, ref waiting, .. } = self.options;
            people.pausing = true;
            let time = waiting.time();
            let definition = self.workflow.definition();
            let mut keeper = Keeper::<J, W::State>::new(journal);
            let record = {
                let mut around = people.surroundings(&time);
                let told = around.observers.len() > 0;
                let observed = told || around.cancel.is_some();
                let (at, seed) = (time.stopwatch.started(), chance() as u64);
                let setup = Setup { at, gates: around.gates, observed, seed };
                let engine = Engine::recover(definition.clone(), saved, answer, setup)?;
                let engine = if told { engine } else { engine.untold() };
                around.keeper = Some(&mut keeper);
                asynchronous::go_on(&mut self.workflow, &definition, engine, &mut around, None).await
            };
            Ok((!keeper.stopped).then(|| WorkflowResult::new(self.workflow.into_state(), record)))
        }
    }
}
