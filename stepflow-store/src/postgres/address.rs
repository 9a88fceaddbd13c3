//! Where the database is, for the driver and for people: what is said of it never has the password in it.

use std::fmt;

use percent_encoding::percent_decode_str;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

use crate::StoreError;

/// A server and a database on it, as messages name them.
#[derive(Debug, Clone)]
pub(super) struct Place {
    server: String,
    pub(super) database: Option<String>,
    pub(super) user: Option<String>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.database {
            Some(database) => write!(f, "the PostgreSQL database `{database}` at {}", self.server),
            None => write!(f, "the PostgreSQL server at {}", self.server),
        }
    }
}

/// What a URL says.
pub(super) struct Address {
    pub(super) config: Config,
    pub(super) place: Place,
    /// The file of the certificates that are trusted.
    pub(super) roots: Option<String>,
}

/// Reads a URL, or the driver's list of `key=value`.
///
/// A password that is not percent-encoded shifts the rest of the URL: its tail would be taken for the host,
/// and be named in an error. Such a URL is refused, without a word of what is in it.
pub(super) fn read(url: &str) -> Result<Address, StoreError> {
    let unreadable = || {
        StoreError::refused(
            "the PostgreSQL URL cannot be read: it is `postgresql://USER:PASSWORD@HOST:PORT/DATABASE`, where the \
             characters @ : / ? # % of a user, password or database name are percent-encoded (@ is %40)",
        )
    };
    if url.split_once("://").is_some_and(|(_, rest)| is_ambiguous(rest)) {
        return Err(unreadable());
    }
    let (url, roots) = known(url)?;
    // The driver's own complaint may quote a part of the URL, and that part may be one of the password.
    let config: Config = url.parse().map_err(|_| unreadable())?;
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
        return Err(StoreError::refused("the PostgreSQL URL names no host"));
    }
    let place = Place {
        server: servers(&config),
        database: config.get_dbname().map(str::to_owned),
        user: config.get_user().map(str::to_owned),
    };
    Ok(Address { config, place, roots })
}

/// The URL with those options only that the driver knows, and what another one says: `sslrootcert`.
///
/// To verify the server's certificate is no option here: it is always done.
fn known(url: &str) -> Result<(String, Option<String>), StoreError> {
    let Some((address, options)) = url.split_once('?').filter(|(address, _)| address.contains("://")) else {
        return Ok((url.to_owned(), None));
    };
    let (mut left, mut roots) = (Vec::new(), None);
    for option in options.split('&').filter(|option| !option.is_empty()) {
        match option.split_once('=') {
            Some(("sslmode", "verify-full" | "verify-ca")) => left.push("sslmode=require"),
            Some(("sslmode", "allow")) => left.push("sslmode=prefer"),
            Some(("sslrootcert", "system")) => {}
            Some(("sslrootcert", file)) => {
                let file = percent_decode_str(file).decode_utf8();
                let file =
                    file.map_err(|_| StoreError::refused("the file of `sslrootcert` has no readable name"))?;
                roots = Some(file.into_owned());
            }
            Some((name, _)) if FOREIGN.contains(&name) => {
                return Err(StoreError::refused(format!(
                    "the PostgreSQL URL has the option `{name}`, which is not supported"
                )));
            }
            _ => left.push(option),
        }
    }
    Ok((format!("{address}?{}", left.join("&")), roots))
}

/// Options of PostgreSQL's own clients that the driver does not have. Others are not named in an error: what
/// is taken for one may be a part of a password.
const FOREIGN: &[&str] = &[
    "client_encoding",
    "fallback_application_name",
    "gssencmode",
    "krbsrvname",
    "passfile",
    "replication",
    "requiressl",
    "service",
    "sslcert",
    "sslcrl",
    "sslkey",
    "sslpassword",
    "sslsni",
];

/// Whether an `@`, or what stands before it, can be meant in two ways. The user and the password end at the
/// last `@` before the path and the options; there may be one, and none of `/`, `?` and `#` before it.
fn is_ambiguous(rest: &str) -> bool {
    match rest.split_once('@') {
        None => false,
        Some((credentials, after)) => {
            let in_options = |at: &str| at.split_once('?').is_some_and(|(path, _)| !path.contains('@'));
            credentials.contains(['/', '?', '#']) || (after.contains('@') && !in_options(after))
        }
    }
}

