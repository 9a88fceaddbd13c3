//! What is said about texts that hold mistakes: every mistake at once, each where it stands.

use std::path::Path;

use expect_test::{Expect, expect, expect_file};
use stepflow_wizard::load::{LoadLimits, Loader};
use stepflow_wizard::{Functions, Patch};

fn functions() -> Functions {
    Functions::new()
        .transform("grade_load", |_| Ok(Patch::new()))
        .test("is_adult", |_| true)
        .derivation("initials", |_: &serde_json::Value, _: &stepflow_wizard::Map| Ok(None))
}

fn said(loader: &Loader<'_>, text: &str) -> String {
    let result = if text.starts_with('{') { loader.json(text) } else { loader.yaml(text) };
    match result {
        Ok(definition) => {
            definition.warnings().iter().map(|warning| format!("warning: {warning}\n")).collect()
        }
        Err(errors) => errors.errors.iter().map(|error| format!("{error}\n")).collect(),
    }
}

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&said(&Loader::new(&functions()), text));
}

/// Every file of `data/wizard/mistakes`, and beside it what is said about it.
#[test]
fn files_with_mistakes() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/wizard/mistakes");
    for entry in std::fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending != "txt") {
            let said = said(&Loader::new(&functions()), &std::fs::read_to_string(&path)?);
            expect_file![path.with_extension("txt")].assert_eq(&said);
        }
    }
    Ok(())
}

