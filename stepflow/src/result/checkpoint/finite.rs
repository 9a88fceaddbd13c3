//! Finds numbers that JSON has no word for. `serde_json` writes them as `null` without a sound, and an
//! `Option<f64>` would then come back as `None`.

use std::fmt;

use serde::ser::{self, Serialize, Serializer};

/// The place of the first number that is not finite, and what it is.
pub(super) fn check<T: Serialize>(value: &T) -> Result<(), (String, String)> {
    serde_path_to_error::serialize(value, Check)
        .map_err(|error| (error.path().to_string(), error.inner().to_string()))
}

#[derive(Debug)]
struct NotFinite(String);

impl fmt::Display for NotFinite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotFinite {}

impl ser::Error for NotFinite {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// Writes nothing and looks at every number.
struct Check;

type Outcome = Result<(), NotFinite>;

macro_rules! nothing_to_check {
    ($($method:ident($($value:ident: $of:ty),*);)*) => {
        $(fn $method(self, $($value: $of),*) -> Outcome {
            let _ = ($($value,)*);
            Ok(())
        })*
    };
}

impl Serializer for Check {
    type Ok = ();
    type Error = NotFinite;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    fn serialize_f32(self, number: f32) -> Outcome {
        self.serialize_f64(f64::from(number))
    }

    fn serialize_f64(self, number: f64) -> Outcome {
        if number.is_finite() {
            return Ok(());
        }
        Err(NotFinite(format!("{number} is no number that JSON can hold")))
    }

    nothing_to_check! {
        serialize_bool(value: bool);
        serialize_i8(value: i8);
        serialize_i16(value: i16);
        serialize_i32(value: i32);
        serialize_i64(value: i64);
        serialize_i128(value: i128);
        serialize_u8(value: u8);
        serialize_u16(value: u16);
        serialize_u32(value: u32);
        serialize_u64(value: u64);
        serialize_u128(value: u128);
        serialize_char(value: char);
        serialize_str(value: &str);
        serialize_bytes(value: &[u8]);
        serialize_none();
        serialize_unit();
        serialize_unit_struct(name: &'static str);
        serialize_unit_variant(name: &'static str, index: u32, variant: &'static str);
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Outcome {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(self, _: &'static str, value: &T) -> Outcome {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Outcome {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, NotFinite> {
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, NotFinite> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, NotFinite> {
        Ok(self)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, NotFinite> {
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, NotFinite> {
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, NotFinite> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, NotFinite> {
        Ok(self)
    }
}

macro_rules! look_inside {
    ($($compound:ident { $($method:ident($($key:ident)?);)* })*) => {
        $(impl ser::$compound for Check {
            type Ok = ();
            type Error = NotFinite;

            $(fn $method<T: ?Sized + Serialize>(&mut self, $($key: &'static str,)? value: &T) -> Outcome {
                $(let _ = $key;)?
                value.serialize(Self)
            })*

            fn end(self) -> Outcome {
                Ok(())
            }
        })*
    };
}

look_inside! {
    SerializeSeq { serialize_element(); }
    SerializeTuple { serialize_element(); }
    SerializeTupleStruct { serialize_field(); }
    SerializeTupleVariant { serialize_field(); }
    SerializeStruct { serialize_field(key); }
    SerializeStructVariant { serialize_field(key); }
}

impl ser::SerializeMap for Check {
    type Ok = ();
    type Error = NotFinite;

    /// Whether a key can be a text is `serde_json`'s to say.
    fn serialize_key<T: ?Sized + Serialize>(&mut self, _: &T) -> Outcome {
        Ok(())
    }

    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Outcome {
        value.serialize(Self)
    }

    fn end(self) -> Outcome {
        Ok(())
    }
}
