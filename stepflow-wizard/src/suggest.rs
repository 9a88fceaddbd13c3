//! "Did you mean …?"

/// The candidate that `typed` was most likely meant to be, if one is near enough.
pub(crate) fn closest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_lowercase();
    let allowed = (typed.chars().count() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&typed, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= allowed && *distance < candidate.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn suggests_only_what_is_near() {
        let names = ["startswith", "strip", "get"];
        for (typed, expected) in [
            ("startsWith", Some("startswith")),
            ("starswith", Some("startswith")),
            ("srtip", Some("strip")),
            ("got", Some("get")),
            ("fetch", None),
            ("", None),
            ("x", None),
        ] {
            assert_eq!(closest(typed, names), expected, "{typed}");
        }
    }
}
