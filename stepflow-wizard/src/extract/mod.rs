//! Answers from texts: what a person wrote becomes the fields that a stage asks for.
//!
//! ```text
//! text → ask the extractor → normalise → ground and merge → defaults → derivations → recovery → advance
//! ```
//!
//! [`Reading`] is that pipeline, and does no I/O: it says what to ask an extractor, takes what the extractor answers,
//! and carries the whole out with [`advance`](crate::advance). [`advance_text`] and [`advance_text_blocking`] do so
//! with an [`Extractor`] or a [`BlockingExtractor`]; [`ScriptedExtractor`] is one for tests, and
//! `openai::OpenAiExtractor` (feature `openai`) one that asks a model.
//!
//! Whatever an extractor says is data. It can fill in fields that the stage asks for, and nothing else: no stage, no
//! transition, no reserved key. It is validated as if it had been typed into a form, and where the extractor is not
//! sure, the wizard asks for a confirmation instead of moving on.
//!
//! ```
//! use serde_json::json;
//! use stepflow_wizard::extract::{Extraction, ScriptedExtractor, advance_text_blocking};
//! use stepflow_wizard::{Blueprint, Definition, Env, Flow, Kind, Source, Stage, Timestamp};
//!
//! let animal = Stage::new("animal").schema(json!({
//!     "type": "object",
//!     "properties": {
//!         "species": { "type": "string", "enum": ["parrot", "greyhound"] },
//!         "weight_kg": { "type": "number" },
//!     },
//!     "required": ["species", "weight_kg"],
//! }));
//! let vet = Definition::new(Blueprint::new(Flow::new("vet", vec![animal.to("done"), Stage::end("done")])))?;
//! let env = Env::at(Timestamp::UNIX_EPOCH);
//! let extractor = ScriptedExtractor::new([
//!     Extraction::new([("species", "Parrot")], 0.9),
//!     Extraction::new([("weight_kg", "0.4")], 0.9),
//! ]);
//!
//! let outcome = vet.begin(&env)?;
//! let outcome = advance_text_blocking(&vet, outcome.state, "It is a parrot.", &extractor, &env)?;
//! assert_eq!(outcome.kind, Kind::Incomplete);
//! assert!(outcome.missing.contains("weight_kg"));
//!
//! let outcome = advance_text_blocking(&vet, outcome.state, "She weighs 0.4 kg.", &extractor, &env)?;
//! assert_eq!(outcome.kind, Kind::Completed);
//! let found = outcome.extraction.ok_or("nothing was found")?;
//! assert_eq!(found.provenance["weight_kg"].value, json!(0.4));
//! assert_eq!(found.provenance["weight_kg"].source, Source::Extracted);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod drive;
mod error;
mod extraction;
mod extractor;
mod message;
#[cfg(feature = "openai")]
pub mod openai;
mod reading;
mod request;
mod scripted;

pub use self::drive::{advance_text, advance_text_blocking};
pub use self::error::ExtractError;
pub use self::extraction::Extraction;
pub use self::extractor::{Blocking, BlockingExtractor, ExtractFuture, Extractor};
pub use self::message::{Message, Speaker, Turn};
pub use self::reading::Reading;
pub use self::request::{Asking, ExtractionRequest};
pub use self::scripted::ScriptedExtractor;
