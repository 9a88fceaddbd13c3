//! States as JSON.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{FORMAT, State, shape};
use crate::error::{BoxError, Corrupt};

impl State {
    /// The state as JSON.
    ///
    /// # Errors
    ///
    /// Only when there is no memory for it.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// Reads a state back. Fields that are not known are passed over, so that an older program can read what a
    /// newer one wrote, as long as the format is the same.
    ///
    /// # Errors
    ///
    /// The text is no JSON, is written in a newer format, or does not hold together; the error names the place.
    /// Whether it fits a definition is found out when it is used.
    ///
    /// ```
    /// use stepflow_wizard::State;
    ///
    /// let Err(error) = State::from_json(r#"{"format": 1, "definition": 5}"#) else { return };
    /// assert_eq!(error.place, "definition");
    /// ```
    pub fn from_json(json: &str) -> Result<Self, Corrupt> {
        let mut reader = serde_json::Deserializer::from_str(json);
        let mut track = serde_path_to_error::Track::new();
        let state = Self::deserialize(serde_path_to_error::Deserializer::new(&mut reader, &mut track))
            .map_err(|error| unreadable(track.path().to_string(), error))?;
        reader.end().map_err(|error| unreadable(".".to_owned(), error))?;
        if state.format != FORMAT {
            let message = format!("the format is {}, this program reads {FORMAT}", state.format);
            return Err(Corrupt::new("format", message));
        }
        shape::check(&state)?;
        Ok(state)
    }
}

fn unreadable(place: String, error: serde_json::Error) -> Corrupt {
    let source: BoxError = Box::new(error);
    Corrupt { place, message: source.to_string(), source: Some(source) }
}

impl Serialize for State {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // The function that the derive made, not this one.
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for State {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let state = Self::deserialize(deserializer)?;
        shape::check(&state).map_err(serde::de::Error::custom)?;
        Ok(state)
    }
}
