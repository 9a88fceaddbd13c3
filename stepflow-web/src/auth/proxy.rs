//! Who somebody is, as a proxy in front of this service says.

use std::error::Error;
use std::future::ready;
use std::net::IpAddr;
use std::str::FromStr;

use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;

use super::{Approach, AuthFuture, Authenticate, Principal};
use crate::token::SecretHash;

/// Reads who somebody is from a header that a proxy adds.
///
/// Only a connection from a declared address is believed; by default none is. The proxy must take the header out of
/// what it is sent before it adds its own. A request that has the header twice is refused, and so is one that has it
/// and comes from anywhere else.
///
/// ```
/// use stepflow_web::Security;
/// use stepflow_web::auth::ProxyHeader;
///
/// let proxy = ProxyHeader::new("x-forwarded-user")?
///     .trust("10.0.7.2")?
///     .name_from("x-forwarded-name")?
///     .roles_from("x-forwarded-groups")?;
/// let security = Security::new().authenticate(proxy).host("approvals.example.com");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct ProxyHeader {
    id: HeaderName,
    name: Option<HeaderName>,
    roles: Option<HeaderName>,
    secret: Option<(HeaderName, SecretHash)>,
    trusted: Vec<IpNet>,
}

impl ProxyHeader {
    /// The id of the person is in this header.
    ///
    /// # Errors
    ///
    /// When that is no name of a header.
    pub fn new(header: &str) -> Result<Self, axum::http::header::InvalidHeaderName> {
        Ok(Self {
            id: HeaderName::from_str(header)?,
            name: None,
            roles: None,
            secret: None,
            trusted: Vec::new(),
        })
    }

    /// Connections from this address, or from this network such as `10.0.7.0/24`, are the proxy's.
    ///
    /// # Errors
    ///
    /// When it is neither.
    pub fn trust(mut self, network: &str) -> Result<Self, NotANetwork> {
        let one = network.parse::<IpAddr>().map(IpNet::from);
        let network =
            one.or_else(|_| network.parse()).map_err(|_| NotANetwork { text: network.to_owned() })?;
        self.trusted.push(network);
        Ok(self)
    }

    /// The name to show is in this header.
    ///
    /// # Errors
    ///
    /// When that is no name of a header.
    pub fn name_from(mut self, header: &str) -> Result<Self, axum::http::header::InvalidHeaderName> {
        self.name = Some(HeaderName::from_str(header)?);
        Ok(self)
    }

    /// The roles are in this header, separated by commas.
    ///
    /// # Errors
    ///
    /// When that is no name of a header.
    pub fn roles_from(mut self, header: &str) -> Result<Self, axum::http::header::InvalidHeaderName> {
        self.roles = Some(HeaderName::from_str(header)?);
        Ok(self)
    }

    /// The proxy also sends this secret in that header. It is what keeps other programs of the same machine from
    /// passing for the proxy.
    ///
    /// # Errors
    ///
    /// When that is no name of a header.
    pub fn secret(
        mut self,
        header: &str,
        secret: &str,
    ) -> Result<Self, axum::http::header::InvalidHeaderName> {
        self.secret = Some((HeaderName::from_str(header)?, SecretHash::of(secret)));
        Ok(self)
    }

    fn read(&self, approach: &Approach<'_>) -> Result<Option<Principal>, Box<dyn Error + Send + Sync>> {
        let headers = &approach.parts.headers;
        let Some(id) = one(headers, &self.id)? else { return Ok(None) };
        let peer = approach.peer.map(|peer| peer.to_canonical());
        if !peer.is_some_and(|peer| self.trusted.iter().any(|network| network.contains(&peer))) {
            return Err(Forged { header: self.id.clone(), why: "the connection is not the proxy's" }.into());
        }
        if let Some((header, secret)) = &self.secret
            && !one(headers, header)?.is_some_and(|given| secret.matches(given))
        {
            return Err(
                Forged { header: self.id.clone(), why: "the proxy's secret is missing or wrong" }.into()
            );
        }
        let mut principal = Principal::new(id)?;
        if let Some(name) = self.name.as_ref().map(|header| one(headers, header)).transpose()?.flatten() {
            principal = principal.with_name(name);
        }
        let roles = self.roles.as_ref().map(|header| one(headers, header)).transpose()?.flatten();
        for role in roles.unwrap_or_default().split(',').map(str::trim).filter(|role| !role.is_empty()) {
            principal = principal.with_role(role);
        }
        Ok(Some(principal))
    }
}

impl Authenticate for ProxyHeader {
    fn identify<'a>(&'a self, approach: &'a Approach<'a>) -> AuthFuture<'a, Option<Principal>> {
        Box::pin(ready(self.read(approach)))
    }
}

/// The one value of a header, where it has one.
fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Forged> {
    let mut values = headers.get_all(name).iter();
    let Some(first) = values.next() else { return Ok(None) };
    let forged = |why| Forged { header: name.clone(), why };
    if values.next().is_some() {
        return Err(forged("it came twice"));
    }
    let text = std::str::from_utf8(first.as_bytes()).map_err(|_| forged("it is not UTF-8"))?;
    Ok(Some(text.trim()).filter(|text| !text.is_empty()))
}

/// A header that only the proxy may set was set by somebody else.
#[derive(Debug, thiserror::Error)]
#[error("the header {header} is not believed: {why}")]
struct Forged {
    header: HeaderName,
    why: &'static str,
}

/// A text is neither an address nor a network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is neither an IP address nor a network such as 10.0.7.0/24")]
pub struct NotANetwork {
    text: String,
}
