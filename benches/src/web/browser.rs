//! As much of a browser as the visits need: one connection, cookies, forms.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use super::stop;

/// One visitor, whose connection stays open.
pub(super) struct Browser {
    stream: BufReader<TcpStream>,
    cookies: BTreeMap<String, String>,
}

/// What came back.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: String,
    location: String,
}

impl Browser {
    pub(super) async fn at(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap_or_else(|error| stop("no connection", &error));
        let _ = stream.set_nodelay(true);
        Self { stream: BufReader::new(stream), cookies: BTreeMap::new() }
    }

    /// Somebody else at the same connection.
    pub(super) fn forget(&mut self) {
        self.cookies.clear();
    }

    /// A page; redirects are followed.
    pub(super) async fn visit(&mut self, path: &str) -> Reply {
        let mut reply = self.get(path).await;
        while reply.status == 303 {
            let path = std::mem::take(&mut reply.location);
            reply = self.get(&path).await;
        }
        if reply.status != 200 {
            stop("no page", &format!("{path} was answered with {}: {}", reply.status, reply.body));
        }
        reply
    }

    /// Posts the form of a page with these answers, and goes where that leads.
    pub(super) async fn send(&mut self, page: &Reply, path: &str, answers: &str) -> Reply {
        let mut body = hidden_fields(&page.body);
        body.push_str(answers);
        let reply = self.exchange("POST", path, &body).await;
        if reply.status != 303 {
            stop("no redirect", &format!("{path} was answered with {}: {}", reply.status, reply.body));
        }
        self.visit(&reply.location).await
    }

    async fn get(&mut self, path: &str) -> Reply {
        self.exchange("GET", path, "").await
    }

    async fn exchange(&mut self, method: &str, path: &str, body: &str) -> Reply {
        let exchanged = self.try_exchange(method, path, body).await;
        exchanged.unwrap_or_else(|error| stop("the connection broke", &error))
    }

    async fn try_exchange(&mut self, method: &str, path: &str, body: &str) -> io::Result<Reply> {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n");
        if !self.cookies.is_empty() {
            let cookies = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
            let cookies = cookies.collect::<Vec<_>>().join("; ");
            request.push_str(&format!("Cookie: {cookies}\r\n"));
        }
        if method == "POST" {
            let length = body.len();
            request.push_str(
                "Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n",
            );
            request.push_str(&format!("Content-Length: {length}\r\n"));
        }
        request.push_str("\r\n");
        request.push_str(body);
        self.stream.get_mut().write_all(request.as_bytes()).await?;
        self.read().await
    }

    async fn read(&mut self) -> io::Result<Reply> {
        let mut reply = Reply { status: 0, body: String::new(), location: String::new() };
        let mut length = 0;
        let mut line = String::new();
        loop {
            line.clear();
            if self.stream.read_line(&mut line).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let text = line.trim_end();
            if text.is_empty() {
                break;
            }
            if reply.status == 0 {
                let status = text.split(' ').nth(1).and_then(|status| status.parse().ok());
                reply.status = status.ok_or(io::ErrorKind::InvalidData)?;
                continue;
            }
            let Some((name, value)) = text.split_once(": ") else { continue };
            match &*name.to_ascii_lowercase() {
                "content-length" => length = value.parse().map_err(|_| io::ErrorKind::InvalidData)?,
                "location" => value.clone_into(&mut reply.location),
                "set-cookie" => self.keep(value),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await?;
        reply.body = String::from_utf8(body).map_err(|_| io::ErrorKind::InvalidData)?;
        Ok(reply)
    }

    fn keep(&mut self, cookie: &str) {
        let pair = cookie.split(';').next().unwrap_or_default();
        if let Some((name, value)) = pair.split_once('=') {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

/// What a page's first form holds without anybody typing; values are digits and letters, which need no escapes.
fn hidden_fields(page: &str) -> String {
    let form = page.split("</form>").find(|part| part.contains("method=\"post\"")).unwrap_or_default();
    let mut fields = String::new();
    for input in form.split("<input").skip(1).filter(|input| input.contains("type=\"hidden\"")) {
        if let (Some(name), Some(value)) = (attribute(input, "name"), attribute(input, "value")) {
            fields.push_str(&format!("{name}={value}&"));
        }
    }
    fields
}

fn attribute<'a>(input: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = input.split('>').next()?.split_once(&format!("{name}=\""))?;
    rest.split('"').next()
}
