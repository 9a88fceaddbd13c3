//! A server in a temporary folder.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Database, programs};

/// The name of the superuser, who needs no password; everybody else does.
const SUPERUSER: &str = "stepflow";

/// Makes the server, says so, and waits for the end of the test process, which holds the other end of
/// standard input. The signals that a terminal or `timeout` sends to all are left to the test process.
const WATCH: &str = r#"
trap '' HUP INT TERM PIPE
cd "$FOLDER" || exit 1
"$BIN/initdb" --pgdata=data --username="$SUPERUSER" --auth=trust --encoding=UTF8 --no-locale --no-sync \
    --no-instructions >log 2>&1 &&
printf '%s\n' "$SETTINGS" >>data/postgresql.conf &&
printf 'local all %s trust\nlocal all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n' \
    "$SUPERUSER" >data/pg_hba.conf &&
"$BIN/pg_ctl" start --pgdata=data --log=log --silent --wait --timeout=60 >>log 2>&1 &&
echo started
read -r _
"$BIN/pg_ctl" stop --pgdata=data --mode=immediate --silent >>log 2>&1
rm -rf "$FOLDER"
"#;

/// What a server of the test's own is like.
///
/// ```
/// use stepflow_tests::postgres::Settings;
///
/// let lines = vec!["max_connections = 20".to_owned()];
/// let settings = Settings { fsync: true, lines, ..Settings::default() };
/// assert_ne!(settings, Settings::default());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Whether a commit waits for the disk; without, tests are faster.
    pub fsync: bool,
    /// A port of this machine to listen on as well; everybody needs a password there.
    pub port: Option<u16>,
    /// Further lines of `postgresql.conf`.
    pub lines: Vec<String>,
}

/// A PostgreSQL server that belongs to this process, and is gone with it.
///
/// ```no_run
/// use stepflow_tests::postgres::{self, Settings};
///
/// let Some(server) = postgres::server(Settings::default()) else { return };
/// let database = server.database();
/// server.stop();
/// server.start_again();
/// database.execute("CREATE TABLE refunds (id text)");
/// ```
#[derive(Debug)]
pub struct Server {
    bin: PathBuf,
    folder: PathBuf,
    owner: Option<(u32, u32)>,
    /// A part of the socket's name, besides.
    port: u16,
    /// Its end of input tells the watcher that this process is over, or has no use for the server any more.
    watcher: Mutex<(Child, Option<ChildStdin>)>,
}

impl Server {
    /// Makes a server and starts it.
    ///
    /// # Errors
    ///
    /// Why there can be none on this machine.
    pub fn start(settings: Settings) -> Result<Self, String> {
        let bin = programs::folder()?;
        let owner = programs::owner()?;
        let port = settings.port.unwrap_or(5432);
        let folder = folder(owner).map_err(|error| format!("a temporary folder: {error}"))?;
        let mut command = Command::new("sh");
        command
            .args(["-c", WATCH])
            .env("BIN", &bin)
            .env("FOLDER", &folder)
            .env("SETTINGS", conf(settings, &folder))
            .env("SUPERUSER", SUPERUSER)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // Out of reach of what is sent to the test's whole group.
            .process_group(0);
        if let Some((user, group)) = owner {
            command.uid(user).gid(group);
        }
        let mut child = command.spawn().map_err(|error| format!("`sh`: {error}"))?;
        let input = child.stdin.take();
        let mut word = String::new();
        if let Some(output) = child.stdout.take() {
            let _ = BufReader::new(output).read_line(&mut word);
        }
        let server = Self { bin, folder, owner, port, watcher: Mutex::new((child, input)) };
        if word.trim() == "started" {
            return Ok(server);
        }
        Err(format!("a PostgreSQL server does not start: {}", last_line(&server.log())))
    }

    /// A new, empty database.
    ///
    /// # Panics
    ///
    /// When the server does not answer.
    #[must_use]
    pub fn database(&self) -> Database {
        Database::create(&self.url("postgres"))
    }

    /// The URL of a database on this server, for its superuser.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgresql:///{database}?host={}&port={}&user={SUPERUSER}", self.folder.display(), self.port)
    }

    /// The folder of the socket, which is the host in a URL.
    #[must_use]
    pub fn host(&self) -> &Path {
        &self.folder
    }

    /// Ends every connection and stops the server in good order.
    ///
    /// # Panics
    ///
    /// When it does not stop.
    pub fn stop(&self) {
        self.control("stop", &["--mode=fast"]);
    }

    /// Stops the server as a failure of it would: it has to recover when it is started.
    ///
    /// # Panics
    ///
    /// When it does not stop.
    pub fn kill(&self) {
        self.control("stop", &["--mode=immediate"]);
    }

    /// Starts the server after [`stop`](Self::stop) or [`kill`](Self::kill).
    ///
    /// # Panics
    ///
    /// When it does not start.
    pub fn start_again(&self) {
        self.control("start", &["--log=log", "--timeout=60"]);
    }

    /// What the server wrote about itself.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    #[expect(clippy::panic, reason = "a test cannot go on without its server")]
    fn control(&self, verb: &str, arguments: &[&str]) {
        let mut command = Command::new(self.bin.join("pg_ctl"));
        command.arg(verb).args(["--pgdata=data", "--silent", "--wait"]).args(arguments);
        command.current_dir(&self.folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if let Some((user, group)) = self.owner {
            command.uid(user).gid(group);
        }
        let status = command.status();
        if !status.as_ref().is_ok_and(|status| status.success()) {
            panic!("pg_ctl {verb}: {status:?}; the server's log:\n{}", self.log());
        }
    }

    fn watcher(&self) -> MutexGuard<'_, (Child, Option<ChildStdin>)> {
        self.watcher.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut watcher = self.watcher();
        drop(watcher.1.take());
        let _ = watcher.0.wait();
    }
}

/// A folder that the server owns, with a path that is short enough for a socket in it.
fn folder(owner: Option<(u32, u32)>) -> std::io::Result<PathBuf> {
    let temporary = std::env::temp_dir();
    let short = temporary.as_os_str().len() <= 60;
    let parent = if short { temporary } else { PathBuf::from("/tmp") };
    let folder = tempfile::Builder::new().prefix("stepflow-pg-").tempdir_in(parent)?.keep();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755))?;
    if let Some((user, group)) = owner {
        chown(&folder, Some(user), Some(group))?;
    }
    Ok(folder)
}

fn conf(settings: Settings, folder: &Path) -> String {
    let switch = if settings.fsync { "on" } else { "off" };
    let mut lines = vec![
        settings.port.map_or_else(|| "listen_addresses = ''".to_owned(), |port| format!("port = {port}")),
        format!("unix_socket_directories = '{}'", folder.display()),
        "unix_socket_permissions = 0777".to_owned(),
        "max_connections = 200".to_owned(),
        "log_line_prefix = '%m [%p] %d '".to_owned(),
        format!("fsync = {switch}"),
        format!("full_page_writes = {switch}"),
    ];
    lines.extend(settings.lines);
    lines.join("\n")
}

fn last_line(log: &str) -> &str {
    log.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it left no word about why")
}
