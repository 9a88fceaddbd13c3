//! Which runs somebody wants to see.

use std::borrow::Cow;
use std::time::Duration;

use stepflow::Timestamp;
use stepflow_store::{PendingQuery, RunQuery, RunStatus};

use super::{Asked, Refusal};

const PAGE: u32 = 50;

/// The names of the fields that say which runs, in the order of the form.
pub(super) const FIELDS: [&str; 5] = ["workflow", "status", "since", "before", "unchanged"];

impl Asked {
    /// Which runs the address asks for; `now` is the store's time, from which ages count.
    pub(super) fn run_query(&self, now: Timestamp) -> Result<RunQuery, Refusal> {
        let statuses = self.all("status").map(|status| {
            status.parse::<RunStatus>().map_err(|_| malformed("status", status, "one of the list"))
        });
        let moment = |name: &'static str| {
            let found = self.one(name).map(|text| read_moment(text, now));
            let text = self.one(name).unwrap_or_default();
            let expected =
                "a day such as 2024-02-29, a time such as 2024-02-29T12:00:00Z, or an age such as 2d";
            found.map(|moment| moment.ok_or_else(|| malformed(name, text, expected))).transpose()
        };
        let unchanged = self.one("unchanged").map(|text| {
            let age = read_age(text).and_then(|age| before(now, age));
            age.ok_or_else(|| malformed("unchanged", text, "an age such as 3h or 2d"))
        });
        Ok(RunQuery {
            workflow: self.one("workflow").map(str::to_owned),
            statuses: statuses.collect::<Result<_, _>>()?,
            created_since: moment("since")?,
            created_before: moment("before")?,
            unchanged_since: unchanged.transpose()?,
            after: self.after()?,
            limit: self.limit()?,
        })
    }

    pub(crate) fn pending_query(&self) -> Result<PendingQuery, Refusal> {
        let workflow = self.one("workflow").map(str::to_owned);
        Ok(PendingQuery { workflow, after: self.after()?, limit: self.limit()? })
    }

    fn after(&self) -> Result<Option<stepflow_store::Cursor>, Refusal> {
        let after = self.one("after").map(|place| {
            place.parse().map_err(|_| malformed("after", place, "a place that a page before this one named"))
        });
        after.transpose()
    }

    fn limit(&self) -> Result<u32, Refusal> {
        let Some(text) = self.one("limit") else { return Ok(PAGE) };
        let limit = text.parse().ok().filter(|limit| (1..=1000).contains(limit));
        limit.ok_or_else(|| malformed("limit", text, "a number from 1 to 1000"))
    }
}

fn malformed(field: &str, text: &str, expected: &str) -> Refusal {
    Refusal::Malformed(Cow::Owned(format!("`{field}` is `{text}`; it has to be {expected}.")))
}

/// A day, which begins at midnight UTC; a time; or an age.
fn read_moment(text: &str, now: Timestamp) -> Option<Timestamp> {
    if let Ok(moment) = text.parse() {
        return Some(moment);
    }
    if let Ok(midnight) = format!("{text}T00:00:00Z").parse() {
        return Some(midnight);
    }
    read_age(text).and_then(|age| before(now, age))
}

fn read_age(text: &str) -> Option<Duration> {
    let (count, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        "w" => 604_800,
        _ => return None,
    };
    let count = count.trim().parse::<u32>().ok()?;
    Some(Duration::from_secs(u64::from(count) * seconds))
}

fn before(now: Timestamp, age: Duration) -> Option<Timestamp> {
    let millis = i64::try_from(age.as_millis()).ok()?;
    Timestamp::from_millisecond(now.as_millisecond().checked_sub(millis)?).ok()
}

#[cfg(test)]
mod tests {
    use super::{read_age, read_moment};

    #[test]
    fn moments_are_days_times_or_ages() {
        let now = "2024-03-01T12:00:00Z".parse().expect("a time");
        for (text, expected) in [
            ("2024-02-29", Some("2024-02-29T00:00:00Z")),
            ("2024-02-29T01:02:03Z", Some("2024-02-29T01:02:03Z")),
            ("2d", Some("2024-02-28T12:00:00Z")),
            ("90m", Some("2024-03-01T10:30:00Z")),
            ("2024-02-30", None),
            ("d", None),
            ("-1d", None),
            ("é", None),
            ("4294967295w", None),
        ] {
            let expected = expected.map(|moment| moment.parse().expect("a time"));
            assert_eq!(read_moment(text, now), expected, "{text}");
        }
        assert_eq!(read_age("3 h").map(|age| age.as_secs()), Some(10_800));
    }
}
