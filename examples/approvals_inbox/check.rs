//! A browser of few words: signs in, reads the inbox, approves, and looks at what came of it.

use std::error::Error;
use std::net::SocketAddr;

use stepflow_store::{RunStatus, Runner};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

pub(crate) async fn walk(server: SocketAddr, link: &str, runner: &Runner) -> Result<(), Box<dyn Error>> {
    let order = "order-1002".parse()?;
    runner.run(order).wait().await?;

    let mut browser = Browser { server, cookies: Vec::new() };
    let sign_in = link.split_once(&server.to_string()).map_or("/", |(_, path)| path);
    let page = browser.get(sign_in).await?;
    let form = fields(&page);
    browser.post(sign_in.split('?').next().unwrap_or_default(), &form).await?;

    let inbox = browser.get("/inbox?workflow=Refunding").await?;
    println!("The inbox asks: {}", between(&inbox, "<h2 id=\"question-0\">", "</h2>").unwrap_or_default());
    if inbox.contains("DE02") {
        return Err("the inbox shows what is masked".into());
    }
    let page = browser.get("/inbox/question?id=order-1002").await?;
    let mut form = fields(&page);
    form.push(("reason".to_owned(), "a regular".to_owned()));
    form.push(("decision".to_owned(), "approve".to_owned()));
    browser.post("/inbox/decide", &form).await?;

    let outcome = runner.run("order-1002".parse()?).wait_until_over().await?;
    if outcome.status() != RunStatus::Succeeded {
        return Err(format!("order-1002 is {}", outcome.status()).into());
    }
    let page = browser.get("/run?id=order-1002").await?;
    for told in ["approved `approve`: a regular", "pay: done, 2 attempts", "are on their way to you"] {
        if !page.contains(told) {
            return Err(format!("the page of the run does not say `{told}`").into());
        }
    }
    println!("order-1002 was approved on its page, and is {}", outcome.status());
    Ok(())
}

struct Browser {
    server: SocketAddr,
    cookies: Vec<String>,
}

impl Browser {
    async fn get(&mut self, path: &str) -> Result<String, Box<dyn Error>> {
        self.send(&format!("GET {path} HTTP/1.1\r\n"), "").await
    }

    async fn post(&mut self, path: &str, fields: &[(String, String)]) -> Result<String, Box<dyn Error>> {
        let pairs: Vec<_> =
            fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        let head = format!("POST {path} HTTP/1.1\r\ncontent-type: application/x-www-form-urlencoded\r\n");
        self.send(&head, &pairs.join("&")).await
    }

    async fn send(&mut self, head: &str, body: &str) -> Result<String, Box<dyn Error>> {
        let (server, length, cookies) = (self.server, body.len(), self.cookies.join("; "));
        let rest = format!(
            "host: {server}\r\nconnection: close\r\ncontent-length: {length}\r\ncookie: {cookies}\r\n"
        );
        let mut connection = TcpStream::connect(server).await?;
        connection.write_all(format!("{head}{rest}\r\n{body}").as_bytes()).await?;
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).await?;
        let answer = String::from_utf8(answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").ok_or("the answer has no end of its head")?;
        if !(head.starts_with("HTTP/1.1 200") || head.starts_with("HTTP/1.1 303")) {
            return Err(format!("{}: {body}", head.lines().next().unwrap_or_default()).into());
        }
        for line in head.lines() {
            if let Some(cookie) = line.strip_prefix("set-cookie: ") {
                let pair = cookie.split(';').next().unwrap_or_default().to_owned();
                let name = pair.split('=').next().unwrap_or_default().to_owned();
                self.cookies.retain(|known| !known.starts_with(&format!("{name}=")));
                self.cookies.push(pair);
            }
        }
        Ok(body.to_owned())
    }
}

/// The hidden fields of the first form that is posted.
fn fields(page: &str) -> Vec<(String, String)> {
    let form = page.split("<form method=\"post\"").nth(1).unwrap_or_default();
    let form = form.split("</form>").next().unwrap_or_default();
    let hidden = form.split("<input ").filter(|input| input.starts_with("type=\"hidden\""));
    hidden.filter_map(|input| Some((attribute(input, "name=\"")?, attribute(input, "value=\"")?))).collect()
}

fn attribute(text: &str, name: &str) -> Option<String> {
    between(text, name, "\"").map(|value| value.replace("&amp;", "&"))
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split(after).next()
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
