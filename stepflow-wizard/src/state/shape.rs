//! What holds for every state, whatever its definition. A saved state is not trusted.

use super::{Frame, State};
use crate::error::Corrupt;

/// How deeply a page may keep flows that were left, each with pages of its own.
const LEFT_DEPTH: usize = 64;

pub(crate) fn check(state: &State) -> Result<(), Corrupt> {
    let Some((main, called)) = state.frames.split_first() else {
        return Err(Corrupt::new("frames", "there is no flow being walked"));
    };
    if main.back_to.is_some() {
        return Err(Corrupt::new("frames[0].back_to", "the main flow returns nowhere"));
    }
    if let Some(index) = called.iter().position(|frame| frame.back_to.is_none()) {
        return Err(Corrupt::new(format!("frames[{}]", index + 1), "a called flow must return somewhere"));
    }
    if !(0.0..=1.0).contains(&state.progress) {
        return Err(Corrupt::new("progress", "progress is a number from 0 to 1"));
    }
    for (index, frame) in state.frames.iter().enumerate() {
        check_frame(frame, &format!("frames[{index}]"), LEFT_DEPTH)?;
    }
    Ok(())
}

fn check_frame(frame: &Frame, place: &str, depth: usize) -> Result<(), Corrupt> {
    if depth == 0 {
        return Err(Corrupt::new(place, "flows are nested too deeply"));
    }
    if let Some(key) = frame.initial.keys().find(|key| key.starts_with('_')) {
        return Err(Corrupt::new(format!("{place}.initial.{key}"), "the key is reserved"));
    }
    for (stage, page) in &frame.pages {
        let keys = page
            .answers
            .keys()
            .chain(page.derived.keys())
            .chain(page.effects.keys())
            .chain(page.results.keys());
        let keys = keys.chain(page.items.iter().flat_map(|item| item.values.keys()));
        if let Some(key) = keys.into_iter().find(|key| key.starts_with('_')) {
            return Err(Corrupt::new(format!("{place}.pages.{stage}.{key}"), "the key is reserved"));
        }
        if let Some(left) = &page.left {
            check_frame(left, &format!("{place}.pages.{stage}.left"), depth - 1)?;
        }
    }
    Ok(())
}
