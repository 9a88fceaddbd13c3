//! The SVG of a graph whose parts have their places.

use std::fmt::{self, Write};

use super::GRAPH_STYLESHEET;
use super::place::{Line, Placed, Point, Size};
use super::words::{description, escaped, key, lines, state};
use crate::graph::{EdgeKind, GraphMarks, NodeKind, WorkflowGraph, WorkflowGraphEdge, WorkflowGraphNode};

/// How far a bend is rounded.
const BEND: f64 = 12.0;

#[derive(Debug, Clone, Copy)]
pub(super) enum Form<'a> {
    Element(&'a str),
    File,
}

pub(super) fn draw(
    graph: &WorkflowGraph,
    placed: &Placed,
    title: &str,
    marks: Option<&GraphMarks>,
    form: Form<'_>,
) -> String {
    let mut svg = String::new();
    let picture = Picture { graph, placed, title, marks, form };
    // Writing to a text does not fail.
    let _ = picture.write(&mut svg);
    svg
}

struct Picture<'a> {
    graph: &'a WorkflowGraph,
    placed: &'a Placed,
    title: &'a str,
    marks: Option<&'a GraphMarks>,
    form: Form<'a>,
}

impl Picture<'_> {
    fn write(&self, out: &mut String) -> fmt::Result {
        let Size { width, height } = self.placed.size;
        let (width, height) = (number(width), number(height));
        let id = escaped(match self.form {
            Form::Element(id) => id,
            Form::File => "sf-graph",
        });
        writeln!(
            out,
            r#"<svg id="{id}" class="sf-graph" xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{id}-title {id}-desc" width="{width}" height="{height}" viewBox="0 0 {width} {height}">"#
        )?;
        writeln!(out, r#"<title id="{id}-title">{}</title>"#, escaped(self.title))?;
        let words = description(self.graph, self.marks);
        writeln!(out, r#"<desc id="{id}-desc">{}</desc>"#, escaped(&words))?;
        if let Form::File = self.form {
            writeln!(out, "<style>\n{GRAPH_STYLESHEET}</style>")?;
            writeln!(out, r#"<rect class="sf-ground" width="{width}" height="{height}"/>"#)?;
        }
        for (index, (edge, line)) in self.graph.edges.iter().zip(&self.placed.edges).enumerate() {
            let taken = self.marks.is_some_and(|marks| marks.taken.get(index) == Some(&true));
            write_edge(out, edge, line, taken)?;
        }
        for (index, (node, (middle, size))) in self.graph.nodes.iter().zip(&self.placed.nodes).enumerate() {
            self.write_node(out, index, node, *middle, *size)?;
        }
        // A key is read before a line that runs across it.
        for (index, (edge, line)) in self.graph.edges.iter().zip(&self.placed.edges).enumerate() {
            if let (Some(key), Some(at)) = (key(edge), line.key) {
                let taken = self.marks.is_some_and(|marks| marks.taken.get(index) == Some(&true));
                writeln!(
                    out,
                    r#"<g class="{}"><text class="sf-key" x="{}" y="{}">{}</text></g>"#,
                    classes(edge, taken),
                    number(at.x),
                    number(at.y + 4.0),
                    escaped(&key)
                )?;
            }
        }
        out.push_str("</svg>\n");
        Ok(())
    }

    fn write_node(
        &self,
        out: &mut String,
        index: usize,
        node: &WorkflowGraphNode,
        middle: Point,
        size: Size,
    ) -> fmt::Result {
        let mark = self.marks.and_then(|marks| marks.steps.get(index)?.as_ref());
        let class = mark.map(|mark| format!(" sf-{}", mark.state.as_str())).unwrap_or_default();
        writeln!(out, r#"<g class="sf-node{class}">"#)?;
        let mut told = node.label.clone();
        if let Some(description) = &node.description {
            told = format!("{told}: {description}");
        }
        if let Some(mark) = mark {
            told = format!("{told} ({mark})");
        }
        writeln!(out, "<title>{}</title>", escaped(&told))?;
        write_shape(out, node, middle, size)?;
        let lines = lines(node);
        let state = self.marks.and_then(|marks| state(marks, index));
        let height = 16.0 * (lines.len() - 1 + usize::from(state.is_some())) as f64;
        let mut y = middle.y + 5.0 - height / 2.0;
        for (line, class) in lines.iter().zip(["sf-name", "sf-more"]) {
            write_text(out, class, middle.x, y, line)?;
            y += 16.0;
        }
        if let Some(state) = state {
            write_text(out, "sf-state", middle.x, y, &state)?;
        }
        out.push_str("</g>\n");
        Ok(())
    }
}

fn write_text(out: &mut String, class: &str, x: f64, y: f64, text: &str) -> fmt::Result {
    let (x, y) = (number(x), number(y));
    writeln!(out, r#"<text class="{class}" x="{x}" y="{y}">{}</text>"#, escaped(text))
}

fn write_shape(out: &mut String, node: &WorkflowGraphNode, middle: Point, size: Size) -> fmt::Result {
    let (left, top) = (middle.x - size.width / 2.0, middle.y - size.height / 2.0);
    let (right, bottom) = (left + size.width, top + size.height);
    match node.kind {
        NodeKind::End => {
            write_rect(out, "sf-box", left, top, size, size.height / 2.0)?;
            let inner = Size { width: size.width - 7.0, height: size.height - 7.0 };
            write_rect(out, "sf-ring", left + 3.5, top + 3.5, inner, inner.height / 2.0)
        }
        // A gate has its corners cut off, as in the other languages.
        NodeKind::Step if node.requires_approval => {
            let cut = 11.0;
            let corners = [
                (left + cut, top),
                (right - cut, top),
                (right, top + cut),
                (right, bottom - cut),
                (right - cut, bottom),
                (left + cut, bottom),
                (left, bottom - cut),
                (left, top + cut),
            ];
            let corners: Vec<_> =
                corners.iter().map(|(x, y)| format!("{} {}", number(*x), number(*y))).collect();
            writeln!(out, r#"<path class="sf-box" d="M{}Z"/>"#, corners.join("L"))
        }
        NodeKind::Step => write_rect(out, "sf-box", left, top, size, 7.0),
    }
}

fn write_rect(out: &mut String, class: &str, x: f64, y: f64, size: Size, round: f64) -> fmt::Result {
    writeln!(
        out,
        r#"<rect class="{class}" x="{}" y="{}" width="{}" height="{}" rx="{}"/>"#,
        number(x),
        number(y),
        number(size.width),
        number(size.height),
        number(round)
    )
}

fn write_edge(out: &mut String, edge: &WorkflowGraphEdge, line: &Line, taken: bool) -> fmt::Result {
    write!(out, r#"<g class="{}"><path class="sf-line" d=""#, classes(edge, taken))?;
    write_line(out, &line.points)?;
    out.push_str("\"/>");
    if let [.., before, tip] = line.points[..] {
        let (dx, dy) = (tip.x - before.x, tip.y - before.y);
        let length = dx.hypot(dy).max(0.001);
        let (dx, dy) = (dx / length, dy / length);
        let (x, y) = (tip.x - 9.0 * dx, tip.y - 9.0 * dy);
        write!(
            out,
            r#"<path class="sf-head" d="M{} {}L{} {}L{} {}Z"/>"#,
            number(tip.x),
            number(tip.y),
            number(x - 4.5 * dy),
            number(y + 4.5 * dx),
            number(x + 4.5 * dy),
            number(y - 4.5 * dx)
        )?;
    }
    out.push_str("</g>\n");
    Ok(())
}

/// A line with rounded bends, which ends where the head begins.
fn write_line(out: &mut String, points: &[Point]) -> fmt::Result {
    let [first, .., last] = points else { return Ok(()) };
    write!(out, "M{} {}", number(first.x), number(first.y))?;
    for around in points.windows(3) {
        let [before, bend, after] = [around[0], around[1], around[2]];
        let (start, end) = (toward(bend, before, BEND), toward(bend, after, BEND));
        write!(
            out,
            "L{} {}Q{} {} {} {}",
            number(start.x),
            number(start.y),
            number(bend.x),
            number(bend.y),
            number(end.x),
            number(end.y)
        )?;
    }
    let end = toward(*last, points[points.len() - 2], 6.0);
    write!(out, "L{} {}", number(end.x), number(end.y))
}

/// The point that is this far from one on the way to another, and no more than half of the way.
fn toward(from: Point, to: Point, far: f64) -> Point {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let share = (far / dx.hypot(dy).max(0.001)).min(0.5);
    Point { x: from.x + dx * share, y: from.y + dy * share }
}

fn classes(edge: &WorkflowGraphEdge, taken: bool) -> String {
    let kind = match edge.kind {
        EdgeKind::Deny => "sf-edge sf-deny",
        EdgeKind::Failure => "sf-edge sf-failure",
        EdgeKind::Linear | EdgeKind::Next | EdgeKind::Route => "sf-edge",
    };
    if taken { format!("{kind} sf-taken") } else { kind.to_owned() }
}

/// With one digit at most, and never a negative zero.
fn number(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0 + 0.0;
    format!("{rounded}")
}
