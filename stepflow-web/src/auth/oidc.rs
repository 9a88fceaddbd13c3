//! Signing in with OpenID Connect.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreIdTokenClaims, CoreJwsSigningAlgorithm,
    CoreProviderMetadata,
};
use openidconnect::reqwest;
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, Scope, TokenResponse as _,
};
use tokio::sync::RwLock;

use super::{AuthFuture, Authenticate, Principal, SignIn, SignInPage, SignInStep};
use crate::limits::Fields;
use crate::token::SecretHash;

/// People sign in at a provider of OpenID Connect: by an authorization code, with PKCE, state and nonce.
///
/// The provider has to send people back to `/_sign-in/callback` of this service. A person's id is the provider's `sub`,
/// which never changes; the name is `name`, or what else is given. Roles come from a claim.
///
/// ```no_run
/// use stepflow_web::Security;
/// use stepflow_web::auth::OpenIdConnect;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let secret = std::env::var("OIDC_SECRET")?;
/// let provider = OpenIdConnect::discover(
///     "https://login.example.com",
///     "approvals",
///     Some(&secret),
///     "https://approvals.example.com/_sign-in/callback",
/// )
/// .await?
/// .scope("groups")
/// .roles_from("groups");
/// let security = Security::new().authenticate(provider).host("approvals.example.com");
/// # Ok(()) }
/// ```
pub struct OpenIdConnect {
    issuer: IssuerUrl,
    client_id: ClientId,
    secret: Option<ClientSecret>,
    redirect: RedirectUrl,
    http: reqwest::Client,
    /// Replaced when the provider has changed its keys.
    client: RwLock<Client>,
    scopes: Vec<Scope>,
    roles: Option<String>,
}

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// A provider that answers more slowly than this does not answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// What an ID token may be signed with: what only the provider can sign with.
const SIGNED_WITH: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

const STATE: &str = "state";
const NONCE: &str = "nonce";
const VERIFIER: &str = "verifier";

impl OpenIdConnect {
    /// Asks the provider where its pages and keys are.
    ///
    /// `issuer` is the provider's address, `client_id` and `secret` what it knows this service by, and `redirect` the
    /// address of this service's `/_sign-in/callback`, as it is registered there.
    ///
    /// # Errors
    ///
    /// When an address is none, or the provider does not answer as the standard says.
    pub async fn discover(
        issuer: &str,
        client_id: &str,
        secret: Option<&str>,
        redirect: &str,
    ) -> Result<Self, OidcError> {
        let bad_address = |text: &str| OidcError::BadAddress { text: text.to_owned() };
        let issuer = IssuerUrl::new(issuer.to_owned()).map_err(|_| bad_address(issuer))?;
        let redirect = RedirectUrl::new(redirect.to_owned()).map_err(|_| bad_address(redirect))?;
        // A provider that redirects could have this service ask addresses that only it can reach.
        let http =
            reqwest::ClientBuilder::new().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE);
        let http = http.build().map_err(|source| OidcError::NoClient(Box::new(source)))?;
        let client_id = ClientId::new(client_id.to_owned());
        let secret = secret.map(|secret| ClientSecret::new(secret.to_owned()));
        let client = found(&issuer, &client_id, secret.as_ref(), &redirect, &http).await?;
        Ok(Self {
            issuer,
            client_id,
            secret,
            redirect,
            http,
            client: RwLock::new(client),
            scopes: vec![Scope::new("profile".to_owned())],
            roles: None,
        })
    }

    /// Asks for one more scope, besides `openid` and `profile`.
    #[must_use]
    pub fn scope(mut self, scope: &str) -> Self {
        self.scopes.push(Scope::new(scope.to_owned()));
        self
    }

    /// A person's roles are in this claim of the ID token: a list of texts, or one text with spaces between them.
    #[must_use]
    pub fn roles_from(mut self, claim: impl Into<String>) -> Self {
        self.roles = Some(claim.into());
        self
    }

    async fn step(&self, request: SignIn<'_>) -> Result<SignInStep, OidcError> {
        match request.path {
            "" => Ok(SignInStep::GoTo(self.begin(request.notes).await)),
            "/callback" if !request.posted => self.come_back(request.fields, request.notes).await,
            _ => Ok(SignInStep::Nothing),
        }
    }

    /// The provider's address, and what has to be remembered until the person comes back from there.
    async fn begin(&self, notes: &mut BTreeMap<String, String>) -> String {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = self.client.read().await;
        let (address, state, nonce) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scopes(self.scopes.iter().cloned())
            .set_pkce_challenge(challenge)
            .url();
        notes.insert(STATE.to_owned(), state.into_secret());
        notes.insert(NONCE.to_owned(), nonce.secret().clone());
        notes.insert(VERIFIER.to_owned(), verifier.into_secret());
        address.into()
    }

    async fn come_back(
        &self,
        fields: &Fields,
        notes: &mut BTreeMap<String, String>,
    ) -> Result<SignInStep, OidcError> {
        // Whatever becomes of it, none of them is good for a second time.
        let noted = [STATE, NONCE, VERIFIER].map(|name| notes.remove(name));
        let [Some(state), Some(nonce), Some(verifier)] = noted else { return Ok(not_begun_here()) };
        if !fields.one(STATE).is_some_and(|given| SecretHash::of(&state).matches(given)) {
            return Ok(not_begun_here());
        }
        let Some(code) = fields.one("code") else {
            let text = "The provider did not confirm who you are. You can try again.";
            return Ok(SignInStep::Refused(SignInPage::new("You were not signed in", text)));
        };
        let token = self.exchange(code, verifier).await?;
        let principal = match self.principal(&token, &Nonce::new(nonce.clone())).await {
            Err(OidcError::NotBelieved(_)) => {
                // The provider may have new keys since they were asked for.
                let fresh =
                    found(&self.issuer, &self.client_id, self.secret.as_ref(), &self.redirect, &self.http)
                        .await?;
                *self.client.write().await = fresh;
                self.principal(&token, &Nonce::new(nonce)).await?
            }
            outcome => outcome?,
        };
        Ok(SignInStep::Done(principal))
    }

    async fn exchange(&self, code: &str, verifier: String) -> Result<Token, OidcError> {
        let client = self.client.read().await;
        let asked = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| OidcError::NoToken(Box::new(error)))?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier));
        asked.request_async(&self.http).await.map_err(|error| OidcError::NoToken(Box::new(error)))
    }

    /// Whoever the token is about, if it is to be believed.
    async fn principal(&self, token: &Token, nonce: &Nonce) -> Result<Principal, OidcError> {
        let not_believed = |error: Box<dyn Error + Send + Sync>| OidcError::NotBelieved(error);
        let client = self.client.read().await;
        let id_token = token.id_token().ok_or_else(|| not_believed("there is no ID token".into()))?;
        let verifier = client.id_token_verifier().set_allowed_algs(SIGNED_WITH);
        let claims = id_token.claims(&verifier, nonce).map_err(|error| not_believed(Box::new(error)))?;
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = id_token.signing_alg().map_err(|error| not_believed(Box::new(error)))?;
            let key = id_token.signing_key(&verifier).map_err(|error| not_believed(Box::new(error)))?;
            let actual = AccessTokenHash::from_token(token.access_token(), algorithm, key)
                .map_err(|error| not_believed(Box::new(error)))?;
            if actual != *expected {
                return Err(not_believed("the access token belongs to another ID token".into()));
            }
        }
        let mut principal = Principal::new(claims.subject().as_str())
            .map_err(|error| OidcError::NotBelieved(Box::new(error)))?;
        if let Some(name) = name_in(claims) {
            principal = principal.with_name(&name);
        }
        for role in self.roles.as_deref().map(|claim| roles_in(id_token, claim)).unwrap_or_default() {
            principal = principal.with_role(role);
        }
        Ok(principal)
    }
}

