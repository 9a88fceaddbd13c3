//! Where a request comes from, as the browser says: the rules of Go 1.25's `http.CrossOriginProtection`.

use std::collections::BTreeSet;

use axum::http::{HeaderMap, Method, header};

/// Origins besides its own that may post to this service.
#[derive(Debug, Clone, Default)]
pub(crate) struct Origins(BTreeSet<String>);

/// A request that changes something comes from another site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CrossSite;

impl Origins {
    pub(crate) fn trust(&mut self, origin: String) {
        self.0.insert(origin);
    }

    /// Whether a request may go on.
    ///
    /// 1. What only reads may.
    /// 2. What says `Sec-Fetch-Site: same-origin` or `none` may; a script cannot forge it.
    /// 3. What says anything else there needs a trusted origin.
    /// 4. Without that header, `Origin` must name the host that was asked, or a trusted origin.
    /// 5. With neither, it is no browser of these years, and the token decides.
    pub(crate) fn check(&self, method: &Method, headers: &HeaderMap, host: &str) -> Result<(), CrossSite> {
        if is_safe(method) {
            return Ok(());
        }
        let origin = one(headers, header::ORIGIN.as_str())?;
        let trusted = origin.is_some_and(|origin| self.0.contains(origin));
        let fine = match (one(headers, "sec-fetch-site")?, origin) {
            (Some("same-origin" | "none"), _) | (None, None) => true,
            (Some(_), _) => trusted,
            (None, Some(origin)) => trusted || names(origin, host),
        };
        if fine { Ok(()) } else { Err(CrossSite) }
    }
}

/// Methods that change nothing here.
pub(crate) fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// The header's one value. Two of them are somebody's trick.
fn one<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, CrossSite> {
    let mut values = headers.get_all(name).iter();
    let Some(first) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(CrossSite);
    }
    first.to_str().map(Some).map_err(|_| CrossSite)
}

/// Whether an origin such as `https://example.com:8443` is on this host and port.
fn names(origin: &str, host: &str) -> bool {
    let of_scheme = |scheme: &str| origin.strip_prefix(scheme);
    of_scheme("https://")
        .or_else(|| of_scheme("http://"))
        .is_some_and(|named| named.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};

    use super::Origins;

    fn check(method: &str, headers: &[(&'static str, &'static str)]) -> bool {
        let mut origins = Origins::default();
        origins.trust("https://sso.example".to_owned());
        let pairs = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(name, value);
        }
        origins.check(&method, &map, "app.example:8443").is_ok()
    }

    #[test]
    fn the_rules_of_go_1_25() {
        const SITE: &str = "sec-fetch-site";
        type Case = (&'static str, &'static [(&'static str, &'static str)], bool);
        let cases: &[Case] = &[
            ("GET", &[(SITE, "cross-site")], true),
            ("HEAD", &[("origin", "https://evil.example")], true),
            ("POST", &[(SITE, "same-origin")], true),
            ("POST", &[(SITE, "none")], true),
            ("POST", &[(SITE, "same-origin"), ("origin", "null")], true),
            ("POST", &[(SITE, "same-site")], false),
            ("POST", &[(SITE, "cross-site")], false),
            ("POST", &[(SITE, "")], false),
            ("POST", &[(SITE, "cross-site"), ("origin", "https://app.example:8443")], false),
            ("POST", &[(SITE, "cross-site"), ("origin", "https://sso.example")], true),
            ("POST", &[("origin", "https://app.example:8443")], true),
            ("POST", &[("origin", "https://APP.example:8443")], true),
            ("POST", &[("origin", "https://app.example")], false),
            ("POST", &[("origin", "https://app.example:8443.evil.example")], false),
            ("POST", &[("origin", "https://evil.example")], false),
            ("POST", &[("origin", "https://sso.example")], true),
            ("POST", &[("origin", "null")], false),
            ("POST", &[("origin", "")], false),
            ("POST", &[("origin", "https://app.example:8443"), ("origin", "https://evil.example")], false),
            ("POST", &[(SITE, "same-origin"), (SITE, "cross-site")], false),
            ("POST", &[], true),
            ("DELETE", &[(SITE, "cross-site")], false),
            ("PROPFIND", &[(SITE, "cross-site")], false),
        ];
        for (method, headers, may) in cases {
            assert_eq!(check(method, headers), *may, "{method} {headers:?}");
        }
    }
}
