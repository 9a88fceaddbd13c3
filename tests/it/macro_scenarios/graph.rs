//! Pictures of workflows, without running them.

use stepflow::{EdgeKind, NodeKind, WorkflowGraph, workflow};

struct Triage {
    state: (),
}

#[workflow(state = ())]
impl Triage {
    /// Reads what came in.
    ///
    /// Not shown.
    #[step]
    fn intake(&mut self) {}

    #[step(routes = { "urgent" => bench, "routine" => queue, "void" => END }, description = "Sorts it.")]
    fn classify(&mut self) -> &'static str {
        unreachable!("a picture runs nothing")
    }

    #[step(name = "wait in line", next = review)]
    fn queue(&mut self) {}

    #[step(approval(on_deny = END))]
    fn bench(&mut self) {}

    #[step]
    fn review(&mut self) {}
}

#[test]
fn a_graph_shows_steps_gates_routes_and_the_end() {
    let graph = Triage::graph();
    let nodes: Vec<_> = graph
        .nodes
        .iter()
        .map(|node| (&*node.id, &*node.label, node.kind, node.requires_approval, node.description.as_deref()))
        .collect();
    assert_eq!(
        nodes,
        [
            ("step_0", "intake", NodeKind::Step, false, Some("Reads what came in.")),
            ("step_1", "classify", NodeKind::Step, false, Some("Sorts it.")),
            ("step_2", "wait in line", NodeKind::Step, false, None),
            ("step_3", "bench", NodeKind::Step, true, None),
            ("step_4", "review", NodeKind::Step, false, None),
            ("end_0", "END", NodeKind::End, false, None),
        ]
    );
    let edges: Vec<_> = graph
        .edges
        .iter()
        .map(|edge| (&*edge.source, &*edge.target, edge.kind, edge.route_key.as_deref()))
        .collect();
    assert_eq!(
        edges,
        [
            ("step_0", "step_1", EdgeKind::Linear, None),
            ("step_1", "step_3", EdgeKind::Route, Some("urgent")),
            ("step_1", "step_2", EdgeKind::Route, Some("routine")),
            ("step_1", "end_0", EdgeKind::Route, Some("void")),
            ("step_2", "step_4", EdgeKind::Next, None),
            ("step_3", "step_4", EdgeKind::Linear, None),
            ("step_3", "end_0", EdgeKind::Deny, None),
        ]
    );
}

#[test]
fn a_graph_is_written_as_mermaid() {
    let lines = [
        "flowchart TD",
        r#"    step_0["intake"]"#,
        r#"    step_1["classify"]"#,
        r#"    step_2["wait in line"]"#,
        r#"    step_3["bench\napproval"]"#,
        r#"    step_4["review"]"#,
        "    end_0((END))",
        "    step_0 --> step_1",
        "    step_1 -->|urgent| step_3",
        "    step_1 -->|routine| step_2",
        "    step_1 -->|void| end_0",
        "    step_2 --> step_4",
        "    step_3 --> step_4",
        "    step_3 -.->|denied| end_0",
    ];
    assert_eq!(Triage::graph().to_mermaid(), lines.join("\n"));
}