fn servers(config: &Config) -> String {
    let ports = config.get_ports();
    let port = |index: usize| ports.get(index).or_else(|| ports.first()).copied().unwrap_or(5432);
    let host = |(index, host): (usize, &Host)| match host {
        Host::Tcp(name) => format!("{name}:{}", port(index)),
        #[cfg(unix)]
        Host::Unix(folder) => format!("{}", folder.display()),
    };
    let names: Vec<_> = match config.get_hosts() {
        [] => config
            .get_hostaddrs()
            .iter()
            .enumerate()
            .map(|(index, at)| format!("{at}:{}", port(index)))
            .collect(),
        hosts => hosts.iter().enumerate().map(host).collect(),
    };
    names.join(" or ")
}

#[cfg(test)]
mod tests {
    use tokio_postgres::config::SslMode;

    use super::read;

    #[test]
    fn places_are_named() {
        let check = |url: &str, expected: &str| match read(url) {
            Ok(address) => assert_eq!(address.place.to_string(), expected, "{url}"),
            Err(error) => panic!("{url}: {error}"),
        };
        check(
            "postgres://me:secret@db.example/refunds",
            "the PostgreSQL database `refunds` at db.example:5432",
        );
        check("postgresql://me@db.example:5433", "the PostgreSQL server at db.example:5433");
        check("postgresql://me@one,two:5433/x", "the PostgreSQL database `x` at one:5432 or two:5433");
        check("postgresql:///x?host=/run/pg&user=me", "the PostgreSQL database `x` at /run/pg");
        check(
            "postgresql://me:s%40%2Fcret@db/x?options=-c%20a%3D@b",
            "the PostgreSQL database `x` at db:5432",
        );
        check(
            "host=db.example user=me password='s@/ecret' dbname=x",
            "the PostgreSQL database `x` at db.example:5432",
        );
    }

    #[test]
    fn options_of_other_clients_are_understood_or_refused() {
        let options = |url: &str| {
            let address = read(url).expect("it can be read");
            (address.config.get_ssl_mode(), address.roots)
        };
        let url =
            "postgresql://me@db/x?sslmode=verify-full&sslrootcert=%2Fetc%2Four%20ca.pem&connect_timeout=3";
        assert_eq!(options(url), (SslMode::Require, Some("/etc/our ca.pem".to_owned())));
        assert_eq!(options("postgresql://me@db/x?sslmode=allow&sslrootcert=system"), (SslMode::Prefer, None));
        assert_eq!(options("postgresql://me@db/x?sslmode=disable"), (SslMode::Disable, None));
        assert_eq!(options("host=db sslmode=require"), (SslMode::Require, None));
        let error = read("postgresql://me@db/x?sslcert=a.pem").err().expect("it is not supported");
        assert!(error.is_refused() && error.to_string().contains("`sslcert`"), "{error}");
    }

    #[test]
    fn nothing_of_a_password_is_told() {
        let check = |url: &str| match read(url) {
            Ok(address) => panic!("{url}: {}", address.place),
            Err(error) => {
                let told = format!("{error} {error:?}");
                assert!(error.is_refused());
                for part in ["Zp", "Qx", "Wk"] {
                    assert!(!told.contains(part), "{url}: {told}");
                }
            }
        };
        for url in [
            "postgres://me:Zp@Qx@db/x",
            "postgres://me:Zp/Qx@db/x",
            "postgres://me:Zp?Qx=Wk@db/x",
            "postgres://me:Zp#Qx@db/x",
            "postgres://me:Zp@Qx/Wk@db/x",
            "postgres://me:Zp%Qx@db:Wk/x",
            "postgres:///x?user=me&password=Zp@Qx",
            "host=db user=me password=Zp Qx=Wk",
            "host=db user=me password='Zp Qx",
            "host=db port=Zp",
            "Zp",
            "",
            "postgresql:///x?user=me&password=Zp",
        ] {
            check(url);
        }
    }
}
