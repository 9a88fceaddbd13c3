//! The store that was named.

use std::sync::Arc;

use clap::CommandFactory;
use clap::error::ErrorKind;
use stepflow_store::Store;

use crate::args::Cli;
use crate::failure::Failure;

/// Opens a store that is there. Nothing is created: a misspelled name is an error, and no new database.
pub(crate) async fn open(name: Option<&str>) -> Result<Arc<dyn Store>, Failure> {
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        let what = "no store was named: give --store STORE, or set STEPFLOW_STORE";
        return Err(usage(ErrorKind::MissingRequiredArgument, what));
    };
    match name.split_once("://") {
        Some(("postgres" | "postgresql", _)) => postgres(name).await,
        Some((scheme, _)) => {
            let what = format!("`{scheme}://` is no store: a store is an SQLite file or postgres://…");
            Err(usage(ErrorKind::ValueValidation, &what))
        }
        None => sqlite(name),
    }
}

pub(crate) fn usage(kind: ErrorKind, what: &str) -> Failure {
    Failure::Usage(Cli::command().error(kind, what))
}

pub(crate) fn unusable(error: stepflow_store::StoreError) -> Failure {
    Failure::Unusable(error.into())
}

#[cfg(feature = "postgres")]
async fn postgres(url: &str) -> Result<Arc<dyn Store>, Failure> {
    let builder = stepflow_store::PostgresStore::builder(url).pool_size(2).application_name("stepflow");
    Ok(Arc::new(builder.connect_existing().await.map_err(unusable)?))
}

#[cfg(not(feature = "postgres"))]
async fn postgres(_: &str) -> Result<Arc<dyn Store>, Failure> {
    Err(usage(ErrorKind::ValueValidation, "this tool was built without the feature `postgres`"))
}

#[cfg(feature = "sqlite")]
fn sqlite(path: &str) -> Result<Arc<dyn Store>, Failure> {
    Ok(Arc::new(stepflow_store::SqliteStore::open_existing(path).map_err(unusable)?))
}

#[cfg(not(feature = "sqlite"))]
fn sqlite(_: &str) -> Result<Arc<dyn Store>, Failure> {
    Err(usage(ErrorKind::ValueValidation, "this tool was built without the feature `sqlite`"))
}
