//! Controls as HTML: a label each, hints and errors said by `aria-describedby`.

use maud::{Markup, html};
use serde_json::Value;

use super::errors::Errors;
use super::field::{Choice, Control, Field, Input, Line, Style};
use super::shown::Shown;
use crate::wizard::Words;

/// How many rows a list may have on a page.
const ROWS: usize = 200;

/// Draws the controls of one form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Draw<'a> {
    /// What the ids begin with.
    pub(crate) prefix: &'a str,
    pub(crate) shown: Shown<'a>,
    pub(crate) errors: &'a Errors,
    pub(crate) words: &'a Words,
    /// Whether suggested answers are shown where there is none.
    pub(crate) suggest: bool,
    /// Answers to choose from, where there is only one question.
    pub(crate) suggestions: &'a [stepflow_wizard::Name],
}

impl Draw<'_> {
    pub(crate) fn all(&self, fields: &[Field]) -> Markup {
        html! { @for field in fields { (self.field(field)) } }
    }

    pub(crate) fn field(&self, field: &Field) -> Markup {
        self.within(field, "", &field.label)
    }

    fn within(&self, field: &Field, place: &str, label: &str) -> Markup {
        let name = format!("{place}{}", field.name);
        let about = About::new(self, field, &name);
        match &field.control {
            Control::Constant(_) => html! {},
            Control::Box => self.tick(field, &name, &about, label),
            Control::Choice { options, style: Style::Select } => {
                self.select(field, options, &name, &about, label)
            }
            Control::Choice { options, .. } => {
                let chosen = self.text(field, &name).into_iter().collect::<Vec<_>>();
                self.options(field, options, &name, &about, (label, "radio", &chosen))
            }
            Control::Choices(options) => {
                let chosen = self.shown.all(&name);
                self.options(field, options, &name, &about, (label, "checkbox", &chosen))
            }
            Control::File => html! {
                div.sf-field {
                    p.sf-label { (label) }
                    p.sf-hint { (self.words.no_files) }
                }
            },
            Control::Group(parts) => html! {
                fieldset.sf-group aria-describedby=[about.described()] {
                    legend { (label) (self.optional(field)) }
                    (about.markup(self))
                    @for part in parts { (self.within(part, place, &part.label)) }
                }
            },
            Control::List { item, min, max } => self.list(field, item, (*min, *max), &name, &about, label),
            Control::Json => html! {
                (self.labelled(field, &about, label, &html! {
                    textarea id=(about.id) name=(name) rows="4" spellcheck="false"
                        aria-invalid=[about.invalid()] aria-describedby=[about.described()]
                    { "\n" (self.text(field, &name).unwrap_or_default()) }
                }))
            },
            Control::Line(line) => self.line(field, line, &name, &about, label),
            Control::Text { .. } => html! {
                (self.labelled(field, &about, label, &html! {
                    textarea id=(about.id) name=(name) rows="5" autocomplete=[field.autocomplete.as_deref()]
                        aria-invalid=[about.invalid()] aria-describedby=[about.described()]
                    { "\n" (self.text(field, &name).unwrap_or_default()) }
                }))
            },
        }
    }

    fn line(&self, field: &Field, line: &Line, name: &str, about: &About<'_>, label: &str) -> Markup {
        let text = self.text(field, name).map(|text| match line.input {
            // As the control takes it.
            Input::DateTime if text.len() > 16 => text.chars().take(16).collect(),
            Input::Time if text.len() > 5 => text.chars().take(5).collect(),
            _ => text,
        });
        let hidden = line.input == Input::Password || field.sensitive;
        let narrow = matches!(line.input, Input::Integer | Input::Number | Input::Date | Input::Time)
            || line.max.is_some_and(|max| max <= 20);
        let list = (!self.suggestions.is_empty()).then(|| format!("{}-list", about.id));
        self.labelled(
            field,
            about,
            label,
            &html! {
                input.sf-narrow[narrow] id=(about.id) name=(name) type=(line.input.kind())
                    inputmode=[line.input.keyboard()]
                    autocomplete=[field.autocomplete.as_deref()]
                    value=[text.filter(|_| !hidden)] list=[list.as_deref()]
                    aria-invalid=[about.invalid()] aria-describedby=[about.described()];
                @if list.is_some() {
                    datalist id=[list.as_deref()] { @for text in self.suggestions { option value=(text) {} } }
                }
            },
        )
    }

    fn labelled(&self, field: &Field, about: &About<'_>, label: &str, control: &Markup) -> Markup {
        html! {
            div.sf-field.sf-invalid[about.is_invalid()] {
                label for=(about.id) { (label) (self.optional(field)) }
                (about.markup(self))
                (control)
            }
        }
    }

    fn tick(&self, field: &Field, name: &str, about: &About<'_>, label: &str) -> Markup {
        html! {
            div.sf-field.sf-invalid[about.is_invalid()] {
                div.sf-choice {
                    input id=(about.id) type="checkbox" name=(name) value="true"
                        checked[self.shown.ticked(name) || self.suggests(field, name, &Value::Bool(true))]
                        aria-invalid=[about.invalid()] aria-describedby=[about.described()];
                    label for=(about.id) { (label) }
                }
                (about.markup(self))
            }
        }
    }

    fn select(
        &self,
        field: &Field,
        options: &[Choice],
        name: &str,
        about: &About<'_>,
        label: &str,
    ) -> Markup {
        let chosen = self.text(field, name);
        self.labelled(field, about, label, &html! {
            select id=(about.id) name=(name) autocomplete=[field.autocomplete.as_deref()]
                aria-invalid=[about.invalid()] aria-describedby=[about.described()]
            {
                option value="" { @if field.required { (self.words.choose) } @else { (self.words.no_answer) } }
                @for option in options {
                    @let value = plain(&option.value);
                    option value=(value) selected[chosen.as_deref() == Some(&*value)] { (self.label_of(option)) }
                }
            }
        })
    }

    fn options(
        &self,
        field: &Field,
        options: &[Choice],
        name: &str,
        about: &About<'_>,
        (label, kind, chosen): (&str, &str, &[String]),
    ) -> Markup {
        html! {
            fieldset.sf-field.sf-invalid[about.is_invalid()] aria-describedby=[about.described()] {
                legend { (label) (self.optional(field)) }
                (about.markup(self))
                @for (at, option) in options.iter().enumerate() {
                    @let value = plain(&option.value);
                    // A link to the group leads to its first control.
                    @let id = if at == 0 { about.id.clone() } else { format!("{}-{}", about.id, at + 1) };
                    @let hint = option.hint.as_ref().map(|_| format!("{id}-about"));
                    div.sf-choice {
                        input id=(id) type=(kind) name=(name) value=(value) checked[chosen.contains(&value)]
                            aria-invalid=[about.invalid()] aria-describedby=[hint.as_deref()];
                        label for=(id) { (self.label_of(option)) }
                        @if let Some(text) = &option.hint { p.sf-hint id=[hint.as_deref()] { (text) } }
                    }
                }
            }
        }
    }

    fn list(
        &self,
        field: &Field,
        item: &Field,
        (min, max): (usize, usize),
        name: &str,
        about: &About<'_>,
        label: &str,
    ) -> Markup {
        let rows = self.shown.rows(name).max(min).max(1).min(max).min(ROWS);
        html! {
            fieldset.sf-list.sf-invalid[about.is_invalid()] aria-describedby=[about.described()] {
                legend { (label) (self.optional(field)) }
                (about.markup(self))
                @for row in 0..rows {
                    @let numbered = format!("{label} {}", row + 1);
                    div.sf-row {
                        (self.within(item, &format!("{name}/{row}"), &numbered))
                        @if rows > 1 {
                            button.sf-small type="submit" name="_action" value={ "remove-row " (name) "/" (row) } {
                                (self.words.remove) span.sf-hidden { " " (numbered) }
                            }
                        }
                    }
                }
                @if rows < max.min(ROWS) {
                    button.sf-small type="submit" name="_action" value={ "add-row " (name) } {
                        (self.words.add_row) span.sf-hidden { ": " (label) }
                    }
                }
            }
        }
    }

    fn optional(&self, field: &Field) -> Markup {
        let says = !field.required && !matches!(field.control, Control::Box | Control::Constant(_));
        html! { @if says { span.sf-optional { " " (self.words.optional) } } }
    }

    fn label_of<'c>(&'c self, option: &'c Choice) -> &'c str {
        match option.value {
            Value::Bool(true) => &self.words.yes,
            Value::Bool(false) => &self.words.no,
            _ => &option.label,
        }
    }

    fn text(&self, field: &Field, name: &str) -> Option<String> {
        let suggested = field.suggested.as_ref().filter(|_| self.suggest).map(plain);
        self.shown.text(name).or(suggested)
    }

    fn suggests(&self, field: &Field, name: &str, value: &Value) -> bool {
        self.suggest && self.shown.text(name).is_none() && field.suggested.as_ref() == Some(value)
    }
}

