//! What is wrong with a condition's source.

use std::fmt;

use super::Span;

/// Everything that is wrong with a condition, in the order of the source; at least one error.
///
/// ```
/// use stepflow_wizard::condition::Condition;
///
/// let errors = Condition::parse("data.got('age') > 17 && grown_up").unwrap_err();
/// assert_eq!(errors.len(), 3);
/// assert_eq!(errors.iter().next().map(|error| error.column()), Some(6));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionErrors(Vec<ConditionError>);

impl ConditionErrors {
    pub(crate) fn new(mut errors: Vec<ConditionError>) -> Self {
        errors.sort_by_key(|error| error.span.start);
        Self(errors)
    }

    /// The errors, in the order of the source.
    pub fn iter(&self) -> std::slice::Iter<'_, ConditionError> {
        self.0.iter()
    }

    /// How many there are; never none.
    #[expect(clippy::len_without_is_empty, reason = "there is always at least one")]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl fmt::Display for ConditionErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConditionErrors {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.first().map(|error| error as &(dyn std::error::Error + 'static))
    }
}

impl IntoIterator for ConditionErrors {
    type Item = ConditionError;
    type IntoIter = std::vec::IntoIter<ConditionError>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a ConditionErrors {
    type Item = &'a ConditionError;
    type IntoIter = std::slice::Iter<'a, ConditionError>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// One thing that is wrong with a condition.
///
/// ```
/// use stepflow_wizard::condition::Condition;
///
/// let errors = Condition::parse("data.get('age') = 18").unwrap_err();
/// let error = errors.iter().next().ok_or("no error")?;
/// assert_eq!((error.line(), error.column()), (1, 17));
/// assert_eq!(error.hint(), Some("`==` compares"));
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionError {
    pub(crate) kind: ConditionErrorKind,
    pub(crate) span: Span,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) hint: Option<String>,
}

impl ConditionError {
    /// What is wrong.
    pub fn kind(&self) -> &ConditionErrorKind {
        &self.kind
    }

    /// Where it is, in bytes of the source.
    pub fn span(&self) -> Span {
        self.span
    }

    /// The line, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column, from 1, in letters.
    pub fn column(&self) -> usize {
        self.column
    }

    /// What would be right.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for ConditionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            1 => write!(f, "column {}: {}", self.column, self.kind)?,
            line => write!(f, "line {line}, column {}: {}", self.column, self.kind)?,
        }
        match &self.hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ConditionError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.kind)
    }
}

/// What can be wrong with a condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConditionErrorKind {
    /// There is nothing but white space.
    #[error("the condition is empty")]
    Empty,
    /// The source is longer than 8 KiB.
    #[error("the condition has {length} bytes, more than the {allowed} allowed")]
    TooLong {
        /// How long it is, in bytes.
        length: usize,
        /// How long it may be, in bytes.
        allowed: usize,
    },
    /// It is nested deeper than 64 levels.
    #[error("the condition is nested deeper than {allowed} levels")]
    TooDeep {
        /// How many levels there may be.
        allowed: usize,
    },
    /// It goes on in another line.
    #[error("a condition stands on one line")]
    SecondLine,
    /// A sign that means nothing here.
    #[error("`{found}` means nothing in a condition")]
    Sign {
        /// The sign.
        found: String,
    },
    /// Text without a closing quote.
    #[error("this text has no closing quote")]
    OpenText,
    /// Text with an escape that is none.
    #[error("`{escape}` is no escape")]
    Escape {
        /// The escape.
        escape: String,
    },
    /// Digits that are no number, or one too large.
    #[error("`{digits}` is no number that a condition can hold")]
    Number {
        /// What stands there.
        digits: String,
    },
    /// A bracket that nothing closes, or something else than what has to stand here.
    #[error("expected {expected}, found {found}")]
    Expected {
        /// What has to stand here.
        expected: String,
        /// What does.
        found: String,
    },
    /// A name that conditions do not know.
    #[error("`{name}` is no name that conditions know")]
    Name {
        /// The name.
        name: String,
    },
    /// A function without its call.
    #[error("`{name}` is a function and has to be called")]
    Uncalled {
        /// The function.
        name: String,
    },
    /// A call of something that is no function.
    #[error("only functions and methods that are named can be called")]
    NotCallable,
    /// A method that conditions do not know.
    #[error("`.{name}()` is no method that conditions know")]
    Method {
        /// The method.
        name: String,
    },
    /// A part of a value that is no method.
    #[error("`.{name}` is no method and has to be read as a key")]
    Attribute {
        /// The part.
        name: String,
    },
    /// The inside of Python, which is not to be had.
    #[error("`{name}` belongs to the inside of Python, which conditions do not have")]
    Hidden {
        /// The name.
        name: String,
    },
    /// A method that would change the data.
    #[error("`.{name}()` changes something, and conditions only read")]
    Changes {
        /// The method.
        name: String,
    },
    /// Something of Python that is no part of the language: a statement, a `lambda`, an assignment.
    #[error("conditions have no {what}")]
    NotInLanguage {
        /// What it is.
        what: String,
    },
    /// Too few or too many arguments, or one with a name that it does not take.
    #[error("`{name}` takes {takes}")]
    Arguments {
        /// The function or method.
        name: String,
        /// What it takes.
        takes: String,
    },
}