#[test]
fn texts_that_are_no_yaml() {
    check(
        "name: tea: green\n",
        &expect![[r#"
        line 1, column 10: no key may stand here (a text that holds `: ` needs quotes)
    "#]],
    );
    check(
        "name: 'tea\nstages: []\n",
        &expect![[r#"
        line 2, column 1: this text has no closing quote
    "#]],
    );
    check(
        "stages:\n\t- name: a\n",
        &expect![[r#"
        line 2, column 2: a tab stands where only spaces may (indent with spaces)
    "#]],
    );
    check(
        "stages: [a, b\n",
        &expect![[r#"
        line 1, column 9: this bracket is not closed
    "#]],
    );
    check(
        "prompt: @name\n",
        &expect![[r#"
        line 1, column 9: no text may begin like this (put it in quotes)
    "#]],
    );
    check(
        "prompt: {{ name }}\n",
        &expect![[r#"
        line 1, column 1: stages: `wizard` has no `stages`
        line 1, column 1: prompt: a wizard has no key `prompt` (`prompt` belongs to a stage)
        line 1, column 10: a key is a text, and this is a mapping (a template, as any text that begins with `{` or `[`, needs quotes)
    "#]],
    );
    check(
        "name: it's\nhelp: 'it's'\n",
        &expect![[r#"
        line 2, column 11: the text ended before this (a single quote in single quotes is written twice: `it''s`)
    "#]],
    );
    check(
        "stages:\n  - name: a\n - name: b\n",
        &expect![[r#"
        line 3, column 2: a key is expected here (keys of one mapping begin in the same column)
    "#]],
    );
    check(
        "name: \"C:\\dir\"\n",
        &expect![[r#"
        line 1, column 7: this text has a backslash that means nothing (in single quotes a backslash is plain)
    "#]],
    );
    check(
        "",
        &expect![[r#"
        line 1, column 1: there is nothing in this text
    "#]],
    );
    check(
        "--- \nname: a\n---\nname: b\n",
        &expect![[r#"
        line 2, column 1: stages: `a` has no `stages`
        line 3, column 1: a file holds one wizard, and here a second document begins
    "#]],
    );
    check(
        "name: a\nname: b\n",
        &expect![[r#"
        line 1, column 1: stages: `a` has no `stages`
        line 2, column 1: the key `name` stands here twice
    "#]],
    );
    check(
        "a: *nothing\nb: *more\n",
        &expect![[r#"
        line 1, column 1: stages: `wizard` has no `stages`
        line 1, column 1: a: a wizard has no key `a`
        line 1, column 4: nothing was named `&nothing` before this `*nothing` (a text that begins with `*` needs quotes)
        line 2, column 1: b: a wizard has no key `b`
        line 2, column 4: nothing was named `&more` before this `*more` (a text that begins with `*` needs quotes)
    "#]],
    );
    check(
        "a: &a [*a]\n",
        &expect![[r#"
        line 1, column 8: this alias stands inside what it stands for
    "#]],
    );
    check(
        "a: .nan\nb: 123456789012345678901234567890\n",
        &expect![[r#"
        line 1, column 1: stages: `wizard` has no `stages`
        line 1, column 1: a: a wizard has no key `a`
        line 1, column 4: a number that is infinite, or none, cannot be an answer
        line 2, column 1: b: a wizard has no key `b`
        line 2, column 4: this number is larger than can be held
    "#]],
    );
    check(
        "- a\n",
        &expect![[r#"
        line 1, column 1: a mapping of keys and values is expected here, not a list
    "#]],
    );
    check(
        "just words\n",
        &expect![[r#"
        line 1, column 1: a mapping of keys and values is expected here, not `just words`
    "#]],
    );
    check(
        "? [a, b]\n: c\n",
        &expect![[r#"
        line 1, column 1: stages: `wizard` has no `stages`
        line 1, column 3: a key is a text, and this is a list (a template, as any text that begins with `{` or `[`, needs quotes)
    "#]],
    );
    check(
        "a: !!python/object:os.system x\n",
        &expect![[r#"
        line 1, column 1: stages: `wizard` has no `stages`
        line 1, column 1: a: a wizard has no key `a`
        line 1, column 30: `!!python/object:os.system` is no tag that wizards know
    "#]],
    );
    check(
        "<<: [1]\nstages: []\n",
        &expect![[r#"
        line 1, column 6: `<<` takes over mappings, and this is none
        line 2, column 1: stages: a flow needs at least one stage
    "#]],
    );
}

#[test]
fn texts_that_are_no_json() {
    check(
        "{\"name\": \"tea\",\n \"stages\": [}",
        &expect![[r#"
        line 2, column 13: this is no JSON: expected value
    "#]],
    );
    check(
        "{\"name\": \"tea\"\n \"stages\": []}",
        &expect![[r#"
        line 2, column 2: this is no JSON: expected `,` or `}`
    "#]],
    );
    check(
        "{\"name\": \"tea\", \"name\": \"coffee\"}",
        &expect![[r#"
        line 1, column 1: stages: `tea` has no `stages`
        line 1, column 17: the key `name` stands here twice
    "#]],
    );
    check(
        "{\"number\": 1e999}",
        &expect![[r#"
        line 1, column 1: stages: `wizard` has no `stages`
        line 1, column 12: `1e999` is too large a number
    "#]],
    );
    check(
        "{\"name\": \"\\ud800\"}",
        &expect![[r#"
        line 1, column 1: stages: `wizard` has no `stages`
        line 1, column 10: this is no JSON: unexpected end of hex escape
    "#]],
    );
    check(
        "{\"stages\": [{\"name\": \"a\", \"promt\": \"x\"}]}",
        &expect![[r#"
        line 1, column 27: stages[0].promt: a stage has no key `promt` (did you mean `prompt`?)
    "#]],
    );
}

#[test]
fn texts_that_are_too_large() {
    let functions = functions();
    let small = LoadLimits { bytes: 300, nodes: 40, depth: 8, files: 2 };
    let check = |text: &str, expected: Expect| {
        expected.assert_eq(&said(&Loader::new(&functions).limits(small), text));
    };
    check(
        &"#".repeat(301),
        expect![[r#"
        line 1, column 1: the text has 301 bytes, more than the 300 allowed
    "#]],
    );
    check(
        &"[".repeat(100),
        expect![[r#"
        line 1, column 9: a definition may have 8 levels, and this one has more
    "#]],
    );
    check(
        "{\"a\": 1",
        expect![[r#"
        line 1, column 7: this is no JSON: the text ends in the middle of an object
    "#]],
    );
    check(
        &"- ".repeat(100),
        expect![[r#"
        line 1, column 17: a definition may have 8 levels, and this one has more
    "#]],
    );
    check(
        "a: &a [x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b]\n",
        expect![[r#"
        line 2, column 20: a definition may have 40 values, and this one has more
    "#]],
    );
    check(
        "a: &a [[[[x]]]]\nb: &b [[[*a]]]\nc: [*b]\n",
        expect![[r#"
        line 2, column 10: a definition may have 8 levels, and this one has more
    "#]],
    );
    check(
        &format!("{{\"a\": {}1{}}}", "[".repeat(20), "]".repeat(20)),
        expect![[r#"
        line 1, column 1: stages: `wizard` has no `stages`
        line 1, column 2: a: a wizard has no key `a`
        line 1, column 15: a definition may have 8 levels, and this one has more
    "#]],
    );
    check(
        &format!("{{\"a\": [{}1]}}", "1,".repeat(60)),
        expect![[r#"
        line 1, column 1: stages: `wizard` has no `stages`
        line 1, column 2: a: a wizard has no key `a`
        line 1, column 84: a definition may have 40 values, and this one has more
    "#]],
    );
}
