//! Signing in at a provider of OpenID Connect that runs here and signs real tokens.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKeyId, PkceCodeChallenge, PkceCodeVerifier, PrivateSigningKey as _};
use serde_json::{Value, json};
use stepflow_web::Security;
use stepflow_web::auth::{OidcError, OpenIdConnect};
use tokio::net::TcpListener;

use super::{Client, notebook};
use crate::client::Reply;

const REDIRECT: &str = "http://localhost/_sign-in/callback";

/// The provider, and what it does wrong if it does.
#[derive(Clone)]
struct Provider {
    issuer: String,
    key: Arc<Mutex<CoreEdDsaPrivateSigningKey>>,
    codes: Arc<Mutex<BTreeMap<String, Granted>>>,
    twist: fn(&mut Value, &mut Value),
}

/// What a code stands for.
struct Granted {
    nonce: String,
    challenge: String,
}

type Query = BTreeMap<String, String>;

impl Provider {
    async fn start() -> Self {
        Self::twisted(|_, _| ()).await
    }

    /// One that changes the head and the claims of its tokens before it signs them.
    async fn twisted(twist: fn(&mut Value, &mut Value)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let key = Arc::new(Mutex::new(new_key("first")));
        let provider = Self { issuer, key, codes: Arc::default(), twist };
        let app = Router::new()
            .route("/.well-known/openid-configuration", get(configuration))
            .route("/jwks", get(keys))
            .route("/token", post(token))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        provider
    }

    async fn discovered(&self) -> OpenIdConnect {
        let found = OpenIdConnect::discover(&self.issuer, "notebook", Some("a secret"), REDIRECT).await;
        found.unwrap().scope("groups").roles_from("groups")
    }

    /// The person says yes: the way back to the service.
    fn consent(&self, address: &str) -> String {
        let (place, query) = address.split_once('?').unwrap();
        assert_eq!(place, format!("{}/authorize", self.issuer));
        let asked: Query = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        assert_eq!((asked["client_id"].as_str(), asked["redirect_uri"].as_str()), ("notebook", REDIRECT));
        assert_eq!(
            (asked["response_type"].as_str(), asked["code_challenge_method"].as_str()),
            ("code", "S256")
        );
        assert_eq!(asked["scope"], "openid profile groups");
        let mut codes = self.codes.lock().unwrap();
        let code = format!("code-{}", codes.len());
        let granted = Granted { nonce: asked["nonce"].clone(), challenge: asked["code_challenge"].clone() };
        codes.insert(code.clone(), granted);
        format!("/_sign-in/callback?code={code}&state={}", asked["state"])
    }
}

fn new_key(id: &str) -> CoreEdDsaPrivateSigningKey {
    let pem = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap().serialize_pem();
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new(id.to_owned()))).unwrap()
}

async fn configuration(State(provider): State<Provider>) -> Json<Value> {
    let issuer = &provider.issuer;
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA", "none"],
    }))
}

async fn keys(State(provider): State<Provider>) -> Json<Value> {
    let key = provider.key.lock().unwrap().as_verification_key();
    Json(json!({ "keys": [key] }))
}

async fn token(State(provider): State<Provider>, asked: String) -> Response {
    let asked: Query = form_urlencoded::parse(asked.as_bytes()).into_owned().collect();
    let Some(granted) = provider.codes.lock().unwrap().remove(&asked["code"]) else {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response();
    };
    let verifier = PkceCodeVerifier::new(asked["code_verifier"].clone());
    if PkceCodeChallenge::from_code_verifier_sha256(&verifier).as_str() != granted.challenge {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response();
    }
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let mut head = json!({ "alg": "EdDSA", "typ": "JWT", "kid": "first" });
    let mut claims = json!({
        "iss": provider.issuer, "aud": "notebook", "sub": "u-17", "iat": now, "exp": now + 300,
        "nonce": granted.nonce, "name": "Ada Lovelace", "groups": ["viewer", "approver"],
    });
    (provider.twist)(&mut head, &mut claims);
    let encoded = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    let signed = format!("{}.{}", encoded(&head), encoded(&claims));
    let key = provider.key.lock().unwrap();
    let signature = key.sign(&CoreJwsSigningAlgorithm::EdDsa, signed.as_bytes()).unwrap();
    let id_token = match head["alg"].as_str() {
        Some("none") => format!("{signed}."),
        _ => format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)),
    };
    Json(json!({ "access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": id_token }))
        .into_response()
}

/// A browser that is sent to the provider, and what it comes back with.
async fn leave(client: &Client) -> String {
    assert_eq!(client.get("/decide").await.location(), "/_sign-in");
    client.get("/_sign-in").await.location()
}

async fn is_a_stranger(client: &Client) -> bool {
    client.get("/decide").await.status == StatusCode::SEE_OTHER
}

fn refused(reply: &Reply) {
    assert_eq!((reply.status, reply.text("h1").as_str()), (StatusCode::FORBIDDEN, "You were not signed in"));
}

