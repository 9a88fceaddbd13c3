//! Escapes in text.

/// The text that a body with escapes stands for, or the escape that is none, and where it is.
pub(super) fn unescape(body: &str) -> Result<String, (usize, &str)> {
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let (letter, length) = unescape_one(escape).map_err(|length| {
            let place = body.len() - escape.len();
            (place, escape.get(..length).unwrap_or(escape))
        })?;
        match letter {
            Some(letter) => out.push(letter),
            None => out.push_str(escape.get(..length).unwrap_or_default()),
        }
        rest = escape.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    Ok(out)
}

/// One escape: what it stands for, if for another letter, and how long it is; or how long the wrong one is.
fn unescape_one(escape: &str) -> Result<(Option<char>, usize), usize> {
    let letter = escape.chars().nth(1).ok_or(1_usize)?;
    let one = |letter: char| Ok((Some(letter), 2));
    match letter {
        '\\' | '\'' | '"' => one(letter),
        'n' => one('\n'),
        't' => one('\t'),
        'r' => one('\r'),
        'a' => one('\u{7}'),
        'b' => one('\u{8}'),
        'f' => one('\u{c}'),
        'v' => one('\u{b}'),
        '0'..='7' => {
            let digits =
                escape.bytes().skip(1).take(3).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
            coded(escape, 1, digits, 8)
        }
        'x' => coded(escape, 2, 2, 16),
        'u' => coded(escape, 2, 4, 16),
        'U' => coded(escape, 2, 8, 16),
        'N' => Err(2),
        // Python keeps the backslash of an escape that it does not know.
        other => Ok((None, 1 + other.len_utf8())),
    }
}

fn coded(escape: &str, skip: usize, digits: usize, radix: u32) -> Result<(Option<char>, usize), usize> {
    let code =
        escape.get(skip..skip + digits).filter(|code| code.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    code.and_then(|code| u32::from_str_radix(code, radix).ok())
        .and_then(char::from_u32)
        .map(|letter| (Some(letter), skip + digits))
        .ok_or(skip)
}
