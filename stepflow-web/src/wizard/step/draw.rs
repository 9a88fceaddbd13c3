//! The page of a step as HTML.

use axum::http::StatusCode;
use maud::{Markup, html};
use serde_json::Value;
use stepflow_wizard::{FieldError, Item, Map, StageKind, StageView};

use super::view::StepView;
use crate::Page;
use crate::form::{Control, Draw, Errors, Field, Posted, Shown, fields, plain, summary};
use crate::wizard::ask::Ask;
use crate::wizard::options::Progress;
use crate::wizard::{digest, progress};

/// What a page of a step is made of.
pub(super) struct Drawn<'a> {
    pub(super) view: &'a StageView,
    /// What is known.
    pub(super) data: &'a Map,
    pub(super) loaded: &'a Value,
    /// What was sent and not taken.
    pub(super) posted: Option<&'a Posted>,
    pub(super) problems: &'a [FieldError],
    /// The wizard and its revision, where there is one.
    pub(super) run: Option<(String, u64)>,
    pub(super) edits: bool,
    /// The item of a collection that is changed.
    pub(super) item: Option<&'a Item>,
    pub(super) notices: Vec<String>,
    /// What is shown in place of the body.
    pub(super) instead: Option<Markup>,
    /// What is said at the end of the page, such as until when answers are kept.
    pub(super) note: Option<Markup>,
}

/// The questions of a step.
fn fields_of(view: &StageView, sensitive: impl Fn(&str) -> bool) -> Vec<Field> {
    let mut found = view.schema.as_ref().map(|schema| fields(schema, sensitive)).unwrap_or_default();
    // What a page asks is what its only question is called.
    if let [only] = &mut found[..]
        && !only.labelled
        && !view.prompt.is_empty()
    {
        only.label = view.prompt.to_string();
    }
    found
}

impl Ask {
    pub(in crate::wizard) fn fields(&self, view: &StageView) -> Vec<Field> {
        let stage = self.app.definition().stage(&view.flow, &view.stage);
        fields_of(view, |name| stage.is_some_and(|stage| stage.sensitive.contains(name)))
    }

    pub(super) fn draw(&self, drawn: &Drawn<'_>) -> Page {
        let options = &self.app.options;
        let (view, words) = (drawn.view, &options.words);
        let step = self.app.step(&view.flow, &view.stage);
        let fields = self.fields(view);
        let errors = Errors::new(drawn.problems, &fields);
        let empty = Map::new();
        let saved = match (&view.kind, drawn.item) {
            (StageKind::Collect(_), Some(item)) => &item.values,
            // A new item begins with nothing.
            (StageKind::Collect(_), None) => &empty,
            _ => &view.values,
        };
        let answered = drawn.run.is_some() && fields.iter().any(|field| saved.contains_key(&field.name));
        let draw = Draw {
            prefix: &self.app.prefix,
            shown: Shown { posted: drawn.posted, saved },
            errors: &errors,
            words,
            suggest: drawn.posted.is_none() && !answered,
            suggestions: if fields.len() == 1 { &view.suggestions } else { &[] },
        };
        let shown = StepView {
            ask: self,
            view,
            fields: &fields,
            draw,
            data: drawn.data,
            loaded: drawn.loaded,
            problems: drawn.problems,
        };
        let title = step
            .title
            .as_ref()
            .map_or_else(|| progress::title(&view.stage, &view.title), ToString::to_string);
        let main = html! {
            @if !errors.is_empty() {
                (summary(&errors, &fields, &self.app.prefix, &words.error_heading))
            }
            @match &options.progress {
                Progress::Hidden => {},
                Progress::Own(render) => (render(&view.roadmap)),
                Progress::Shown => (progress::list(&view.roadmap, words)),
            }
            @for notice in &drawn.notices { p.sf-notice { (notice) } }
            h1 tabindex="-1" data-focus[errors.is_empty()] { (title) }
            (self.prompt(view, &fields))
            @if let StageKind::Collect(_) = view.kind { (self.items(view)) }
            (self.form(drawn, step, &shown))
            @if let Some(note) = &drawn.note { (note) }
        };
        let mut page = Page::new(title, main);
        if !matches!(options.progress, Progress::Hidden)
            && let Some(part) = progress::part(self.app.definition(), view, words)
        {
            page = page.part(part);
        }
        if errors.is_empty() { page } else { page.with_errors().status(StatusCode::UNPROCESSABLE_ENTITY) }
    }

    /// What the step asks, unless its only question says it.
    fn prompt(&self, view: &StageView, fields: &[Field]) -> Markup {
        let said = matches!(fields, [only] if only.label == *view.prompt);
        html! {
            @if !view.prompt.is_empty() && !said {
                @for part in view.prompt.split("\n\n") { p.sf-prompt { (part) } }
            }
            @if let Some(help) = &view.help { p.sf-help-text { (help) } }
        }
    }