#[test]
fn a_graph_is_written_as_graphviz_and_as_json() {
    let graph = Triage::graph();
    let dot = graph.to_dot();
    assert!(dot.starts_with("digraph workflow {\n") && dot.ends_with("}\n"), "{dot}");
    assert!(dot.contains(r#"step_1 -> step_3 [label="urgent"]"#), "{dot}");
    let written = serde_json::to_string(&graph).unwrap();
    assert_eq!(serde_json::from_str::<WorkflowGraph>(&written).unwrap(), graph);
}

struct Glyphs {
    state: (),
}

#[workflow(state = ())]
impl Glyphs {
    #[step(name = "say \"hi\" #1; & <go>", routes = { "x|y" => slash, "a#b;" => END, "plain" => END })]
    fn hi(&mut self) -> &'static str {
        "plain"
    }

    #[step(name = "two\nlines of back\\slash and \\n")]
    fn slash(&mut self) {}
}

#[test]
fn awkward_names_are_valid_mermaid() {
    let lines = [
        "flowchart TD",
        r#"    step_0["say #quot;hi#quot; #35;1; #amp; #lt;go#gt;"]"#,
        r#"    step_1["two<br/>lines of back\slash and #92;n"]"#,
        "    end_0((END))",
        r#"    step_0 -->|"x|y"| step_1"#,
        r#"    step_0 -->|"a#35;b;"| end_0"#,
        "    step_0 -->|plain| end_0",
    ];
    assert_eq!(Glyphs::graph().to_mermaid(), lines.join("\n"));
}

struct Essay {
    state: (),
}

#[workflow(state = (), max_visits = 3)]
impl Essay {
    #[step(on_failure = apologise)]
    async fn write(&mut self) {}

    #[step(routes = { 0 => publish, 1 => write, key = "again", _ => review })]
    fn review(&mut self) -> u8 {
        unreachable!("a picture runs nothing")
    }

    #[step(approval(on_deny = write), on_failure = END, next = END)]
    fn publish(&mut self) {}

    #[step(next = apologise, on_failure = write)]
    fn apologise(&mut self) {}
}

#[test]
fn a_graph_shows_loops_and_the_ways_of_failures_and_denials() {
    let graph = Essay::graph();
    let kinds = |of| graph.edges.iter().filter(move |edge| edge.kind == of);
    let failures: Vec<_> = kinds(EdgeKind::Failure).map(|edge| (&*edge.source, &*edge.target)).collect();
    assert_eq!(failures, [("step_0", "step_3"), ("step_2", "end_0"), ("step_3", "step_0")]);
    let denials: Vec<_> = kinds(EdgeKind::Deny).map(|edge| (&*edge.source, &*edge.target)).collect();
    assert_eq!(denials, [("step_2", "step_0")]);
    assert_eq!(
        graph.to_mermaid(),
        "\
flowchart TD
    step_0[\"write\"]
    step_1[\"review\"]
    step_2[\"publish\\napproval\"]
    step_3[\"apologise\"]
    end_0((END))
    step_0 --> step_1
    step_0 -.->|failed| step_3
    step_1 -->|0| step_2
    step_1 -->|1| step_0
    step_1 -->|again| step_1
    step_2 --> end_0
    step_2 -.->|failed| end_0
    step_2 -.->|denied| step_0
    step_3 --> step_3
    step_3 -.->|failed| step_0"
    );
    let dot = graph.to_dot();
    for line in [
        "    step_0 -> step_3 [label=\"failed\", style=dashed, color=red];\n",
        "    step_1 -> step_1 [label=\"again\"];\n",
        "    step_2 -> step_0 [label=\"denied\", style=dashed];\n",
        "    step_2 -> end_0 [label=\"failed\", style=dashed, color=red];\n",
        "    step_3 -> step_3;\n",
    ] {
        assert!(dot.contains(line), "{line} in\n{dot}");
    }
    let written = serde_json::to_string(&graph).unwrap();
    assert_eq!(serde_json::from_str::<WorkflowGraph>(&written).unwrap(), graph);
}

struct Patient {
    state: (),
}

#[workflow(state = (), max_visits = 3)]
impl Patient {
    #[step(retry(times = 9, delay = "1s", budget = "30s"), on_failure = give_up)]
    fn call(&mut self) -> Result<(), String> {
        Ok(())
    }

    #[step(routes = { true => END, false => call })]
    fn answered(&mut self) -> bool {
        true
    }

    #[step]
    fn give_up(&mut self) {}
}

#[test]
fn budgets_loops_and_failure_routes_are_in_both_diagrams() {
    let graph = Patient::graph();
    assert_eq!(
        graph.to_mermaid(),
        "flowchart TD
    step_0[\"call\\nwithin 30s\"]
    step_1[\"answered\"]
    step_2[\"give_up\"]
    end_0((END))
    step_0 --> step_1
    step_0 -.->|failed| step_2
    step_1 -->|true| end_0
    step_1 -->|false| step_0"
    );
    let dot = graph.to_dot();
    for line in [
        r#"step_0 [label="call\nwithin 30s", shape=box]"#,
        r#"step_0 -> step_2 [label="failed", style=dashed, color=red]"#,
        r#"step_1 -> step_0 [label="false"]"#,
    ] {
        assert!(dot.contains(line), "{line} is not in {dot}");
    }
    let read: WorkflowGraph = serde_json::from_str(&serde_json::to_string(&graph).unwrap()).unwrap();
    assert_eq!(read, graph);
}
