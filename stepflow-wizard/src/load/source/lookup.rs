//! From a path such as `stages[2].transitions[0].target` to what stands there.

use super::{Kind, Node, Spot};

/// The last part of the path that is there at all, and where it stands.
pub(in crate::load) fn find<'n>(root: &'n Node, path: &str) -> (&'n Node, Spot) {
    let (mut node, mut spot, mut rest) = (root, root.spot, path);
    while !rest.is_empty() {
        let step = match &node.kind {
            Kind::List(items) => index(rest).and_then(|(index, rest)| Some((items.get(index)?, None, rest))),
            Kind::Map(entries) => {
                let named = rest.strip_prefix('.').unwrap_or(rest);
                // A key may hold dots itself: the longest one that fits is meant.
                let fits = |key: &str| {
                    named.strip_prefix(key).filter(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
                };
                let fitting = entries.iter().filter_map(|entry| fits(&entry.key).map(|rest| (entry, rest)));
                fitting
                    .min_by_key(|(_, rest)| rest.len())
                    .map(|(entry, rest)| (&entry.value, Some(entry.spot), rest))
            }
            _ => None,
        };
        let Some((next, key, left)) = step else { break };
        // A mapping or list is best shown where its key stands, anything else where the value does.
        spot = match (&next.kind, key) {
            (Kind::Map(_) | Kind::List(_), Some(key)) => key,
            _ => next.spot,
        };
        (node, rest) = (next, left);
    }
    (node, spot)
}

/// `[2].target` gives 2 and `.target`.
fn index(path: &str) -> Option<(usize, &str)> {
    let (index, rest) = path.strip_prefix('[')?.split_once(']')?;
    Some((index.parse().ok()?, rest))
}
