//! Wizards as pages: one address per step, forms out of schemas, everything by plain links and forms.

mod app;
mod ask;
mod check;
mod digest;
mod done;
mod find;
mod give_up;
mod guesses;
mod hooks;
mod keep;
mod look;
mod options;
mod progress;
mod stale;
mod step;
mod trouble;
mod words;

use axum::Router;

pub use self::hooks::{Fragment, Stay, Step, StepCall};
pub use self::options::{CheckPage, Served, WizardOptions};
pub use self::step::StepView;
pub use self::words::Words;

/// The pages of a wizard, as a router to be mounted anywhere.
///
/// Every step has an address, `/{step}`; an answer is posted there, and leads on by a redirect. `/check` shows all
/// answers, `/submit` sends them once, `/done` shows the receipt. Who begins is told by the session; nothing is saved
/// before the first answer.
///
/// What is served is a [`Wizards`](stepflow_wizard::Wizards) in a store of your choice, or a
/// [`Definition`](stepflow_wizard::Definition) alone, whose wizards are then kept in memory.
///
/// ```
/// use axum::Router;
/// use serde_json::json;
/// use stepflow_web::{Shell, WizardOptions, wizard_router};
/// use stepflow_wizard::{Blueprint, Definition, Flow, Stage};
///
/// let kind = json!({ "type": "object", "properties": { "kind": { "enum": ["green", "black"] } }, "required": ["kind"] });
/// let flow = Flow::new("tea", vec![Stage::new("kind").schema(kind).to("done"), Stage::end("done")]);
/// let tea = Definition::new(Blueprint::new(flow))?;
///
/// let app: Router = Router::new().nest("/tea", wizard_router(tea, WizardOptions::new(Shell::new("Tea house"))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn wizard_router(wizard: impl Into<Served>, options: WizardOptions) -> Router {
    let security = options.security.clone();
    let app = app::App::new(wizard.into().0, options);
    security.wrap(app::routes(app))
}
