//! What stands between the world and a router.

mod answer;
mod guard;
mod host;
mod sign_in;

use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::http::HeaderValue;
use stepflow::{Clock, SystemClock};

use crate::auth::{Access, Authenticate};
use crate::csrf::Origins;
use crate::headers::CONTENT_SECURITY_POLICY;
use crate::limits::{RateLimit, RequestLimits};
use crate::session::{SessionLimits, Sessions};
use crate::token::{Key, Keys, NoRandomness};
use crate::{Link, Shell};

/// What stands between the world and a router: who may come in, sessions, two layers against forged requests, limits,
/// headers, and panics that stay inside.
///
/// Without [`authenticate`](Self::authenticate) it lets in connections from this machine alone, to a host whose name
/// is this machine's. A request without the address of its peer counts as one from elsewhere: serve with
/// [`serve`](crate::serve), or with `into_make_service_with_connect_info::<SocketAddr>()`.
///
/// It is cheap to clone, and clones share their sessions. Where a wrapped router stands inside another one, the outer
/// guard decides alone, so a whole service is protected by wrapping it once.
///
/// ```
/// use axum::Router;
/// use axum::routing::get;
/// use stepflow_web::{Security, Visitor};
///
/// async fn hello(visitor: Visitor) -> String {
///     format!("Hello, {}.", visitor.principal().map_or("stranger", |principal| principal.name()))
/// }
///
/// let app: Router = Security::new().wrap(Router::new().route("/", get(hello)));
/// ```
#[derive(Clone)]
pub struct Security {
    settings: Arc<Settings>,
    /// Kept outside of the settings: clones that were changed further still share it.
    state: Arc<State>,
}

#[derive(Clone)]
struct Settings {
    access: Arc<Access>,
    authenticator: Option<Arc<dyn Authenticate>>,
    guests: bool,
    any_peer: bool,
    hosts: Vec<String>,
    home: String,
    sign_in: String,
    origins: Option<Origins>,
    token: bool,
    strict_cookie: bool,
    policy: HeaderValue,
    requests: RequestLimits,
    sessions: SessionLimits,
    rate: Option<Arc<dyn RateLimit>>,
    clock: Arc<dyn Clock>,
    shell: Shell,
    keys: Option<Keys>,
}

struct State {
    sessions: Sessions,
    /// Used where no key was given: it lives as long as this process.
    keys: Result<Keys, NoRandomness>,
}

