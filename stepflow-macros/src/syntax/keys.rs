//! The keys of every list, those of later releases included.

/// The keys that a list understands.
#[derive(Clone, Copy)]
pub(crate) struct Keys {
    /// The list as the user knows it.
    pub(crate) of: &'static str,
    pub(crate) known: &'static [&'static str],
    /// Reserved: a later release gives them a meaning.
    pub(crate) later: &'static [&'static str],
}

pub(crate) const WORKFLOW: Keys = Keys {
    of: "#[workflow]",
    known: &["state", "name", "version", "max_visits", "retry", "crate"],
    later: &["migrate", "signal"],
};

pub(crate) const STEP: Keys = Keys {
    of: "#[step]",
    known: &[
        "name",
        "description",
        "after",
        "approval",
        "retry",
        "timeout",
        "routes",
        "next",
        "on_failure",
        "fallible",
    ],
    later: &["child", "effect", "migrate", "signal", "then"],
};

pub(crate) const RETRY: Keys = Keys {
    of: "retry(…)",
    known: &[
        "times",
        "delay",
        "backoff",
        "factor",
        "max_delay",
        "jitter",
        "budget",
        "timeouts",
        "on",
        "when",
    ],
    later: &[],
};

pub(crate) const APPROVAL: Keys = Keys {
    of: "approval(…)",
    known: &["message", "metadata", "on_deny"],
    later: &["by", "within", "on_expire", "not_requester", "quorum", "binds", "editable"],
};

/// How metadata is written, for messages.
pub(crate) const METADATA_SHAPE: &str = "metadata = { team: \"billing\", limit: 100 }";