    fn form(&self, drawn: &Drawn<'_>, step: &crate::Step, shown: &StepView<'_>) -> Markup {
        let view = drawn.view;
        let action = self.mount.path(&format!("/{}", self.app.address(&view.flow, &view.stage)));
        let body = match (&drawn.instead, &step.render) {
            (Some(instead), _) => instead.clone(),
            (None, Some(render)) => render(shown),
            (None, None) => shown.fields(),
        };
        let options = &self.app.options;
        let htmx = options.shell.uses_htmx();
        let target = format!("#{}", options.shell.container());
        let id = format!("{}-form", self.app.prefix);
        let inside = options.wrap_in_form;
        html! {
            @if !inside { div { (body) } }
            form id=(id) method="post" action=(action) novalidate
                hx-post=[htmx.then_some(&action)] hx-target=[htmx.then_some(&target)]
                hx-swap=[htmx.then_some("outerHTML")] hx-disabled-elt=[htmx.then_some("find button")]
            {
                (self.hidden(drawn))
                @if inside { (body) }
                (self.buttons(drawn, step))
            }
        }
    }

    fn hidden(&self, drawn: &Drawn<'_>) -> Markup {
        let (run, rev) = drawn.run.clone().unwrap_or_default();
        html! {
            (self.token())
            input type="hidden" name="_run" value=(run);
            input type="hidden" name="_rev" value=(rev);
            input type="hidden" name="_seen" value=(digest::of_view(drawn.view));
            @if drawn.edits { input type="hidden" name="_return" value="check"; }
            @if let Some(item) = drawn.item { input type="hidden" name="_item" value=(item.id); }
        }
    }

    /// The button that goes on is the first one: it is what Enter in a field does.
    fn buttons(&self, drawn: &Drawn<'_>, step: &crate::Step) -> Markup {
        let options = &self.app.options;
        let (view, words) = (drawn.view, &options.words);
        let last = options.check == crate::CheckPage::Never && self.leads_to_the_end(view);
        let go_on =
            step.next_button_text.as_ref().unwrap_or(if last { &words.submit } else { &words.continue_ });
        let collects = matches!(view.kind, StageKind::Collect(_));
        html! {
            div.sf-buttons id="step-flow-navigation" {
                button.sf-button type="submit" name="_action" value="next" { (go_on) }
                @if collects {
                    button.sf-second type="submit" name="_action" value="add" {
                        @if drawn.item.is_some() { (words.change) } @else { (words.add) }
                    }
                }
                @if view.can_skip { button.sf-second type="submit" name="_action" value="skip" { (words.skip) } }
                @if view.can_go_back && step.show_back {
                    button.sf-second type="submit" name="_action" value="back" { (words.back) }
                }
                @if options.save { button.sf-second type="submit" name="_action" value="save" { (words.save) } }
                @if options.cancel && step.show_cancel {
                    button.sf-plain type="submit" name="_action" value="cancel" { (words.cancel) }
                }
            }
        }
    }

    fn leads_to_the_end(&self, view: &StageView) -> bool {
        let definition = self.app.definition();
        let is_end =
            |name: &str| definition.stage("", name).is_some_and(|stage| stage.kind == StageKind::End);
        let stage = definition.stage(&view.flow, &view.stage).filter(|_| view.depth == 0);
        stage.is_some_and(|stage| {
            !stage.transitions.is_empty()
                && stage.transitions.iter().all(
                    |transition| matches!(&transition.target, stepflow_wizard::Target::Stage(name) if is_end(name)),
                )
        })
    }

    /// What was collected so far.
    fn items(&self, view: &StageView) -> Markup {
        let words = &self.app.options.words;
        let path = self.mount.path(&format!("/{}", self.app.address(&view.flow, &view.stage)));
        let fields = self.fields(view);
        html! {
            h2 { (words.items) }
            @if view.items.is_empty() { p { (words.no_items) } }
            ul.sf-items {
                @for item in &view.items {
                    @let text = item_text(&fields, item);
                    li {
                        span { (text) }
                        a href={ (path) "?item=" (item.id) } { (words.change) span.sf-hidden { " " (text) } }
                        form.sf-inline method="post" action=(path) {
                            (self.token())
                            button.sf-small type="submit" name="_action" value={ "remove " (item.id) } {
                                (words.remove) span.sf-hidden { " " (text) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn item_text(fields: &[Field], item: &Item) -> String {
    let shown = |field: &Field| {
        let hidden = field.sensitive || matches!(field.control, Control::Constant(_));
        let value = item.values.get(&field.name).filter(|value| !hidden && !value.is_null())?;
        Some(plain(value)).filter(|text| !text.is_empty())
    };
    fields.iter().filter_map(shown).collect::<Vec<_>>().join(", ")
}
