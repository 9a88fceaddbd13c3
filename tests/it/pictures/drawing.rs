//! What a picture shows, and to whom.

use stepflow::{
    ApprovalDecision, GRAPH_STYLESHEET, GraphMarks, GraphPicture, MarkState, Run, StepMark, WorkflowGraph,
    WorkflowGraphEdge, workflow,
};

use super::reading::{Node, contrast, read};

#[derive(serde::Serialize)]
enum Size {
    Large,
    Small,
}

/// Pays at the third attempt; never where there is nothing to pay.
pub(super) struct Refunding {
    pub(super) state: u32,
}

#[workflow(state = u32, retry = 3)]
impl Refunding {
    /// Looks at how much it is.
    #[step(routes = { Size::Small => pay, Size::Large => approve })]
    fn check(&mut self) -> Size {
        if self.state <= 100 { Size::Small } else { Size::Large }
    }

    #[step(approval(message = "Pay back more than 100?", on_deny = refuse))]
    fn approve(&mut self) {}

    #[step(next = confirm)]
    fn pay(&mut self, ctx: &mut stepflow::RunContext<'_>) -> Result<(), String> {
        if self.state > 0 && ctx.attempt() == 3 { Ok(()) } else { Err("the bank is busy".to_owned()) }
    }

    #[step(next = END)]
    fn confirm(&mut self) {}

    #[step]
    fn refuse(&mut self) {}
}

/// Has every kind of node and edge.
pub(super) struct Tickets {
    pub(super) state: u32,
}

#[workflow(state = u32, max_visits = 4)]
impl Tickets {
    #[step(retry(times = 3, budget = "30s"), on_failure = give_up)]
    fn read_ticket(&mut self) -> Result<(), String> {
        Ok(())
    }

    #[step(routes = { "billing" => billing, "technical" => technical, "complaint" => escalate, "spam" => END })]
    fn classify(&mut self) -> &'static str {
        "technical"
    }

    #[step(next = answer)]
    fn billing(&mut self) {}

    #[step(next = answer, on_failure = escalate)]
    fn technical(&mut self) -> Result<(), String> {
        self.state += 1;
        if self.state > 1 { Err("nobody knows".to_owned()) } else { Ok(()) }
    }

    #[step(approval(message = "Take it over?", on_deny = END))]
    fn escalate(&mut self) {}

    #[step(routes = { "reopened" => classify, "more" => answer, "solved" => close })]
    fn answer(&mut self) -> &'static str {
        "reopened"
    }

    #[step(next = END)]
    fn close(&mut self) {}

    #[step]
    fn give_up(&mut self) {}
}

fn shown(svg: &str) -> Vec<String> {
    read(svg).nodes.iter().map(|node: &Node| node.lines.join(" | ")).collect()
}

fn taken(graph: &WorkflowGraph, marks: &GraphMarks) -> Vec<String> {
    let label = |id: &str| graph.nodes.iter().find(|node| node.id == id).unwrap().label.clone();
    let told = |edge: &WorkflowGraphEdge| format!("{} > {}", label(&edge.source), label(&edge.target));
    graph.edges.iter().zip(&marks.taken).filter(|(_, taken)| **taken).map(|(edge, _)| told(edge)).collect()
}

