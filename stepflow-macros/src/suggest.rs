//! "Did you mean …?"

/// The candidate that `typed` was most likely meant to be, if one is near enough.
pub(crate) fn closest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (typed.chars().count() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .map(|candidate| (distance(typed, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= allowed && *distance < candidate.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters have to be added, removed, replaced or swapped with their neighbour.
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.to_lowercase().chars().collect();
    let right: Vec<char> = right.to_lowercase().chars().collect();
    let mut older = vec![0; right.len() + 1];
    let mut previous: Vec<usize> = (0..=right.len()).collect();
    for (row, &here) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, &there) in right.iter().enumerate() {
            let replaced = previous[column] + usize::from(here != there);
            let mut best = replaced.min(previous[column + 1] + 1).min(current[column] + 1);
            let swapped = row > 0 && column > 0 && here == right[column - 1] && there == left[row - 1];
            if swapped {
                best = best.min(older[column - 1] + 1);
            }
            current.push(best);
        }
        older = std::mem::replace(&mut previous, current);
    }
    previous[right.len()]
}

#[cfg(test)]
mod tests {
    use super::{closest, distance};

    #[test]
    fn counts_edits() {
        for (left, right, expected) in [
            ("", "", 0),
            ("pay", "pay", 0),
            ("pay", "Pay", 0),
            ("pya", "pay", 1),
            ("py", "pay", 1),
            ("paay", "pay", 1),
            ("deny", "pay", 3),
            ("", "pay", 3),
            ("schließen", "schliessen", 2),
        ] {
            assert_eq!(distance(left, right), expected, "{left} → {right}");
            assert_eq!(distance(right, left), expected, "{right} → {left}");
        }
    }

    #[test]
    fn suggests_only_what_is_near() {
        let steps = ["check_order", "pay", "deny"];
        for (typed, expected) in [
            ("chek_order", Some("check_order")),
            ("check_ordre", Some("check_order")),
            ("pya", Some("pay")),
            ("denny", Some("deny")),
            ("refund", None),
            ("", None),
            ("x", None),
        ] {
            assert_eq!(closest(typed, steps), expected, "{typed}");
        }
    }
}
