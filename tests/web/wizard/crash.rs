//! A server is killed while somebody submits. Another one goes on: the person is where they were, and what was
//! submitted was taken once.

use std::env;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use stepflow_store::SqliteStore;
use stepflow_web::token::{Key, Keys};
use stepflow_web::{Security, Server, wizard_router};
use stepflow_wizard::{Keeping, Receipt, Wizards};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::kit::{options, registration};
use crate::client::Client;

const FOLDER: &str = "STEPFLOW_WEB_CRASH_FOLDER";
const KILL: &str = "STEPFLOW_WEB_CRASH_KILL";
const READY: &str = "serving at ";

/// When a server is killed by its own hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kill {
    Never,
    /// When it was handed the submission.
    Before,
    /// When it has taken it, and before that is saved.
    After,
}

#[tokio::test]
async fn a_server_killed_in_the_middle_of_a_submit_loses_nothing_and_takes_it_once() {
    for kill in [Kill::Before, Kill::After] {
        let folder = tempfile::tempdir().unwrap();
        let mut first = Process::start(folder.path(), kill);
        let client = Client::new(first.router());
        client.to_check().await;
        let check = client.visit("/join/check").await;
        let broken = client.submit(&check.form("form[action$='/submit']")).await;
        assert_eq!(broken.status, StatusCode::BAD_GATEWAY, "{kill:?}: the server is gone");
        first.was_killed();

        let second = Process::start(folder.path(), Kill::Never);
        let client = client.at(second.router());
        client.rename_cookies(&first.port, &second.port);
        // Where one was: it was sent, and is being taken.
        let mut page = client.visit("/join").await;
        assert_eq!(page.path(), "/join/done", "{kill:?}");
        while page.status == StatusCode::ACCEPTED {
            page = client.submit_and_follow(&page.form("main form")).await;
        }
        assert_eq!(page.text(".sf-reference strong"), "REF-1", "{kill:?}");
        assert_eq!(ledger(folder.path()).len(), 1, "{kill:?}");
        assert_eq!(client.visit("/join/done").await.text(".sf-reference strong"), "REF-1");
    }
}

#[tokio::test]
async fn a_server_killed_between_two_answers_loses_none() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = Process::start(folder.path(), Kill::Never);
    let client = Client::new(first.router());
    client.fill("account", &[("name", "Ada"), ("email", "ada@example.org")]).await;
    client.fill("plan", &[("plan", "team")]).await;
    first.kill();

    let second = Process::start(folder.path(), Kill::Never);
    let client = client.at(second.router());
    client.rename_cookies(&first.port, &second.port);
    assert_eq!(client.visit("/join").await.path(), "/join/company");
    client.fill("company", &[("company", "Analytical"), ("seats", "3")]).await;
    client.fill("letter", &[("often", "weekly")]).await;
    assert_eq!(client.send_all().await.text(".sf-reference strong"), "REF-1");
    assert_eq!(ledger(folder.path()).len(), 1);
}

/// What was taken, by name.
fn ledger(folder: &Path) -> Vec<String> {
    fs::read_to_string(folder.join("ledger")).unwrap_or_default().lines().map(str::to_owned).collect()
}

/// Takes a submission, unless it is taken already.
fn take(folder: &Path, id: &str) -> usize {
    let taken = ledger(folder);
    if let Some(at) = taken.iter().position(|known| known == id) {
        return at + 1;
    }
    let mut file = fs::OpenOptions::new().create(true).append(true).open(folder.join("ledger")).unwrap();
    writeln!(file, "{id}").unwrap();
    file.sync_all().unwrap();
    taken.len() + 1
}

/// A server: this very program, started again.
struct Process {
    child: Child,
    address: SocketAddr,
    port: String,
}

impl Process {
    fn start(folder: &Path, kill: Kill) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["wizard::crash::serves_if_it_is_told_to", "--exact", "--nocapture", "--test-threads=1"])
            .env(FOLDER, folder)
            .env(KILL, format!("{kill:?}"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address: SocketAddr = lines
            .map_while(Result::ok)
            .find_map(|line| line.split_once(READY).map(|(_, address)| address.parse().unwrap()))
            .unwrap();
        Self { child, address, port: address.port().to_string() }
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn was_killed(&mut self) {
        use std::os::unix::process::ExitStatusExt as _;
        assert_eq!(self.child.wait().unwrap().signal(), Some(9));
    }

    /// A router that hands every request on to the server.
    fn router(&self) -> Router {
        let address = self.address;
        Router::new().fallback(move |request: Request| hand_on(address, request))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn hand_on(address: SocketAddr, request: Request) -> Response<Body> {
    try_hand_on(address, request).await.unwrap_or_else(|| {
        let mut gone = Response::new(Body::empty());
        *gone.status_mut() = StatusCode::BAD_GATEWAY;
        gone
    })
}

/// One request over one connection; `None` where it breaks off.
async fn try_hand_on(address: SocketAddr, request: Request) -> Option<Response<Body>> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.ok()?;
    let mut head = format!("{} {} HTTP/1.1\r\n", parts.method, parts.uri);
    for (name, value) in &parts.headers {
        if name != "host" {
            head.push_str(&format!("{name}: {}\r\n", value.to_str().ok()?));
        }
    }
    head.push_str(&format!("host: {address}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len()));
    let mut stream = TcpStream::connect(address).await.ok()?;
    stream.write_all(head.as_bytes()).await.ok()?;
    stream.write_all(&body).await.ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok()?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8(answer[..end].to_vec()).ok()?;
    let mut lines = head.lines();
    let status: u16 = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let mut response = Response::new(Body::from(answer[end + 4..].to_vec()));
    *response.status_mut() = StatusCode::from_u16(status).ok()?;
    for line in lines {
        let (name, value) = line.split_once(':')?;
        response
            .headers_mut()
            .append(HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(value.trim()).ok()?);
    }
    Some(response)
}

impl Client {
    /// Cookies of a plain server hold its port in their names; the second server has another one.
    fn rename_cookies(&self, from: &str, to: &str) {
        for (name, value) in self.cookies() {
            self.set_cookie(&name.replace(from, to), &value);
        }
    }
}

/// No test by itself: it is the server.
#[tokio::test]
async fn serves_if_it_is_told_to() {
    let Some(folder) = env::var_os(FOLDER).map(PathBuf::from) else { return };
    let kill = env::var(KILL).unwrap();
    let store = SqliteStore::open(folder.join("wizards.db")).unwrap().wizards().await.unwrap();
    let wizards = Wizards::builder(registration(), store)
        // Whoever was killed is not waited for.
        .keeping(Keeping { lease: Duration::from_millis(1), ..Keeping::default() })
        .on_submit(move |submission| {
            let (folder, kill) = (folder.clone(), kill.clone());
            async move {
                if kill == "Before" {
                    die();
                }
                let number = take(&folder, &submission.id.to_string());
                if kill == "After" {
                    die();
                }
                Ok(Receipt::new(format!("REF-{number}")))
            }
        })
        .build();
    let security = Security::new().keys(Keys::new(Key::from_bytes([7; 32]))).unsafe_without_authentication();
    let pages = wizard_router(wizards, options().security(security.clone()));
    let app = Router::new().nest("/join", pages);
    let listening = Server::new(app).security(security).port(0).quiet().bind().await.unwrap();
    println!("\n{READY}{}", listening.address());
    listening.run().await.unwrap();
}

fn die() {
    let this = rustix::process::getpid();
    rustix::process::kill_process(this, rustix::process::Signal::KILL).unwrap();
    loop {
        std::thread::park();
    }
}
