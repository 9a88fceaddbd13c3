//! A workflow as a picture: steps, routes, gates and ends, drawn from the definition. Nothing is run,
//! and no instance is needed.
//!
//! ```text
//! cargo run --example graph_export               Mermaid, which Markdown viewers draw
//! cargo run --example graph_export -- dot        Graphviz: … | dot -Tsvg > refund.svg
//! cargo run --example graph_export -- json       nodes and edges, for other programs
//! ```

use std::error::Error;

use serde::Serialize;
use stepflow::workflow;

#[derive(Serialize)]
enum Verdict {
    Approve,
    Deny,
    Duplicate,
}

struct RefundWorkflow {
    state: u32,
}

#[workflow(state = u32)]
impl RefundWorkflow {
    /// Looks the order up.
    #[step]
    fn check_order(&mut self) {}

    /// Decides by the amount.
    #[step(routes = { Verdict::Approve => pay, Verdict::Deny => deny, Verdict::Duplicate => END })]
    fn decide(&mut self) -> Verdict {
        match self.state {
            0 => Verdict::Duplicate,
            1..=100 => Verdict::Approve,
            _ => Verdict::Deny,
        }
    }

    /// Pays, once a person has agreed.
    #[step(approval(message = "Pay this refund?", on_deny = deny), next = END)]
    fn pay(&mut self) {}

    /// Writes a letter of regret.
    #[step]
    fn deny(&mut self) {}
}

fn main() -> Result<(), Box<dyn Error>> {
    let graph = RefundWorkflow::graph();
    match std::env::args().nth(1).as_deref() {
        // On standard error, so that the picture alone can be sent to a file.
        None => {
            eprintln!("This is Mermaid; give `dot` or `json` for the other formats.\n");
            println!("{}", graph.to_mermaid());
        }
        Some("mermaid") => println!("{}", graph.to_mermaid()),
        Some("dot") => print!("{}", graph.to_dot()),
        Some("json") => println!("{}", serde_json::to_string_pretty(&graph)?),
        Some(other) => {
            eprintln!("`{other}` is no format; give `mermaid`, `dot` or `json`.");
            std::process::exit(2);
        }
    }
    Ok(())
}
