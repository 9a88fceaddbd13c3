//! Which host a request is for, and whether it comes from this machine.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, header};

/// The host that a request is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Host {
    /// As the request has it, in lower case: `localhost:3000`.
    pub(super) whole: String,
    name: String,
    port: Option<u16>,
}

/// A request does not say which host it is for, or says it twice.
#[derive(Debug)]
pub(super) struct NoHost;

impl Host {
    pub(super) fn of(parts: &Parts) -> Result<Self, NoHost> {
        let mut given = parts.headers.get_all(header::HOST).iter();
        let first = given.next().map(|host| host.to_str().map_err(|_| NoHost)).transpose()?;
        if given.next().is_some() {
            return Err(NoHost);
        }
        let in_address = parts.uri.authority().map(Authority::as_str);
        let whole = match (first, in_address) {
            (Some(first), Some(other)) if !first.eq_ignore_ascii_case(other) => return Err(NoHost),
            (Some(one), _) | (None, Some(one)) => one.to_ascii_lowercase(),
            (None, None) => return Err(NoHost),
        };
        let authority = whole.parse::<Authority>().map_err(|_| NoHost)?;
        let (name, port) = (authority.host().to_owned(), authority.port_u16());
        if name.is_empty() || whole.contains('@') {
            return Err(NoHost);
        }
        Ok(Self { whole, name, port })
    }

    pub(super) fn is_one_of(&self, hosts: &[String]) -> bool {
        hosts.is_empty() || hosts.iter().any(|host| *host == self.whole || *host == self.name)
    }

    pub(super) fn port(&self) -> u16 {
        self.port.unwrap_or(80)
    }

    /// Whether its name is this machine's. A page elsewhere can have its own name lead here, but not this one.
    fn is_loopback(&self) -> bool {
        let name = self.name.as_str();
        let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        name == "localhost"
            || name.ends_with(".localhost")
            || address.is_ok_and(|address| address.to_canonical().is_loopback())
    }
}

/// Where the connection comes from, if that is known.
pub(super) fn peer(parts: &Parts) -> Option<IpAddr> {
    let info = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    info.map(|ConnectInfo(address)| address.ip().to_canonical())
}

/// Whether a request comes from a browser on this machine, asked for by this machine's name, with nothing in between.
pub(super) fn is_local(peer: Option<IpAddr>, host: &Host, headers: &HeaderMap) -> bool {
    const IN_BETWEEN: [&str; 6] =
        ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"];
    peer.is_some_and(|peer| peer.is_loopback())
        && host.is_loopback()
        && !IN_BETWEEN.iter().any(|name| headers.contains_key(*name))
}

/// The path of this service that somebody was on the way to, if it can be nothing else to a browser: no other host, no
/// query, nothing odd.
pub(super) fn own_path(path: &str) -> Option<&str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%/".contains(&byte);
    let fine = path.starts_with('/') && path.len() <= 256 && !path.contains("//") && path.bytes().all(plain);
    fine.then_some(path)
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::{Host, is_local, own_path};

    #[test]
    fn a_host_is_named_once() {
        let cases: [(&str, &[&str], Option<&str>); 10] = [
            ("/", &["localhost:3000"], Some("localhost:3000")),
            ("/", &["LOCALHOST"], Some("localhost")),
            ("/", &[], None),
            ("/", &["a.example", "b.example"], None),
            ("/", &["a.example", "a.example"], None),
            ("/", &["user@a.example"], None),
            ("/", &["a.example/evil"], None),
            ("/", &[""], None),
            ("http://a.example/", &["a.example"], Some("a.example")),
            ("http://b.example/", &["a.example"], None),
        ];
        for (address, hosts, expected) in cases {
            let mut request = Request::builder().uri(address);
            for host in hosts {
                request = request.header("host", *host);
            }
            let (parts, ()) = request.body(()).expect("a request").into_parts();
            let found = Host::of(&parts).ok().map(|host| host.whole);
            assert_eq!(found.as_deref(), expected, "{address} {hosts:?}");
        }
    }

    #[test]
    fn only_this_machine_by_its_own_name_is_local() {
        let cases = [
            ("127.0.0.1", "localhost:3000", None, true),
            ("127.0.0.1", "app.localhost", None, true),
            ("127.0.0.1", "127.0.0.1:3000", None, true),
            ("::1", "[::1]:3000", None, true),
            ("127.0.0.1", "rebound.example:3000", None, false),
            ("127.0.0.1", "localhost.evil.example", None, false),
            ("127.0.0.1", "127.0.0.1.evil.example", None, false),
            ("192.0.2.1", "localhost", None, false),
            ("127.0.0.1", "localhost", Some("x-forwarded-for"), false),
            ("127.0.0.1", "localhost", Some("forwarded"), false),
        ];
        for (peer, host, header, local) in cases {
            let mut request = Request::builder().header("host", host);
            if let Some(header) = header {
                request = request.header(header, "192.0.2.1");
            }
            let (parts, ()) = request.body(()).expect("a request").into_parts();
            let found = Host::of(&parts).expect("a host");
            let peer = Some(peer.parse().expect("an address"));
            assert_eq!(is_local(peer, &found, &parts.headers), local, "{peer:?} {host} {header:?}");
        }
    }

    #[test]
    fn s_08_the_way_back_is_a_path_and_nothing_else() {
        for fine in ["/", "/runs", "/runs/01985c", "/a%2Fb", "/%2F%2Fevil.example"] {
            assert_eq!(own_path(fine), Some(fine));
        }
        let long = format!("/{}", "a".repeat(256));
        let odd = [
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a//b",
            "/a?b=c",
            "/a#b",
            "",
            "/\u{e9}",
            &long,
        ];
        for odd in odd {
            assert_eq!(own_path(odd), None, "{odd}");
        }
    }
}
