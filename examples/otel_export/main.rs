//! The spans of a run as other programs see them: they leave through OpenTelemetry's OTLP exporter. The
//! receiver is a small collector that the example starts itself (`collector.rs`); it prints what it got.
//!
//! ```text
//! cargo run --example otel_export
//! ```

mod collector;

use std::error::Error;

use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use stepflow::{ChildWorkflowError, Run, RunContext, workflow};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::collector::Collector;

struct FraudCheck {
    state: f64,
}

#[workflow(state = f64)]
impl FraudCheck {
    #[step]
    fn score(&mut self) -> f64 {
        self.state / 1_000.0
    }
}

struct Refund {
    state: f64,
}

#[workflow(state = f64)]
impl Refund {
    #[step]
    fn assess(&mut self, ctx: &mut RunContext<'_>) -> Result<f64, ChildWorkflowError> {
        Ok(ctx.run_child(FraudCheck { state: self.state })?.state)
    }

    #[step(retry(times = 2, delay = "20ms"))]
    fn pay(&mut self, ctx: &mut RunContext<'_>) -> Result<(), &'static str> {
        if ctx.attempt() == 1 { Err("the bank is busy") } else { Ok(()) }
    }
}

/// Sends every span to the collector at this address.
fn send_spans_to(endpoint: &str) -> Result<SdkTracerProvider, Box<dyn Error>> {
    let exporter = SpanExporter::builder().with_tonic().with_endpoint(endpoint).build()?;
    let service = Resource::builder().with_service_name("refunds").build();
    let provider = SdkTracerProvider::builder().with_resource(service).with_batch_exporter(exporter).build();
    let layer = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("stepflow"))
        // tracing would add these to every span; here they would hide what the workflow says.
        .with_location(false)
        .with_target(false)
        .with_threads(false)
        .with_tracked_inactivity(false);
    tracing_subscriber::registry().with(layer).try_init()?;
    Ok(provider)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (collector, endpoint) = Collector::start()?;
    let provider = send_spans_to(&endpoint)?;

    let result = Run::new(Refund { state: 64.5 }).run_async().await.into_result()?;
    println!("The run {} has {}.", result.run_id(), result.status());

    // Sends what is still waiting. A program that ends without it loses its last spans.
    provider.shutdown()?;
    collector.print_tree();
    Ok(())
}