impl Security {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        let settings = Settings {
            access: Arc::default(),
            authenticator: None,
            guests: false,
            any_peer: false,
            hosts: Vec::new(),
            home: "/".to_owned(),
            sign_in: "/_sign-in".to_owned(),
            origins: Some(Origins::default()),
            token: true,
            strict_cookie: false,
            policy: CONTENT_SECURITY_POLICY,
            requests: RequestLimits::default(),
            sessions: SessionLimits::default(),
            rate: None,
            clock: Arc::new(SystemClock::new()),
            shell: Shell::new("stepflow"),
            keys: None,
        };
        let sessions = Sessions::new(&settings.sessions);
        let state = State { sessions, keys: Key::generate().map(Keys::new) };
        Self { settings: Arc::new(settings), state: Arc::new(state) }
    }

    /// Lets in whom this authenticator knows, from anywhere.
    #[must_use]
    pub fn authenticate(self, authenticator: impl Authenticate + 'static) -> Self {
        self.with(|settings| settings.authenticator = Some(Arc::new(authenticator)))
    }

    /// Lets in people whom the authenticator does not know as well. Routers then ask what they need:
    /// [`Visitor::allow`](crate::Visitor::allow) sends strangers to sign in. This is for wizards that anybody may fill
    /// in.
    #[must_use]
    pub fn with_guests(self) -> Self {
        self.with(|settings| settings.guests = true)
    }

    /// Which role may do what.
    #[must_use]
    pub fn access(self, access: Access) -> Self {
        self.with(|settings| settings.access = Arc::new(access))
    }

    /// The keys that seal session cookies. With the same keys after a restart, visitors keep their place; without
    /// any, a key is drawn at every start. Whoever had signed in does so again in either case.
    #[must_use]
    pub fn keys(self, keys: Keys) -> Self {
        self.with(|settings| settings.keys = Some(keys))
    }

    /// Answers only requests for this host, such as `approvals.example.com`, or one more of them. Worth saying
    /// wherever the host is known: other names that lead here are then refused with 421.
    #[must_use]
    pub fn host(self, host: impl Into<String>) -> Self {
        let host = host.into().to_ascii_lowercase();
        self.with(|settings| settings.hosts.push(host))
    }

    /// Pages of this origin, such as `https://portal.example.com`, may post here too. They need the session's token
    /// nevertheless.
    #[must_use]
    pub fn trust_origin(self, origin: impl Into<String>) -> Self {
        let origin = origin.into();
        self.with(|settings| {
            if let Some(origins) = &mut settings.origins {
                origins.trust(origin);
            }
        })
    }

    /// Does not look at where a request comes from. The session's token is then the only protection from forged
    /// requests; see [`unsafe_without_csrf_protection`](Self::unsafe_without_csrf_protection) to have none.
    #[must_use]
    pub fn without_origin_check(self) -> Self {
        self.with(|settings| {
            settings.origins = None;
            settings.token = true;
        })
    }

    /// Does not demand the session's token. Where a request comes from is then the only protection from forged
    /// requests, and very old browsers do not say it.
    #[must_use]
    pub fn without_token_check(self) -> Self {
        self.with(|settings| {
            settings.token = false;
            settings.origins.get_or_insert_default();
        })
    }

    /// Has no protection from forged requests at all: any page that a signed-in person opens can decide in their name.
    #[must_use]
    pub fn unsafe_without_csrf_protection(self) -> Self {
        self.with(|settings| {
            settings.token = false;
            settings.origins = None;
        })
    }

    /// Lets in anybody from anywhere, without an authenticator, as a person with every role.
    #[must_use]
    pub fn unsafe_without_authentication(self) -> Self {
        self.with(|settings| settings.any_peer = true)
    }

    /// The session's cookie is `SameSite=Strict` instead of `Lax`. A link from elsewhere, such as one in a mail, then
    /// arrives without a session.
    #[must_use]
    pub fn strict_cookie(self) -> Self {
        self.with(|settings| settings.strict_cookie = true)
    }

    /// How large requests may be, and how slow.
    #[must_use]
    pub fn request_limits(self, limits: RequestLimits) -> Self {
        self.with(|settings| settings.requests = limits)
    }

    /// How long sessions last. Sessions are then this value's own, and its clones'.
    #[must_use]
    pub fn session_limits(self, limits: SessionLimits) -> Self {
        let sessions = Sessions::new(&limits);
        let mut security = self.with(|settings| settings.sessions = limits);
        security.state = Arc::new(State { sessions, keys: Key::generate().map(Keys::new) });
        security
    }

    /// Asked about every request before anything else is done with it.
    #[must_use]
    pub fn rate_limit(self, limit: impl RateLimit + 'static) -> Self {
        self.with(|settings| settings.rate = Some(Arc::new(limit)))
    }

    /// Another `Content-Security-Policy`, for pages that load something from elsewhere.
    #[must_use]
    pub fn content_security_policy(self, policy: HeaderValue) -> Self {
        self.with(|settings| settings.policy = policy)
    }

    /// The shell of its own pages: signing in, and refusals.
    #[must_use]
    pub fn shell(self, shell: Shell) -> Self {
        self.with(|settings| settings.shell = shell)
    }

    /// Where people arrive who have signed in or out, below where the router was mounted. By default `/`.
    #[must_use]
    pub fn home(self, path: impl Into<String>) -> Self {
        let path = path.into();
        self.with(|settings| settings.home = path)
    }

    /// Where people sign in, below where the router was mounted. By default `/_sign-in`; posting to `/_sign-in/out` signs
    /// out.
    #[must_use]
    pub fn sign_in_at(self, path: impl Into<String>) -> Self {
        let path = path.into();
        self.with(|settings| settings.sign_in = path)
    }

    /// Where time comes from.
    #[must_use]
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        self.with(|settings| settings.clock = Arc::new(clock))
    }

    /// The router with all of it around. It is nested or wrapped again like any other; two of them cannot be merged.
    pub fn wrap(&self, router: Router) -> Router {
        let guarded = router.layer(axum::middleware::from_fn_with_state(self.clone(), guard::guard));
        // As a fallback it is asked about every path, also where it is nested; and it may be wrapped again.
        Router::new().fallback_service(guarded)
    }

    pub(crate) fn has_authenticator(&self) -> bool {
        self.settings.authenticator.is_some()
    }

    fn can_sign_in(&self) -> bool {
        self.settings.authenticator.as_ref().is_some_and(|authenticator| authenticator.can_sign_in())
    }

    /// Where nobody said which hosts are answered: this machine's own names. A name from elsewhere that leads here
    /// would make a page from elsewhere one of this service's.
    pub(crate) fn for_this_machine(self) -> Self {
        if !self.settings.hosts.is_empty() {
            return self;
        }
        ["localhost", "127.0.0.1", "[::1]"].into_iter().fold(self, Self::host)
    }

    pub(crate) fn is_open_to_everybody(&self) -> bool {
        self.settings.any_peer
    }

    pub(crate) fn sign_in_path(&self) -> &str {
        &self.settings.sign_in
    }

    pub(crate) fn all_roles(&self) -> impl Iterator<Item = &str> {
        self.settings.access.roles()
    }

    pub(crate) fn now(&self) -> stepflow::Timestamp {
        self.settings.clock.now()
    }

    fn keys_in_use(&self) -> Result<&Keys, &NoRandomness> {
        self.settings.keys.as_ref().map_or(self.state.keys.as_ref(), Ok)
    }

    fn with(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(Arc::make_mut(&mut self.settings));
        self
    }

    /// A link to where people arrive.
    fn way_home(&self, mount: &crate::Mount) -> Link {
        Link::new(mount.path(&self.settings.home), "Go to the start")
    }
}

impl Default for Security {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Security {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Security")
            .field("authenticates", &self.has_authenticator())
            .field("guests", &self.settings.guests)
            .field("hosts", &self.settings.hosts)
            .field("requests", &self.settings.requests)
            .field("sessions", &self.settings.sessions)
            .finish_non_exhaustive()
    }
}
