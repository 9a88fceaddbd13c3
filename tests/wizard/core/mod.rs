//! Behaviour of the core, room by room.

mod answers;
mod collections;
mod compat;
mod definitions;
mod lifecycle;
mod limits;
mod navigation;
mod subflows;
mod typed;
mod views;
