//! How a service is reached.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, Url, redirect};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use super::http::Service;
use super::key::Key;
use super::{OpenAiExtractor, Output};
use crate::error::BoxError;

/// Builds an [`OpenAiExtractor`].
#[derive(Clone)]
pub struct OpenAiBuilder {
    base_url: String,
    key: Option<String>,
    model: Option<String>,
    output: Output,
    max_tokens: Option<u32>,
    roots: Vec<String>,
    plain: bool,
    proxies: bool,
    pub(super) limits: Limits,
}

/// How long is waited, how often it is tried, and how much is taken.
#[derive(Debug, Clone)]
pub(super) struct Limits {
    pub(super) timeout: Duration,
    pub(super) retries: usize,
    pub(super) first_wait: Duration,
    pub(super) longest_wait: Duration,
    pub(super) answer_bytes: usize,
}

/// Why an extractor cannot be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenAiError {
    /// The address is none.
    #[error("the address of the service is not one that can be used: {reason}")]
    Address {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A certificate cannot be read.
    #[error("certificate {number} of those that were given cannot be read")]
    Certificate {
        /// Which one, the first being 1.
        number: usize,
        /// What is wrong with it.
        source: BoxError,
    },
    /// The key has letters that no header can hold.
    #[error("the key has letters that no key has; was a whole file taken for it?")]
    Key,
    /// No model is named.
    #[error("no model is named; say `.model(…)`")]
    Model,
    /// A key, or what people write, would go over the net for everybody to read.
    #[error(
        "`http` would send the key and what people write for everybody to read; use `https`, or say `.plain_http()`"
    )]
    Plain,
    /// The client cannot be made.
    #[error("no connection can be made with TLS")]
    Tls(#[source] BoxError),
}

impl OpenAiBuilder {
    pub(super) fn new(base_url: String) -> Self {
        Self {
            base_url,
            key: None,
            model: None,
            output: Output::default(),
            max_tokens: None,
            roots: Vec::new(),
            plain: false,
            proxies: true,
            limits: Limits {
                timeout: Duration::from_secs(30),
                retries: 2,
                first_wait: Duration::from_millis(500),
                longest_wait: Duration::from_secs(10),
                answer_bytes: 1024 * 1024,
            },
        }
    }

    /// The key, if the service asks for one. Read it from the environment or a file, not from the command line.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// The model that is asked where a stage names none (`extraction_model`).
    #[must_use]
    pub fn model(mut self, model: impl Into<String>) -> Self {
        self.model = Some(model.into());
        self
    }

    /// How the model is told what form its answer must have; by a schema, if nothing is said.
    #[must_use]
    pub fn output(mut self, output: Output) -> Self {
        self.output = output;
        self
    }

    /// How long an answer may be, in the model's tokens; as long as the service lets it, if nothing is said.
    #[must_use]
    pub fn max_tokens(mut self, tokens: u32) -> Self {
        self.max_tokens = Some(tokens);
        self
    }

    /// How long one try may take, to the last byte of the answer: 30 s, if nothing is said.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.limits.timeout = timeout;
        self
    }

    /// How often a try that may do better is repeated: 2 times, if nothing is said.
    #[must_use]
    pub fn retries(mut self, retries: usize) -> Self {
        self.limits.retries = retries;
        self
    }

    /// The wait before the first repetition, doubled each time, and the longest one: 500 ms and 10 s, if nothing is
    /// said. A service that asks for a longer one is not waited for.
    #[must_use]
    pub fn waits(mut self, first: Duration, longest: Duration) -> Self {
        self.limits.first_wait = first;
        self.limits.longest_wait = longest;
        self
    }

    /// How many bytes of an answer are taken: 1 MiB, if nothing is said.
    #[must_use]
    pub fn answer_bytes(mut self, bytes: usize) -> Self {
        self.limits.answer_bytes = bytes;
        self
    }

    /// Trusts these certificates (PEM) too, beside those of the system.
    #[must_use]
    pub fn root_certificates(mut self, pem: impl Into<String>) -> Self {
        self.roots.push(pem.into());
        self
    }

    /// Allows `http` to other machines. To this machine it is always allowed.
    #[must_use]
    pub fn plain_http(mut self) -> Self {
        self.plain = true;
        self
    }

    /// Connects directly, whatever proxies the environment names.
    #[must_use]
    pub fn direct(mut self) -> Self {
        self.proxies = false;
        self
    }

    /// The extractor. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// The address, the key or a certificate cannot be used, or no model is named.
    pub fn build(self) -> Result<OpenAiExtractor, OpenAiError> {
        let url = self.url()?;
        let key = match &self.key {
            Some(key) => Some(Key::new(key).ok_or(OpenAiError::Key)?),
            None => None,
        };
        let model = self.model.filter(|model| !model.is_empty()).ok_or(OpenAiError::Model)?;
        let mut client = Client::builder()
            .tls_backend_preconfigured(tls(&self.roots)?)
            .connect_timeout(self.limits.timeout)
            // A key goes to the address it was meant for, and nowhere else.
            .redirect(redirect::Policy::none())
            // How often something is tried is decided in one place.
            .retry(reqwest::retry::never())
            .user_agent(concat!("stepflow/", env!("CARGO_PKG_VERSION")));
        if !self.proxies {
            client = client.no_proxy();
        }
        let client = client.build().map_err(|error| OpenAiError::Tls(error.without_url().into()))?;
        let service = Service { client, url, key, limits: self.limits };
        Ok(OpenAiExtractor { service, model, output: self.output, max_tokens: self.max_tokens })
    }

    fn url(&self) -> Result<Url, OpenAiError> {
        let address = |reason| OpenAiError::Address { reason };
        let mut url = Url::parse(&self.base_url).map_err(|_| address("it is no URL"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(address("it must not hold a password; hand the key over by `.key(…)`"));
        }
        match url.scheme() {
            "https" => {}
            "http" if self.plain || is_local(&url) => {}
            "http" => return Err(OpenAiError::Plain),
            _ => return Err(address("it must begin with `https://`")),
        }
        url.path_segments_mut()
            .map_err(|()| address("nothing can be asked there"))?
            .pop_if_empty()
            .extend(["chat", "completions"]);
        Ok(url)
    }
}

impl fmt::Debug for OpenAiBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenAiBuilder").field("model", &self.model).finish_non_exhaustive()
    }
}

/// Whether an address is of this machine.
fn is_local(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// TLS by the certificates of the system, and those that were given.
fn tls(pem: &[String]) -> Result<ClientConfig, OpenAiError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for (index, pem) in pem.iter().enumerate() {
        let refuse = |source: BoxError| OpenAiError::Certificate { number: index + 1, source };
        for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            let certificate = certificate.map_err(|error| refuse(error.into()))?;
            roots.add(certificate).map_err(|error| refuse(error.into()))?;
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| OpenAiError::Tls(error.into()))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}
