//! A graph drawn as SVG.

mod column;
mod draw;
mod layers;
mod place;
mod words;

use super::{GraphMarks, WorkflowGraph};

use self::place::Placed;

/// The style of the pictures that [`GraphPicture::to_fragment`] draws: for the page that they stand in. It has
/// classes only, and both a light and a dark form.
///
/// ```
/// assert!(stepflow::GRAPH_STYLESHEET.contains(".sf-graph"));
/// ```
pub const GRAPH_STYLESHEET: &str = include_str!("graph.css");

/// A graph that has been laid out, to be drawn once for each moment of a run. Where a step stands does not
/// depend on what the run did, so a picture that is drawn again stays where it is.
///
/// ```
/// use stepflow::{GraphMarks, GraphPicture, workflow};
///
/// struct Parcel { state: () }
///
/// #[workflow(state = ())]
/// impl Parcel {
///     #[step]
///     fn weigh(&mut self) {}
/// }
///
/// let graph = Parcel::graph();
/// let marks = GraphMarks::of(&graph, Parcel { state: () }.run().record());
/// let picture = GraphPicture::new(graph, "Parcel p-1");
/// assert!(picture.to_svg(&marks).contains("done"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct GraphPicture {
    graph: WorkflowGraph,
    title: String,
    placed: Placed,
}

impl GraphPicture {
    /// Lays the graph out, with room for what runs do. The title is what a reader who cannot see the picture
    /// is told first.
    ///
    /// A graph of up to 60 nodes and 120 edges is laid out in layers; a larger one in a single column, which
    /// takes no time that anybody would notice.
    #[must_use]
    pub fn new(graph: WorkflowGraph, title: impl Into<String>) -> Self {
        let placed = place::place(&graph, true);
        Self { graph, title: title.into(), placed }
    }

    /// The graph.
    #[must_use]
    pub fn graph(&self) -> &WorkflowGraph {
        &self.graph
    }

    /// The whole picture with what a run did: a file that brings its style along.
    #[must_use]
    pub fn to_svg(&self, marks: &GraphMarks) -> String {
        draw::draw(&self.graph, &self.placed, &self.title, Some(marks), draw::Form::File)
    }

    /// The same for a page that has the [stylesheet](GRAPH_STYLESHEET): the element `svg` alone, without a
    /// style of its own, as strict pages want it. `id` is that of the element, and has to be the page's only
    /// one.
    ///
    /// ```
    /// use stepflow::{GraphMarks, GraphPicture, StepDefinition, WorkflowDefinition};
    ///
    /// const STEPS: &[StepDefinition] = &[StepDefinition::new("weigh")];
    /// let graph = WorkflowDefinition::new("parcel", STEPS).graph();
    /// let marks = GraphMarks::blank(&graph);
    /// let svg = GraphPicture::new(graph, "parcel").to_fragment("picture", &marks);
    /// assert!(svg.starts_with("<svg id=\"picture\"") && !svg.contains("<style>"));
    /// ```
    #[must_use]
    pub fn to_fragment(&self, id: &str, marks: &GraphMarks) -> String {
        draw::draw(&self.graph, &self.placed, &self.title, Some(marks), draw::Form::Element(id))
    }
}

impl WorkflowGraph {
    /// The graph as an SVG file, light or dark as its reader likes it. [`GraphPicture`] draws it with what a run
    /// did, and for a page.
    ///
    /// ```
    /// use stepflow::{StepDefinition, WorkflowDefinition};
    ///
    /// const STEPS: &[StepDefinition] = &[StepDefinition::new("weigh")];
    /// let svg = WorkflowDefinition::new("parcel", STEPS).graph().to_svg();
    /// assert!(svg.contains("weigh"));
    /// ```
    #[must_use]
    pub fn to_svg(&self) -> String {
        draw::draw(self, &place::place(self, false), "A workflow", None, draw::Form::File)
    }
}