#[test]
fn a_run_is_told_at_its_steps_in_words() {
    let graph = Refunding::graph();
    let picture = GraphPicture::new(graph.clone(), "refund");
    let check = |marks: &GraphMarks, nodes: &[&str], ways: &[&str]| {
        assert_eq!(shown(&picture.to_svg(marks)), nodes);
        assert_eq!(taken(&graph, marks), ways);
    };
    check(
        &GraphMarks::of(&graph, Refunding { state: 10 }.run().record()),
        &[
            "check | done",
            "approve | approval | skipped",
            "pay | done, 3 attempts",
            "confirm | done",
            "refuse | skipped",
            "END",
        ],
        &["check > pay", "pay > confirm", "confirm > END"],
    );
    check(
        &GraphMarks::of(&graph, Run::new(Refunding { state: 1000 }).pause_on_approval().run().record()),
        &["check | done", "approve | approval | waits for approval", "pay", "confirm", "refuse", "END"],
        &["check > approve"],
    );
    let denied =
        Run::new(Refunding { state: 1000 }).on_approval(|_| ApprovalDecision::deny().by("noor")).run();
    check(
        &GraphMarks::of(&graph, denied.record()),
        &[
            "check | done",
            "approve | approval | denied",
            "pay | skipped",
            "confirm | skipped",
            "refuse | done",
            "END",
        ],
        &["check > approve", "approve > refuse"],
    );
    check(
        &GraphMarks::of(&graph, Refunding { state: 0 }.run().record()),
        &[
            "check | done",
            "approve | approval | skipped",
            "pay | failed, 4 attempts",
            "confirm | skipped",
            "refuse | skipped",
            "END",
        ],
        &["check > pay"],
    );
}

