//! Where the database is, for the driver and for people: what is said of it never has the password in it.

use std::fmt;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

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
        write!(f, "PostgreSQL at {}", self.server)?;
        match &self.database {
            Some(database) => write!(f, ", database `{database}`"),
            None => Ok(()),
        }
    }
}

/// Reads a URL, or the driver's list of `key=value`.
///
/// A password that is not percent-encoded shifts the rest of the URL: its tail would be taken for the host, and be
/// named in an error. Such a URL is refused, without a word of what is in it.
pub(super) fn read(url: &str) -> Result<(Config, Place), StoreError> {
    let unreadable = || {
        StoreError::refused(
            "the PostgreSQL URL cannot be read: it is `postgresql://USER:PASSWORD@HOST:PORT/DATABASE`, where the \
             characters @ : / ? # % of a user, password or database name are percent-encoded (@ is %40)",
        )
    };
    if url.split_once("://").is_some_and(|(_, rest)| is_ambiguous(rest)) {
        return Err(unreadable());
    }
    // The driver's own complaint may quote a part of the URL, and that part may be one of the password.
    let config: Config = url.parse().map_err(|_| unreadable())?;
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
        return Err(StoreError::refused("the PostgreSQL URL names no host"));
    }
    if config.get_ssl_mode() == SslMode::Require {
        return Err(StoreError::refused(
            "the PostgreSQL URL asks for TLS (`sslmode=require`), which this build of stepflow-store does not have",
        ));
    }
    let place = Place {
        server: servers(&config),
        database: config.get_dbname().map(str::to_owned),
        user: config.get_user().map(str::to_owned),
    };
    Ok((config, place))
}

/// Whether an `@`, or what stands before it, can be meant in two ways. The user and the password end at the last `@`
/// before the path and the options; there may be one, and none of `/`, `?` and `#` before it.
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
        [] => config.get_hostaddrs().iter().enumerate().map(|(index, at)| format!("{at}:{}", port(index))).collect(),
        hosts => hosts.iter().enumerate().map(host).collect(),
    };
    names.join(" or ")
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn places_are_named() {
        let check = |url: &str, expected: &str| match read(url) {
            Ok((_, place)) => assert_eq!(place.to_string(), expected, "{url}"),
            Err(error) => panic!("{url}: {error}"),
        };
        check("postgres://me:secret@db.example/refunds", "PostgreSQL at db.example:5432, database `refunds`");
        check("postgresql://me@db.example:5433", "PostgreSQL at db.example:5433");
        check("postgresql://me@one,two:5433/x", "PostgreSQL at one:5432 or two:5433, database `x`");
        check("postgresql:///x?host=/run/pg&user=me", "PostgreSQL at /run/pg, database `x`");
        check("postgresql://me:s%40%2Fcret@db/x?options=-c%20a%3D@b", "PostgreSQL at db:5432, database `x`");
        check("host=db.example user=me password='s@/ecret' dbname=x", "PostgreSQL at db.example:5432, database `x`");
    }

    #[test]
    fn nothing_of_a_password_is_told() {
        let check = |url: &str| match read(url) {
            Ok((_, place)) => panic!("{url}: {place}"),
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