type Token = openidconnect::core::CoreTokenResponse;

impl Authenticate for OpenIdConnect {
    fn sign_in<'a>(&'a self, request: SignIn<'a>) -> AuthFuture<'a, SignInStep> {
        Box::pin(async move { self.step(request).await.map_err(Into::into) })
    }

    fn can_sign_in(&self) -> bool {
        true
    }
}

impl fmt::Debug for OpenIdConnect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenIdConnect")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// Why nobody could sign in with OpenID Connect. No message shows a token or a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OidcError {
    /// A text is no address.
    #[error("{text:?} is not an address such as https://login.example.com")]
    BadAddress {
        /// The text.
        text: String,
    },
    /// Requests to the provider cannot be made.
    #[error("requests to the provider cannot be made")]
    NoClient(#[source] Box<dyn Error + Send + Sync>),
    /// The provider does not say where its pages and keys are.
    #[error("{issuer} does not answer as a provider of OpenID Connect")]
    NotDiscovered {
        /// The provider's address.
        issuer: String,
        /// Why.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The provider gave no token for a code.
    #[error("the provider gave no token for the code that a person came back with")]
    NoToken(#[source] Box<dyn Error + Send + Sync>),
    /// The provider's token is not to be believed.
    #[error("the provider's token is not to be believed")]
    NotBelieved(#[source] Box<dyn Error + Send + Sync>),
}

async fn found(
    issuer: &IssuerUrl,
    client_id: &ClientId,
    secret: Option<&ClientSecret>,
    redirect: &RedirectUrl,
    http: &reqwest::Client,
) -> Result<Client, OidcError> {
    let metadata = CoreProviderMetadata::discover_async(issuer.clone(), http).await.map_err(|error| {
        OidcError::NotDiscovered { issuer: issuer.as_str().to_owned(), source: Box::new(error) }
    })?;
    let client = CoreClient::from_provider_metadata(metadata, client_id.clone(), secret.cloned());
    Ok(client.set_redirect_uri(redirect.clone()))
}

/// Somebody else's code, a second click, or a browser that was gone for too long.
fn not_begun_here() -> SignInStep {
    SignInStep::Refused(SignInPage::new(
        "You were not signed in",
        "Signing in was not begun in this browser, or it took too long. You can try again.",
    ))
}

fn name_in(claims: &CoreIdTokenClaims) -> Option<String> {
    let name = claims.name().and_then(|names| names.get(None)).map(|name| name.as_str());
    let name = name.or_else(|| claims.preferred_username().map(|name| name.as_str()));
    name.or_else(|| claims.email().map(|address| address.as_str())).map(str::to_owned)
}

/// The roles in a claim that no standard has, out of the text whose signature was just verified.
fn roles_in(id_token: &CoreIdToken, claim: &str) -> Vec<String> {
    let text = id_token.to_string();
    let payload =
        text.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok()).unwrap_or_default();
    let claims: serde_json::Value = serde_json::from_slice(&payload).unwrap_or_default();
    match claims.get(claim) {
        Some(serde_json::Value::Array(roles)) => {
            roles.iter().filter_map(|role| role.as_str()).map(str::to_owned).collect()
        }
        Some(serde_json::Value::String(roles)) => roles.split_whitespace().map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}
