//! How deep a JSON text is nested, seen without parsing it.

/// Whether brackets and braces outside of strings are nested deeper than that.
pub(super) fn is_deeper_than(json: &[u8], at_most: usize) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in json {
        match (in_string, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => in_string = !in_string,
            (false, b'[' | b'{') => {
                depth += 1;
                if depth > at_most {
                    return true;
                }
            }
            (false, b']' | b'}') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::is_deeper_than;

    #[test]
    fn brackets_in_texts_do_not_count() {
        let cases = [
            ("1", false),
            ("[[1]]", false),
            ("[[[1]]]", true),
            (r#"{"a":{"b":1}}"#, false),
            (r#"{"a":{"b":[]}}"#, true),
            (r#""[[[[""#, false),
            (r#"["\"[[[", "]"]"#, false),
            (r#"["\\", [[1]]]"#, true),
            ("[],[],[],[]", false),
        ];
        for (json, deeper) in cases {
            assert_eq!(is_deeper_than(json.as_bytes(), 2), deeper, "{json}");
        }
    }
}
