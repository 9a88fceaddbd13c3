//! A receiver of spans: the gRPC service of OTLP, as every OpenTelemetry collector has it, and nothing behind it
//! but a list.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use tonic::transport::server::{Server, TcpIncoming};
use tonic::{Request, Response, Status};

#[derive(Clone, Default)]
pub(crate) struct Collector(Arc<Mutex<Vec<Span>>>);

impl Collector {
    /// Listens on a free port of this machine until the program ends, and says at which address.
    pub(crate) fn start() -> io::Result<(Self, String)> {
        let collector = Self::default();
        let incoming = TcpIncoming::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        let endpoint = format!("http://{}", incoming.local_addr()?);
        let service = TraceServiceServer::new(collector.clone());
        tokio::spawn(Server::builder().add_service(service).serve_with_incoming(incoming));
        Ok((collector, endpoint))
    }

    pub(crate) fn print_tree(&self) {
        let mut spans = self.spans();
        println!("The collector received {} spans:\n", spans.len());
        // A span is sent when it ends, so children come before their parents.
        spans.sort_by_key(|span| span.start_time_unix_nano);
        print_below(&spans, &[], 0);
    }

    fn spans(&self) -> MutexGuard<'_, Vec<Span>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let resources = request.into_inner().resource_spans;
        let scopes = resources.into_iter().flat_map(|resource| resource.scope_spans);
        self.spans().extend(scopes.flat_map(|scope| scope.spans));
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

fn print_below(spans: &[Span], parent: &[u8], indent: usize) {
    for span in spans.iter().filter(|span| span.parent_span_id == parent) {
        let took = Duration::from_nanos(span.end_time_unix_nano.saturating_sub(span.start_time_unix_nano));
        println!("{:indent$}{}{}  {took:.1?}", "", span.name, written(&span.attributes));
        for event in &span.events {
            println!("{:indent$}  ! {}:{}", "", event.name, written(&event.attributes));
        }
        print_below(spans, &span.span_id, indent + 4);
    }
}

/// Texts and whole numbers: stepflow's spans and events have no other fields.
fn written(attributes: &[KeyValue]) -> String {
    let one = |attribute: &KeyValue| match attribute.value.as_ref()?.value.as_ref()? {
        // Where in stepflow's code an event comes from is of no interest here.
        _ if attribute.key == "target" => None,
        Value::StringValue(text) => Some(format!(" {}={text}", attribute.key)),
        Value::IntValue(number) => Some(format!(" {}={number}", attribute.key)),
        _ => None,
    };
    attributes.iter().filter_map(one).collect()
}
