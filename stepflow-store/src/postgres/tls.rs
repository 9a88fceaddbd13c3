//! Whether the connection is encrypted, and whose word is taken for whom it leads to.

use tokio_postgres::config::SslMode;
#[cfg(feature = "postgres-tls")]
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::StoreError;

/// How a connection is protected on its way.
#[derive(Clone)]
pub(super) enum Protection {
    None,
    /// Encrypted, or if the server cannot do that and it is not demanded, not.
    #[cfg(feature = "postgres-tls")]
    Tls(MakeRustlsConnect),
}

impl Protection {
    /// What the URL asks for. The certificates that are trusted are those of the file, or else the machine's.
    #[cfg(feature = "postgres-tls")]
    pub(super) fn new(mode: SslMode, roots: Option<&str>) -> Result<Self, StoreError> {
        use std::path::Path;
        use std::sync::Arc;

        use rustls::crypto::ring;
        use rustls::{ClientConfig, RootCertStore};
        use rustls_native_certs::{load_certs_from_paths, load_native_certs};

        if mode == SslMode::Disable {
            return Ok(Self::None);
        }
        let found = match roots {
            Some(file) => load_certs_from_paths(Some(Path::new(file)), None),
            None => load_native_certs(),
        };
        let mut trusted = RootCertStore::empty();
        trusted.add_parsable_certificates(found.certs);
        if trusted.is_empty() {
            let Some(file) = roots else {
                // A machine without any: nothing can be trusted, and that is enough where nothing has to be.
                return if mode == SslMode::Require { Err(untrusting()) } else { Ok(Self::None) };
            };
            return Err(StoreError::refused(format!(
                "`{file}` (sslrootcert) has no certificate that can be read"
            )));
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| StoreError::refused("TLS cannot be set up").caused_by(error))?
            .with_root_certificates(trusted)
            .with_no_client_auth();
        Ok(Self::Tls(MakeRustlsConnect::new(config)))
    }

    #[cfg(not(feature = "postgres-tls"))]
    pub(super) fn new(mode: SslMode, roots: Option<&str>) -> Result<Self, StoreError> {
        if mode == SslMode::Require || roots.is_some() {
            return Err(StoreError::refused(
                "the PostgreSQL URL asks for TLS, and this program was built without it: stepflow-store has it with the \
                 feature `postgres-tls`",
            ));
        }
        Ok(Self::None)
    }
}

#[cfg(feature = "postgres-tls")]
fn untrusting() -> StoreError {
    StoreError::refused(
        "the PostgreSQL URL asks for TLS, and this machine has no certificates to trust: install them (ca-certificates), \
         or name a file of them as `sslrootcert` in the URL",
    )
}
