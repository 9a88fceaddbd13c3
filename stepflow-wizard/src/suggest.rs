//! "Did you mean …?"

/// How long a word may be that is compared: the cost is the product of both lengths.
const LONGEST: usize = 64;

/// The candidate that `typed` was most likely meant to be, if one is near enough.
pub(crate) fn closest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if typed.len() > LONGEST {
        return None;
    }
    let typed = typed.to_lowercase();
    let length = typed.chars().count();
    let allowed = (length / 3).clamp(1, 3);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST)
        .map(|candidate| (candidate.to_lowercase(), candidate))
        .filter(|(lower, _)| lower.chars().count().abs_diff(length) <= allowed)
        .map(|(lower, candidate)| (strsim::damerau_levenshtein(&typed, &lower), candidate))
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
