//! The table of routes.

use serde_json::{Map, Value};

use super::openapi::{Operation, Table};
use super::wire::{
    Advance, AdvanceSealed, Advanced, Answers, Begin, Complete, DefinitionBody, Names, Original, Receipt,
    Sealed, ViewSealed, WizardBody,
};
use super::{ApiOptions, definition, kept, sealed};

pub(super) fn routes<'a>(options: &ApiOptions, names: impl Iterator<Item = &'a str>) -> Table {
    let table = described(Table::new(&options.title, names));
    let table = on_the_server(table);
    if options.sealed.is_some() { with_the_caller(table) } else { table }
}

fn described(table: Table) -> Table {
    let openapi = Operation::get("/openapi.json", "describeApi", "Describes the API: this document")
        .answers::<Map<String, Value>>(200, "The document");
    let list = Operation::get("/wizards", "listDefinitions", "Names the wizards that are served")
        .answers::<Names>(200, "Their names");
    let show =
        Operation::get("/wizards/{name}", "describeWizard", "Describes a wizard's stages, schemas and graph")
            .answers::<DefinitionBody>(200, "What the wizard is")
            .problems(&[404]);
    table.on(openapi, definition::openapi).on(list, definition::list).on(show, definition::show)
}

fn on_the_server(table: Table) -> Table {
    let begin = Operation::post("/wizards/{name}", "beginWizard", "Begins a wizard")
        .takes::<Begin>()
        .answers::<Advanced>(201, "It has begun; `Location` says where it is")
        .problems(&[400, 404, 415, 429, 503]);
    let show = Operation::get("/wizards/{name}/{id}", "showWizard", "Shows a wizard as it is saved")
        .answers::<WizardBody>(200, "The wizard")
        .problems(&[404, 409, 410, 503]);
    let answers =
        Operation::get("/wizards/{name}/{id}/answers", "showAnswers", "Shows the way that the answers lead")
            .answers::<Answers>(200, "The way, without what must not be shown")
            .problems(&[404, 409, 410, 503]);
    let advance = Operation::post("/wizards/{name}/{id}/advance", "advanceWizard", "Carries out a command")
        .takes::<Advance>()
        .answers::<Advanced>(200, "What came of it")
        .problems(&[400, 404, 409, 410, 413, 415, 422, 503]);
    let original = Operation::post(
        "/wizards/{name}/{id}/advance/original",
        "advanceWizardAsOriginal",
        "Carries out a command, answered in the fifteen fields of the original",
    )
    .takes::<Advance>()
    .answers::<Original>(200, "What came of it")
    .problems(&[400, 404, 409, 410, 413, 415, 422, 503]);
    let complete =
        Operation::post("/wizards/{name}/{id}/complete", "completeWizard", "Submits a wizard, once")
            .takes::<Complete>()
            .once()
            .answers::<Receipt>(200, "It was taken, now or before")
            .problems(&[400, 404, 409, 410, 415, 422, 503]);
    let delete =
        Operation::delete("/wizards/{name}/{id}", "deleteWizard", "Deletes a wizard with its answers")
            .answers_nothing(204, "It is gone")
            .problems(&[404, 409, 410, 503]);
    table
        .on(begin, kept::begin)
        .on(show, kept::show)
        .on(answers, kept::answers)
        .on(advance, kept::advance)
        .on(original, kept::advance_as_original)
        .on(complete, kept::complete)
        .on(delete, kept::delete)
}

fn with_the_caller(table: Table) -> Table {
    let begin =
        Operation::post("/sealed/{name}", "beginSealed", "Begins a wizard whose state the caller keeps")
            .takes::<Begin>()
            .answers::<Advanced>(201, "It has begun; the token is the state")
            .problems(&[400, 404, 415]);
    let view =
        Operation::post("/sealed/{name}/view", "showSealed", "Shows a wizard whose state the caller keeps")
            .takes::<ViewSealed>()
            .answers::<Sealed>(200, "The wizard")
            .problems(&[400, 404, 409, 410, 415]);
    let advance = Operation::post("/sealed/{name}/advance", "advanceSealed", "Carries out a command")
        .takes::<AdvanceSealed>()
        .answers::<Advanced>(200, "What came of it, with another token")
        .problems(&[400, 404, 409, 410, 413, 415, 422]);
    let complete = Operation::post("/sealed/{name}/complete", "completeSealed", "Submits a wizard, once")
        .takes::<ViewSealed>()
        .once()
        .answers::<Receipt>(200, "It was taken, now or before")
        .problems(&[400, 404, 409, 410, 415, 422, 503]);
    table
        .on(begin, sealed::begin)
        .on(view, sealed::view)
        .on(advance, sealed::step)
        .on(complete, sealed::complete)
}
