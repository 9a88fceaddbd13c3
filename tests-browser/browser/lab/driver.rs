//! The process that drives browsers.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

/// ChromeDriver, on a port that was free. It ends with this value, and its browsers with it.
pub(super) struct Driver {
    process: Child,
    port: u16,
    /// Closed only at the end: the process writes to it.
    _says: BufReader<ChildStdout>,
}

impl Driver {
    pub(super) fn start(program: &Path) -> Self {
        let mut process = Command::new(program)
            .args(["--port=0", "--log-level=SEVERE"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts");
        let mut says = BufReader::new(process.stdout.take().expect("its output is piped"));
        let mut heard = String::new();
        let port = loop {
            let mut line = String::new();
            if says.read_line(&mut line).expect("chromedriver talks") == 0 {
                panic!("chromedriver ended at once: {heard}");
            }
            let end = line.trim_end().trim_end_matches('.');
            if let Some((_, port)) = end.rsplit_once("started successfully on port ") {
                break port.parse().expect("a port is a number");
            }
            heard.push_str(&line);
        };
        Self { process, port, _says: says }
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Asks it to end its browsers and itself; tells whether it heard.
    fn shut_down(&self) -> std::io::Result<()> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        write!(stream, "GET /shutdown HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        stream.read_to_end(&mut Vec::new())?;
        Ok(())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // A browser that hears nothing any more ends by itself: they talk through a pipe.
        if self.shut_down().is_err() {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}
