//! Reads requests.

use std::fs;
use std::io;
use std::path::Path;

use serde::Deserialize;
use thiserror::Error;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    pub(crate) order: String,
    pub(crate) customer: String,
    pub(crate) cents: u64,
}

#[derive(Debug, Error)]
#[error("cannot read `{file}`")]
pub(crate) struct Unreadable {
    file: String,
    source: io::Error,
}

/// The requests of a file, and how many lines are none; those are reported, and the rest go on.
pub(crate) fn read(file: Option<&Path>, sample: &str) -> Result<(Vec<Request>, usize), Unreadable> {
    let text = match file {
        None => sample.to_owned(),
        Some(file) => fs::read_to_string(file)
            .map_err(|source| Unreadable { file: file.display().to_string(), source })?,
    };
    let (mut requests, mut bad) = (Vec::new(), 0);
    for (line, number) in text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty()) {
        match serde_json::from_str::<Request>(line) {
            Ok(request) if request.order.parse::<stepflow::RunId>().is_ok() => requests.push(request),
            Ok(request) => {
                eprintln!("line {number}: `{}` cannot name an order", request.order.escape_debug());
                bad += 1;
            }
            Err(error) => {
                eprintln!("line {number}: {error}");
                bad += 1;
            }
        }
    }
    Ok((requests, bad))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_lines_are_counted_and_the_rest_go_on() {
        let text = "{\"order\":\"o-1\",\"customer\":\"Ana\",\"cents\":100}\n\nnonsense\n{\"order\":\"\",\"customer\":\"Ben\",\"cents\":1}\n";
        let (requests, bad) = read(None, text).expect("memory can be read");
        assert_eq!((requests.len(), bad), (1, 2));
    }
}
