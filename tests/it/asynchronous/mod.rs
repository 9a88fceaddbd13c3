//! What only async steps can do, and what they must do as blocking ones do.

mod cancelling;
mod fan_out;
mod generic;
mod mixed;
mod own_people;
mod spawned;
mod time;