#[test]
fn loops_and_failures_are_edges_of_their_own() {
    let graph = Tickets::graph();
    let run = Run::new(Tickets { state: 0 }).pause_on_approval().run();
    let marks = GraphMarks::of(&graph, run.record());
    let svg = GraphPicture::new(graph.clone(), "ticket").to_svg(&marks);
    let nodes = shown(&svg);
    assert_eq!(
        &nodes[..6],
        [
            "read_ticket | within 30s | done",
            "classify | done, visit 2",
            "billing",
            "technical | failed, visit 2",
            "escalate | approval | waits for approval",
            "answer | done",
        ]
    );
    assert_eq!(
        taken(&graph, &marks),
        [
            "read_ticket > classify",
            "classify > technical",
            "technical > answer",
            "technical > escalate",
            "answer > classify"
        ]
    );
    let keys: Vec<_> = read(&svg).keys.into_iter().map(|key| key.text).collect();
    assert_eq!(
        keys,
        [
            "failed",
            "billing",
            "technical",
            "complaint",
            "spam",
            "failed",
            "denied",
            "reopened",
            "more",
            "solved"
        ]
    );
    assert!(svg.contains(r#"<g class="sf-edge sf-failure sf-taken">"#));
    assert!(svg.contains(r#"<g class="sf-edge sf-deny">"#));
}

#[test]
fn the_picture_is_told_in_words_to_those_who_cannot_see_it() {
    let graph = Refunding::graph();
    let marks = GraphMarks::of(&graph, Refunding { state: 10 }.run().record());
    let svg = GraphPicture::new(graph, "Refund order-7").to_fragment("graph", &marks);
    assert!(svg.starts_with(
        r#"<svg id="graph" class="sf-graph" xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="graph-title graph-desc""#
    ));
    assert!(svg.contains(r#"<title id="graph-title">Refund order-7</title>"#));
    let told = read(&svg).description;
    assert_eq!(
        told,
        "check: done; Small leads to pay; Large leads to approve. \
         approve: skipped; asks for approval; leads to pay; if denied, leads to refuse. \
         pay: done, 3 attempts; leads to confirm. confirm: done; leads to END. refuse: skipped."
    );
}

#[test]
fn a_fragment_has_nothing_that_a_strict_page_refuses() {
    let graph = Tickets::graph();
    let svg = GraphPicture::new(graph.clone(), "ticket").to_fragment("graph", &GraphMarks::blank(&graph));
    for refused in ["<style", "style=", "<script", " on", "href", "url(", "<foreignObject"] {
        assert!(!svg.contains(refused), "{refused}");
    }
}

#[test]
fn hostile_names_stay_text() {
    let json = serde_json::json!({
        "nodes": [
            { "id": "step_0", "label": "</text><script>alert(1)</script>", "kind": "step",
              "requires_approval": false, "description": "\"]]>\u{0}\u{202e}&amp;" },
            { "id": "\"x\"", "label": "'\"&<é漢字", "kind": "step", "requires_approval": true, "description": null },
        ],
        "edges": [{ "source": "step_0", "target": "\"x\"", "kind": "route", "route_key": "<b onload='x'>" }],
    });
    let graph: WorkflowGraph = serde_json::from_value(json).unwrap();
    let mark = StepMark { note: Some("<i>".to_owned()), ..StepMark::new(MarkState::Failed) };
    let marks = GraphMarks { steps: vec![Some(mark), None], taken: vec![true] };
    let svg = GraphPicture::new(graph, "<title>").to_fragment("a\"b", &marks);
    let seen = read(&svg);
    assert_eq!(seen.nodes[0].lines, ["</text><script>alert(1)</script>", "<i>"]);
    assert_eq!(seen.nodes[1].lines, ["'\"&<é漢字", "approval"]);
    assert_eq!(seen.keys[0].text, "<b onload='x'>");
    assert!(!svg.contains("<script") && !svg.contains('\u{202e}') && !svg.contains('\0'));
}

#[test]
fn a_graph_that_leads_nowhere_or_has_nothing_is_drawn_all_the_same() {
    let empty = WorkflowGraph { nodes: Vec::new(), edges: Vec::new() };
    assert!(empty.to_svg().contains("</svg>"));
    let mut graph = Refunding::graph();
    graph.edges[0].target = "step_77".to_owned();
    assert_eq!(shown(&graph.to_svg()).len(), graph.nodes.len());
    // Marks of another graph.
    let marks = GraphMarks { steps: Vec::new(), taken: vec![true; 99] };
    assert_eq!(shown(&GraphPicture::new(graph.clone(), "x").to_svg(&marks)).len(), graph.nodes.len());
}

#[test]
fn long_names_are_cut_and_told_whole_beside() {
    let name = "a_step_that_was_named_by_somebody_who_had_all_the_time_in_the_world";
    let mut graph = Refunding::graph();
    graph.nodes[0].label = name.to_owned();
    let svg = graph.to_svg();
    assert_eq!(shown(&svg)[0], "a_step_that_was_named_by_somebody…");
    assert!(svg.contains(&format!("<title>{name}: Looks at how much it is.</title>")));
}

#[test]
fn every_class_has_a_style_and_every_colour_can_be_read() {
    let states = [
        MarkState::Cancelled,
        MarkState::Done,
        MarkState::Failed,
        MarkState::Held,
        MarkState::Running,
        MarkState::Skipped,
        MarkState::Unsettled,
        MarkState::Waiting,
    ];
    for state in states {
        let class = format!(".sf-{} .sf-box", state.as_str());
        assert!(GRAPH_STYLESHEET.contains(&class), "{class}");
    }
    // Light first, then dark: WCAG 2.2, 1.4.3 for texts on their boxes.
    let (light, dark) = GRAPH_STYLESHEET.split_once("@media").unwrap();
    for (form, css) in [("light", light), ("dark", dark)] {
        let colour = |name: &str| {
            let (_, rest) = css.split_once(&format!("--sf-{name}: #")).unwrap();
            rest[..6].to_owned()
        };
        let mut pairs = vec![("ink", "ground"), ("ink", "box"), ("quiet", "box"), ("quiet", "skipped-box")];
        pairs.extend([("failed", "ground"), ("waiting", "ground"), ("line", "ground")]);
        let boxes: Vec<_> = ["done", "running", "waiting", "failed", "unsettled", "held"]
            .iter()
            .map(|state| (*state, format!("{state}-box")))
            .collect();
        for (ink, paper) in pairs.into_iter().chain(boxes.iter().map(|(ink, paper)| (*ink, paper.as_str()))) {
            let found = contrast(&colour(ink), &colour(paper));
            assert!(found >= 4.5, "{form}: {ink} on {paper} is {found:.2}");
        }
        for (_, paper) in &boxes {
            assert!(contrast(&colour("ink"), &colour(paper)) >= 4.5, "{form}: {paper}");
            assert!(contrast(&colour("quiet"), &colour(paper)) >= 4.5, "{form}: quiet on {paper}");
        }
    }
}
