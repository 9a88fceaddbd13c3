//! The pictures of the examples' workflows, and of a workflow that has everything, as they are drawn today. What
//! differs is looked at in a browser, and taken over with `UPDATE_EXPECT=1`.

use std::fs;
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use stepflow::{GRAPH_STYLESHEET, GraphMarks, GraphPicture, Run, WorkflowGraph};

use super::drawing::{Refunding, Tickets};

fn graphs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/graphs");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    files
}

#[test]
fn the_examples_look_as_they_did() {
    let files = graphs();
    assert!(files.len() > 12, "{files:?}");
    for file in files {
        let graph: WorkflowGraph = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        let svg = graph.to_svg();
        assert!(svg.contains(GRAPH_STYLESHEET), "a file brings its style along");
        expect_file![file.with_extension("svg")].assert_eq(&svg.replace(GRAPH_STYLESHEET, ""));
    }
}

#[test]
fn runs_look_as_they_did() {
    let check = |name: &str, graph: WorkflowGraph, marks: GraphMarks| {
        let svg = GraphPicture::new(graph, name).to_fragment("picture", &marks);
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/graphs/runs");
        expect_file![folder.join(format!("{name}.svg"))].assert_eq(&svg);
    };
    let paid = Refunding { state: 10 }.run();
    check("paid", Refunding::graph(), GraphMarks::of(&Refunding::graph(), paid.record()));
    let asks = Run::new(Refunding { state: 1000 }).pause_on_approval().run();
    check("asks", Refunding::graph(), GraphMarks::of(&Refunding::graph(), asks.record()));
    let failed = Refunding { state: 0 }.run();
    check("failed", Refunding::graph(), GraphMarks::of(&Refunding::graph(), failed.record()));
    let loops = Run::new(Tickets { state: 0 }).pause_on_approval().run();
    check("loops", Tickets::graph(), GraphMarks::of(&Tickets::graph(), loops.record()));
}
