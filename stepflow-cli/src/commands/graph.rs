use serde_json::json;
use stepflow::GraphPicture;

use super::Desk;
use crate::args::{GraphArgs, Language};
use crate::failure::Failure;
use crate::report::Report;
use crate::text::lines;

pub(super) async fn graph(desk: &Desk, args: GraphArgs) -> Result<Report, Failure> {
    let run = desk.runs.get(&args.run).await?;
    let graph = run.definition.graph();
    let language = if args.svg { Language::Svg } else { args.format };
    let text = match language {
        Language::Dot => graph.to_dot(),
        Language::Mermaid => graph.to_mermaid(),
        Language::Svg => {
            let marks = run.marks(&graph);
            let title = format!("Run {} of {}: {}", run.run, run.workflow, run.status);
            let svg = GraphPicture::new(graph.clone(), title).to_svg(&marks);
            let json = json!({ "graph": graph, "marks": marks, "svg": svg });
            return Ok(Report::new(lines(&svg), &json));
        }
    };
    Ok(Report::new(lines(&text), &graph))
}
