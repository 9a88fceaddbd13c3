//! Two layers against requests that another site has a browser make.
//!
//! The first looks at what the browser says of where a request comes from ([`origin`]). The second demands the session's
//! token, which no other site can read ([`token`]). Each would do; a hole in one is not a hole in both.

mod origin;
mod token;

pub(crate) use self::origin::{Origins, is_safe};
pub(crate) use self::token::{FIELD, check as check_token};
