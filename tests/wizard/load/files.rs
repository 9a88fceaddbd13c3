//! Wizards from files: sub-flows come from the folder of the wizard, and from nowhere else.

use std::fs;
use std::path::Path;

use expect_test::{Expect, expect};
use stepflow_wizard::load::{self, LoadError, LoadLimits, Loader};
use stepflow_wizard::{Definition, Functions};

/// A wizard that calls these sub-flows one after the other.
fn caller(networks: &[&str]) -> String {
    let calls = networks.iter().map(|network| {
        format!("  - {{target: _subflow, subflow: {{network: \"{network}\", return_stage: done}}, condition: data.get('x') == '{network}'}}\n")
    });
    let calls: String = calls.collect();
    format!(
        "name: caller\nstages:\n- name: a\n  is_start: true\n  prompt: A\n  transitions:\n{calls}- name: done\n  is_end: true\n"
    )
}

const CHILD: &str = "name: child\nstages:\n- {name: b, is_start: true, prompt: B, transitions: [{target: end}]}\n- {name: end, is_end: true}\n";

/// Writes the files into a folder and loads `main.yaml`.
fn load(files: &[(&str, &str)]) -> Result<Definition, LoadError> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    load::from_file(folder.path().join("main.yaml"), &Functions::new())
}

fn check(files: &[(&str, &str)], expected: &Expect) {
    let said = match load(files) {
        Ok(definition) => definition.flows().map(|(path, flow)| format!("{path}: {}\n", flow.name)).collect(),
        Err(LoadError::Definition(errors)) => {
            errors.errors.iter().map(|error| format!("{error}\n")).collect()
        }
        Err(error) => format!("{error}\n"),
    };
    expected.assert_eq(&said);
}