#[tokio::test]
async fn a_person_signs_in_at_the_provider_and_arrives_where_they_were_going() {
    let provider = Provider::start().await;
    let (client, _) = notebook(&Security::new().authenticate(provider.discovered().await));
    let back = provider.consent(&leave(&client).await);
    let before = client.cookies()["stepflow-80"].clone();
    assert_eq!(client.get(&back).await.location(), "/decide");
    assert_ne!(client.cookies()["stepflow-80"], before, "S-04");
    assert_eq!(client.get("/decide").await.body, "Ada Lovelace (u-17)");
    assert_eq!(client.get("/owner").await.body, "user:u-17");
}

#[tokio::test]
async fn a_way_back_works_once_and_in_the_browser_that_left() {
    let provider = Provider::start().await;
    let (client, _) = notebook(&Security::new().authenticate(provider.discovered().await));
    let back = provider.consent(&leave(&client).await);

    // The attacker gets the address, or has a victim open their own: it is the wrong browser.
    let other = client.stranger();
    refused(&other.get(&back).await);
    leave(&other).await;
    refused(&other.get(&back).await);
    assert!(is_a_stranger(&other).await);

    assert_eq!(client.get(&back).await.location(), "/decide");
    let again = client.get(&back).await;
    refused(&again);
}

#[tokio::test]
async fn a_wrong_state_uses_the_attempt_up() {
    let provider = Provider::start().await;
    let (client, _) = notebook(&Security::new().authenticate(provider.discovered().await));
    let back = provider.consent(&leave(&client).await);
    let (code, _) = back.split_once("&state=").unwrap();
    refused(&client.get(&format!("{code}&state=guess")).await);
    refused(&client.get(&back).await);
    assert!(is_a_stranger(&client).await);
}

#[tokio::test]
async fn somebody_who_says_no_at_the_provider_is_told_so() {
    let provider = Provider::start().await;
    let (client, _) = notebook(&Security::new().authenticate(provider.discovered().await));
    let back = provider.consent(&leave(&client).await);
    let (_, state) = back.split_once("&state=").unwrap();
    let reply = client
        .get(&format!("/_sign-in/callback?error=access_denied&error_description=%3Cscript%3E&state={state}"))
        .await;
    refused(&reply);
    assert!(!reply.body.contains("<script>"), "nothing of the address is on the page");
    assert!(is_a_stranger(&client).await);
}

#[tokio::test]
async fn a_stolen_code_is_worth_nothing_without_the_verifier() {
    let provider = Provider::start().await;
    let (client, _) = notebook(&Security::new().authenticate(provider.discovered().await));
    let back = provider.consent(&leave(&client).await);
    let (stolen, _) = back.split_once("&state=").unwrap();
    // The thief puts the victim's code together with a state of their own.
    let thief = client.stranger();
    let own = provider.consent(&leave(&thief).await);
    let (_, state) = own.split_once("&state=").unwrap();
    let reply = thief.get(&format!("{stolen}&state={state}")).await;
    assert_eq!(
        (reply.status, reply.text("h1").as_str()),
        (StatusCode::BAD_GATEWAY, "Signing in did not work")
    );
    assert!(is_a_stranger(&thief).await);
}

#[tokio::test]
async fn a_token_that_is_not_to_be_believed_lets_nobody_in() {
    type Twist = fn(&mut Value, &mut Value);
    let twists: [(&str, Twist); 9] = [
        ("for another service", |_, claims| claims["aud"] = "other".into()),
        ("by another provider", |_, claims| claims["iss"] = "https://evil.example".into()),
        ("expired", |_, claims| claims["exp"] = 1_000_000.into()),
        ("of another sign-in", |_, claims| claims["nonce"] = "replayed".into()),
        ("without a nonce", |_, claims| {
            claims.as_object_mut().unwrap().remove("nonce");
        }),
        ("unsigned", |head, _| head["alg"] = "none".into()),
        ("signed with the client's own secret", |head, _| head["alg"] = "HS256".into()),
        ("under an unknown key", |head, _| head["kid"] = "unknown".into()),
        ("about nobody", |_, claims| claims["sub"] = "".into()),
    ];
    for (what, twist) in twists {
        let provider = Provider::twisted(twist).await;
        let (client, _) = notebook(&Security::new().authenticate(provider.discovered().await));
        let back = provider.consent(&leave(&client).await);
        assert_eq!(client.get(&back).await.status, StatusCode::BAD_GATEWAY, "{what}");
        assert!(is_a_stranger(&client).await, "{what}");
    }
}

#[tokio::test]
async fn a_provider_may_change_its_keys() {
    let provider = Provider::twisted(|head, _| head["kid"] = "second".into()).await;
    let (client, _) = notebook(&Security::new().authenticate(provider.discovered().await));
    *provider.key.lock().unwrap() = new_key("second");
    let back = provider.consent(&leave(&client).await);
    assert_eq!(client.get(&back).await.location(), "/decide");
}

#[tokio::test]
async fn what_is_no_provider_is_said_at_the_start() {
    let no_address = OpenIdConnect::discover("not an address", "a", None, REDIRECT).await.unwrap_err();
    assert!(no_address.to_string().starts_with("\"not an address\" is not an address"), "{no_address}");
    let nobody = OpenIdConnect::discover("http://127.0.0.1:9/", "a", None, REDIRECT).await.unwrap_err();
    assert!(matches!(nobody, OidcError::NotDiscovered { .. }), "{nobody}");
}
