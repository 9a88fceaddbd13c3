//! Serves a router on this machine.

mod connections;

use std::fmt;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;

use crate::auth::{LoginLink, Principal};
use crate::security::Security;
use crate::token::{NoRandomness, Secret};

/// Serves a router at `http://127.0.0.1:8080` until the process is told to end.
///
/// It prints a link that signs in once: whoever reads this terminal is the person with every role, and nobody else is let
/// in. It ends on ctrl-c and on SIGTERM, when the requests under way are answered, or after ten seconds. For anything
/// else there is [`Server`].
///
/// ```no_run
/// use axum::Router;
/// use axum::routing::get;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), stepflow_web::ServeError> {
/// stepflow_web::serve(Router::new().route("/", get("Hello."))).await
/// # }
/// ```
///
/// # Errors
///
/// When the port is taken, or signals cannot be heard.
pub async fn serve(router: Router) -> Result<(), ServeError> {
    Server::new(router).bind().await?.run().await
}

/// A router, and how it is to be served.
///
/// ```
/// use axum::Router;
/// use axum::routing::get;
/// use stepflow_web::Server;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let listening = Server::new(Router::new().route("/", get("Hello."))).port(0).quiet().bind().await?;
/// assert!(listening.url().starts_with("http://127.0.0.1:"));
/// assert!(listening.sign_in_url().is_some_and(|link| link.contains("/_sign-in?key=")));
/// listening.run_until(async {}).await;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Server {
    router: Router,
    address: SocketAddr,
    security: Security,
    limits: ConnectionLimits,
    quiet: bool,
}

impl Server {
    /// This router, at `127.0.0.1:8080`.
    #[must_use]
    pub fn new(router: Router) -> Self {
        Self {
            router,
            address: (Ipv4Addr::LOCALHOST, 8080).into(),
            security: Security::new(),
            limits: ConnectionLimits::default(),
            quiet: false,
        }
    }

    /// At another port of this machine; 0 takes any that is free.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.address.set_port(port);
        self
    }

    /// At another address. One that other machines can reach needs a [`Security`] with an authenticator, and, since
    /// this speaks HTTP without TLS, a proxy in front that has it.
    #[must_use]
    pub fn address(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Behind this guard. Where it has no authenticator, a login link is printed, and only this machine's own names are
    /// answered unless [`Security::host`] says others.
    #[must_use]
    pub fn security(mut self, security: Security) -> Self {
        self.security = security;
        self
    }

    /// How many connections there may be, and how slow.
    #[must_use]
    pub fn connection_limits(mut self, limits: ConnectionLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Prints nothing; [`Listening`] has the addresses.
    #[must_use]
    pub fn quiet(mut self) -> Self {
        self.quiet = true;
        self
    }

    /// Takes the port. From now on connections wait, and [`Listening::run`] answers them.
    ///
    /// # Errors
    ///
    /// When the port is taken, or other machines could reach the address and nobody would have to sign in.
    pub async fn bind(self) -> Result<Listening, ServeError> {
        let open = self.security.is_open_to_everybody();
        if !self.address.ip().is_loopback() && !self.security.has_authenticator() && !open {
            return Err(ServeError::OpenToTheNetwork { address: self.address });
        }
        let not_bound = |source| ServeError::NotBound { address: self.address, source };
        let listener = TcpListener::bind(self.address).await.map_err(not_bound)?;
        let address = listener.local_addr().map_err(not_bound)?;
        let (security, link) = if self.security.has_authenticator() || open {
            (self.security, None)
        } else {
            let mut link = LoginLink::new(local(&self.security));
            if !self.quiet {
                let path = self.security.sign_in_path().to_owned();
                link = link.announce(move |secret| announce(&sign_in_url(address, &path, secret)));
            }
            let secret = link.issue(self.security.now())?;
            (self.security.for_this_machine().authenticate(link), Some(secret))
        };
        let listening = Listening {
            app: security.wrap(self.router),
            sign_in: security.sign_in_path().to_owned(),
            listener,
            address,
            link,
            limits: self.limits,
        };
        if !self.quiet {
            say(&format!("Serving on {}", listening.url()));
            if let Some(link) = listening.sign_in_url() {
                announce(&link);
            }
        }
        Ok(listening)
    }
}

/// A server that has its port.
pub struct Listening {
    app: Router,
    listener: TcpListener,
    address: SocketAddr,
    sign_in: String,
    link: Option<Secret>,
    limits: ConnectionLimits,
}

impl Listening {
    /// The address it has.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same for a browser on this machine, such as `http://127.0.0.1:8080`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The link that signs in, once; none where the guard has an authenticator of its own.
    #[must_use]
    pub fn sign_in_url(&self) -> Option<String> {
        self.link.as_ref().map(|secret| sign_in_url(self.address, &self.sign_in, secret))
    }

    /// Answers requests until ctrl-c or SIGTERM.
    ///
    /// # Errors
    ///
    /// When signals cannot be heard.
    pub async fn run(self) -> Result<(), ServeError> {
        let told_to_end = connections::told_to_end().map_err(ServeError::Signals)?;
        self.run_until(told_to_end).await;
        Ok(())
    }

    /// Answers requests until this future is ready. Those under way are then answered, for ten seconds at most.
    pub async fn run_until(self, end: impl Future<Output = ()>) {
        connections::answer(self.listener, self.app, &self.limits, end).await;
    }
}

impl fmt::Debug for Listening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listening").field("address", &self.address).finish_non_exhaustive()
    }
}

/// How many connections there may be, and how slow they may be.
///
/// ```
/// use stepflow_web::ConnectionLimits;
///
/// let mut limits = ConnectionLimits::default();
/// limits.connections = 100;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectionLimits {
    /// How many connections at a time; more of them wait. By default 1,024.
    pub connections: usize,
    /// How long the head of a request may take to arrive, and a connection may lie idle. By default 15 seconds.
    pub head_time: Duration,
    /// How large the head of a request may be, in bytes; at least 8 KiB. By default 32 KiB; more is answered with 431.
    pub head: usize,
    /// How many headers a request may have. By default 100; more are answered with 431.
    pub headers: usize,
    /// How long a browser may take nothing of an answer. By default 30 seconds.
    pub write_time: Duration,
    /// How long requests under way are waited for at the end. By default 10 seconds.
    pub grace: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            connections: 1024,
            head_time: Duration::from_secs(15),
            head: 32 << 10,
            headers: 100,
            write_time: Duration::from_secs(30),
            grace: Duration::from_secs(10),
        }
    }
}

/// Why a router is not served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// No login link can be made.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The address cannot be taken.
    #[error("{address} cannot be listened on; if another program has it, choose a port with `Server::port`")]
    NotBound {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// Other machines could reach the address, and nobody would have to sign in.
    #[error("{address} can be reached by other machines; say who may come in with `Security::authenticate`")]
    OpenToTheNetwork {
        /// The address.
        address: SocketAddr,
    },
    /// Signals cannot be heard.
    #[error("the signals that end this process cannot be heard")]
    Signals(#[source] std::io::Error),
}

/// Whoever has the link: the person at this machine.
fn local(security: &Security) -> Principal {
    security.all_roles().fold(Principal::local(), Principal::with_role)
}

fn sign_in_url(address: SocketAddr, path: &str, secret: &Secret) -> String {
    format!("http://{address}{path}?key={}", secret.text())
}

fn announce(link: &str) {
    say(&format!("Open this link to sign in. It works once, for ten minutes.\n{link}"));
}

/// Where nobody reads along, there is nobody to tell.
fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}
