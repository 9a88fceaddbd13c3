//! Secrets, and texts that only this service can have written.

mod key;
mod seal;
mod secret;
mod spent;

pub use self::key::{Key, KeyError, Keys};
pub use self::seal::{MAX_PAYLOAD, Opened, Subject, TokenError};
pub use self::secret::{NoRandomness, Secret, SecretHash};
pub use self::spent::{AlreadySpent, Spent};

pub(crate) use self::secret::random;