#[test]
fn a_sub_flow_is_found_beside_the_wizard_then_in_a_folder() {
    let main = caller(&["child", "other", "third"]);
    check(
        &[
            ("main.yaml", &main),
            ("child.yaml", CHILD),
            ("subflows/child.yaml", "nothing to be read"),
            ("subflows/other.yml", CHILD),
            ("third.json", r#"{"stages": [{"name": "end", "is_start": true, "is_end": true}]}"#),
        ],
        &expect![[r#"
            : caller
            child: child
            other: child
            third: third
        "#]],
    );
}

#[test]
fn what_the_text_brings_along_comes_first() {
    let main = format!(
        "{}subflows:\n  child:\n    name: inline\n    stages: [{{name: e, is_end: true}}]\n",
        caller(&["child"])
    );
    check(
        &[("main.yaml", &main), ("child.yaml", "nothing to be read")],
        &expect![[r#"
        : caller
        child: inline
    "#]],
    );
}

#[test]
fn sub_flows_from_files_find_each_other_and_those_of_the_wizard() {
    let child = caller(&["grandchild", "inline"]);
    let main = format!(
        "{}subflows:\n  inline:\n    name: inline\n    stages: [{{name: e, is_end: true}}]\n",
        caller(&["child"])
    );
    check(
        &[("main.yaml", &main), ("child.yaml", &child), ("grandchild.yaml", CHILD)],
        &expect![[r#"
        : caller
        child: caller
        grandchild: child
        inline: inline
    "#]],
    );
}

#[test]
fn mistakes_are_told_with_their_file() {
    let child =
        "stages:\n- name: b\n  promt: x\n  transitions:\n  - target: c\n    condition: data.got('x')\n";
    check(
        &[("main.yaml", &caller(&["child", "nowhere"])), ("child.yaml", child)],
        &expect![[r#"
        main.yaml, line 8, column 43: stages[0].transitions[1].subflow.network: there is no sub-flow `nowhere` (put it under `subflows`, or into a file of this name beside the wizard)
        child.yaml, line 3, column 3: subflows.child.stages[0].promt: a stage has no key `promt` (did you mean `prompt`?)
        child.yaml, line 5, column 13: subflows.child.stages[0].transitions[0].target: there is no stage `c`
        child.yaml, line 6, column 21: subflows.child.stages[0].transitions[0].condition: the condition is not right: `.got()` is no method that conditions know (did you mean `.get()`?)
    "#]],
    );
    check(
        &[("main.yaml", &caller(&["child"])), ("child.yaml", "stages: [")],
        &expect![[r#"
        child.yaml, line 1, column 9: this bracket is not closed
    "#]],
    );
}

#[test]
fn a_sub_flow_that_leads_into_itself_is_refused() {
    check(
        &[("main.yaml", &caller(&["child"])), ("child.yaml", &caller(&["child"]))],
        &expect![[r#"
        child.yaml, line 1, column 1: subflows.child: the sub-flow `caller` leads into itself (set `recursion` if that is meant; the limit on frames then ends it)
    "#]],
    );
    check(
        &[
            ("main.yaml", &caller(&["child"])),
            ("child.yaml", &caller(&["other"])),
            ("other.yaml", &caller(&["child"])),
        ],
        &expect![[r#"
            child.yaml, line 1, column 1: subflows.child: the sub-flow `caller` leads into itself (set `recursion` if that is meant; the limit on frames then ends it)
        "#]],
    );
}

#[test]
fn names_that_are_paths_are_refused() {
    check(
        &[(
            "main.yaml",
            &caller(&["../child", "/etc/passwd", "a/b", "a\\\\b", "..", ".hidden", "a..b", "C:x", ""]),
        )],
        &expect![[r#"
            main.yaml, line 7, column 43: `../child` cannot be the name of a sub-flow's file: it may hold letters, digits, `-`, `_` and dots inside
            main.yaml, line 8, column 43: `/etc/passwd` cannot be the name of a sub-flow's file: it may hold letters, digits, `-`, `_` and dots inside
            main.yaml, line 9, column 43: `a/b` cannot be the name of a sub-flow's file: it may hold letters, digits, `-`, `_` and dots inside
            main.yaml, line 10, column 43: `a\b` cannot be the name of a sub-flow's file: it may hold letters, digits, `-`, `_` and dots inside
            main.yaml, line 11, column 43: `..` cannot be the name of a sub-flow's file: it may hold letters, digits, `-`, `_` and dots inside
            main.yaml, line 12, column 43: `.hidden` cannot be the name of a sub-flow's file: it may hold letters, digits, `-`, `_` and dots inside
            main.yaml, line 13, column 43: `a..b` cannot be the name of a sub-flow's file: it may hold letters, digits, `-`, `_` and dots inside
            main.yaml, line 14, column 43: `C:x` cannot be the name of a sub-flow's file: it may hold letters, digits, `-`, `_` and dots inside
            main.yaml, line 15, column 34: stages[0].transitions[8].subflow.network: the name of a sub-flow must not be empty
        "#]],
    );
}

#[cfg(unix)]
#[test]
fn a_link_does_not_lead_out_of_the_folder() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret.yaml"), CHILD).unwrap();
    let inside = tempfile::tempdir().unwrap();
    fs::write(inside.path().join("main.yaml"), caller(&["child"])).unwrap();
    std::os::unix::fs::symlink(outside.path().join("secret.yaml"), inside.path().join("child.yaml")).unwrap();
    let LoadError::Definition(errors) =
        load::from_file(inside.path().join("main.yaml"), &Functions::new()).unwrap_err()
    else {
        panic!("the file itself can be read")
    };
    assert_eq!(errors.errors[0].message, "`child.yaml` lies outside the wizard's folder");
}

#[test]
fn there_is_an_end_to_how_much_is_read() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.yaml"), caller(&["a", "b", "c"])).unwrap();
    for name in ["a", "b", "c"] {
        fs::write(folder.path().join(format!("{name}.yaml")), CHILD).unwrap();
    }
    let functions = Functions::new();
    let said = |limits: LoadLimits| {
        Loader::new(&functions).limits(limits).file(folder.path().join("main.yaml")).unwrap_err().to_string()
    };
    let usual = LoadLimits::default();
    assert!(said(LoadLimits { files: 3, ..usual }).contains("a wizard may consist of 3 files"));
    assert!(
        said(LoadLimits { bytes: 100, ..usual })
            .contains("main.yaml, line 1, column 1: the text has 101 bytes")
    );
    assert!(said(LoadLimits { nodes: 50, ..usual }).contains("a definition may have 50 values"));
}

#[test]
fn files_that_cannot_be_loaded() {
    let functions = Functions::new();
    let said = |path: &Path| load::from_file(path, &functions).unwrap_err();
    assert!(matches!(said(Path::new("nowhere.yaml")), LoadError::Unreadable { .. }));
    assert!(matches!(said(Path::new("wizard.toml")), LoadError::Format { .. }));
    assert!(matches!(said(Path::new("wizard")), LoadError::Format { .. }));
}
