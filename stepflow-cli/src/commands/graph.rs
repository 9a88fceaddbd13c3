use super::Desk;
use crate::args::{GraphArgs, Language};
use crate::failure::Failure;
use crate::report::Report;
use crate::text::lines;

pub(super) async fn graph(desk: &Desk, args: GraphArgs) -> Result<Report, Failure> {
    let graph = desk.runs.get(&args.run).await?.definition.graph();
    let text = match args.format {
        Language::Dot => graph.to_dot(),
        Language::Mermaid => graph.to_mermaid(),
    };
    Ok(Report::new(lines(&text), &graph))
}