/// What is said about a control beside its label.
struct About<'a> {
    id: String,
    hint: Option<&'a str>,
    note: bool,
    errors: Vec<&'a str>,
}

impl<'a> About<'a> {
    fn new(draw: &Draw<'a>, field: &'a Field, name: &str) -> Self {
        let errors = draw.errors.at(name);
        Self {
            id: id(draw.prefix, name),
            hint: field.hint.as_deref(),
            note: field.sensitive && matches!(field.control, Control::Line(_)),
            errors,
        }
    }

    fn is_invalid(&self) -> bool {
        !self.errors.is_empty()
    }

    fn invalid(&self) -> Option<&'static str> {
        self.is_invalid().then_some("true")
    }

    fn described(&self) -> Option<String> {
        let ids = [
            self.hint.map(|_| format!("{}-hint", self.id)),
            self.note.then(|| format!("{}-note", self.id)),
            self.is_invalid().then(|| format!("{}-error", self.id)),
        ];
        let ids: Vec<String> = ids.into_iter().flatten().collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    fn markup(&self, draw: &Draw<'_>) -> Markup {
        html! {
            @if let Some(hint) = self.hint { p.sf-hint id={ (self.id) "-hint" } { (hint) } }
            @if self.note { p.sf-hint id={ (self.id) "-note" } { (draw.words.sensitive_note) } }
            @if self.is_invalid() {
                p.sf-error id={ (self.id) "-error" } {
                    span.sf-hidden { (draw.words.error) " " }
                    @for (at, error) in self.errors.iter().enumerate() { @if at > 0 { br; } (error) }
                }
            }
        }
    }
}

/// The id of a control.
pub(super) fn id(prefix: &str, name: &str) -> String {
    let mut id = String::with_capacity(prefix.len() + name.len() + 1);
    id.push_str(prefix);
    id.push('-');
    for letter in name.chars() {
        match letter {
            '/' => id.push('-'),
            _ if letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_') => id.push(letter),
            _ => id.push_str(&format!("_{:x}", u32::from(letter))),
        }
    }
    id
}

/// A value as a person reads it.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
