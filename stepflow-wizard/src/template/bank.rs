//! Collected records, as templates read them.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::value::{Kwargs, Object, ObjectRepr, Rest, Serde, from_args};
use minijinja::{Error, ErrorKind, State, Value};

/// `bank(name)`: the records under a name; none under an unknown one.
pub(super) fn function(banks: &[(&str, &[serde_json::Value])]) -> Value {
    let banks: BTreeMap<String, Arc<Bank>> = banks
        .iter()
        .map(|(name, records)| {
            (
                (*name).to_owned(),
                Arc::new(Bank(records.iter().map(|record| Value::from(Serde(record))).collect())),
            )
        })
        .collect();
    Value::from_function(move |name: &str| {
        let bank = banks.get(name).cloned().unwrap_or_else(|| Arc::new(Bank(Vec::new())));
        Value::from_dyn_object(bank)
    })
}

#[derive(Debug)]
struct Bank(Vec<Value>);

impl Object for Bank {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn call_method(
        self: &Arc<Self>,
        _state: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        match method {
            "count" => from_args::<()>(args).map(|()| Value::from(self.0.len())),
            "all" => from_args::<()>(args).map(|()| self.0.iter().cloned().collect()),
            "find" => {
                let (_, wanted): (Rest<Value>, Kwargs) = from_args(args)?;
                let mut fields = Vec::new();
                for field in wanted.args() {
                    fields.push((field, wanted.get::<Value>(field)?));
                }
                let fits = |record: &&Value| {
                    fields
                        .iter()
                        .all(|(field, value)| record.get_attr(field).is_ok_and(|held| held == *value))
                };
                Ok(self.0.iter().filter(fits).cloned().collect())
            }
            _ => Err(Error::from(ErrorKind::UnknownMethod)),
        }
    }
}
