//! Connections that nobody can listen to.

use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use stepflow_store::{PostgresStore, StoreError};
use stepflow_tests::postgres::{self, Database, Server, Settings};
use tempfile::TempDir;

use super::support::told;

#[tokio::test]
async fn a_connection_is_encrypted_where_that_is_asked_for() {
    let Some((server, port)) = listening() else { return };
    let database = server.database();
    let folder = certificates(&server);
    let ca = folder.path().join("ca.pem");
    let other = folder.path().join("other.pem");
    database.execute("CREATE ROLE clerk LOGIN PASSWORD 'pw'; CREATE SCHEMA stepflow AUTHORIZATION clerk");
    let connect = async |host: &str, options: &str, roots: &Path| {
        let roots = roots.display();
        let name = database.name();
        let url = format!("postgresql://clerk:pw@{host}:{port}/{name}?{options}&sslrootcert={roots}");
        PostgresStore::builder(&url).application_name(options).connect().await
    };

    let store = connect("localhost", "sslmode=disable", &ca).await.expect("nothing is asked for");
    assert_eq!(encrypted(&database, "sslmode=disable"), [["false"]]);
    drop(store);

    let error = connect("localhost", "sslmode=require", &ca).await.expect_err("the server has no TLS");
    check(&error, "it has to offer TLS");
    let store = connect("localhost", "sslmode=prefer", &ca).await.expect("it is not demanded");
    drop(store);

    switch_on(&database, folder.path());
    for options in ["sslmode=require", "sslmode=verify-full", "connect_timeout=5"] {
        let store = connect("localhost", options, &ca).await.expect("the certificate is trusted");
        assert_eq!(encrypted(&database, options), [["true"]]);
        drop(store);
    }

    let error = connect("localhost", "sslmode=require", &other).await.expect_err("nobody trusts it");
    check(&error, "a certificate for its name that is trusted here");
    let error = connect("127.0.0.1", "sslmode=require", &ca).await.expect_err("it is for another name");
    check(&error, "a certificate for its name that is trusted here");
    let missing = PathBuf::from("/nowhere/ca.pem");
    let error = connect("localhost", "sslmode=require", &missing).await.expect_err("there is no such file");
    assert!(error.is_refused() && error.to_string().contains("/nowhere/ca.pem"), "{error}");
}

fn check(error: &StoreError, part: &str) {
    assert!(error.is_unavailable() && error.to_string().contains(part), "{}", told(error));
}

/// Whether the connection of this name is encrypted.
fn encrypted(database: &Database, name: &str) -> Vec<Vec<String>> {
    database.query(&format!(
        "SELECT ssl::text FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = '{name}'"
    ))
}

/// A server that listens on a port that was free a moment ago. Somebody may have been faster.
fn listening() -> Option<(Server, u16)> {
    for _ in 0..5 {
        let port =
            TcpListener::bind("localhost:0").and_then(|socket| socket.local_addr()).expect("a port").port();
        let settings = Settings { port: Some(port), ..Settings::default() };
        if let Ok(server) = Server::start(settings) {
            return Some((server, port));
        }
    }
    // What it is that cannot be had is said, and judged, in one place.
    postgres::server(Settings::default()).map(|_| panic!("five ports were taken"))
}

/// An authority, a certificate of it for `localhost`, and an authority that nobody knows.
fn certificates(server: &Server) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let authority = || {
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority")
    };
    let (ours, other) = (authority(), authority());
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    let certificate = params.signed_by(&key, &ours).expect("a certificate");

    let owner = std::fs::metadata(server.host()).expect("its folder is there");
    let write = |name: &str, text: String| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).expect("it can be written");
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).expect("it is ours");
        chown(&file, Some(owner.uid()), Some(owner.gid())).expect("it can be given away");
    };
    write("ca.pem", ours.pem());
    write("other.pem", other.pem());
    write("server.pem", certificate.pem());
    write("server.key", key.serialize_pem());
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).expect("it is ours");
    folder
}

/// From here on the server offers TLS.
fn switch_on(database: &Database, folder: &Path) {
    for (setting, value) in [
        ("ssl_cert_file", folder.join("server.pem").display().to_string()),
        ("ssl_key_file", folder.join("server.key").display().to_string()),
        ("ssl", "on".to_owned()),
    ] {
        database.execute(&format!("ALTER SYSTEM SET {setting} = '{value}'"));
    }
    // The new settings are there when a new connection has them.
    database.execute("SELECT pg_reload_conf()");
    while database.query("SHOW ssl") != [["on"]] {}
}
