//! The functions, methods and types that conditions know.

/// Names and what they take: `names!` keeps the enum, its spelling and its signature on one line each.
macro_rules! names {
    ($(#[$doc:meta])* $kind:ident { $($variant:ident = $name:literal, $least:literal..=$most:literal $(, $named:ident)?;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $kind { $($variant),* }

        impl $kind {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant),*];

            pub(crate) fn of(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }

            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// How many arguments it takes, least and most, and which by name.
            pub(crate) fn takes(self) -> (usize, usize, Named) {
                match self { $(Self::$variant => ($least, $most, names!(@ $($named)?))),* }
            }
        }
    };
    (@) => { Named::None };
    (@ any) => { Named::Any };
    (@ default) => { Named::One("default") };
    (@ reverse) => { Named::One("reverse") };
    (@ start) => { Named::One("start") };
}

/// Which arguments may be given by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    None,
    One(&'static str),
    Any,
}

names! {
    /// A function that can be called by its name.
    Function {
        Abs = "abs", 1..=1;
        All = "all", 1..=1;
        Any = "any", 1..=1;
        Bank = "bank", 1..=1;
        Bool = "bool", 0..=1;
        Dict = "dict", 0..=1, any;
        Enumerate = "enumerate", 1..=2, start;
        Float = "float", 0..=1;
        Has = "has", 1..=1;
        Int = "int", 0..=1;
        Len = "len", 1..=1;
        List = "list", 0..=1;
        Lower = "lower", 1..=1;
        Max = "max", 1..=0xffff, default;
        Min = "min", 1..=0xffff, default;
        Range = "range", 1..=3;
        Round = "round", 1..=2;
        Set = "set", 0..=1;
        Skipped = "skipped", 1..=1;
        Sorted = "sorted", 1..=1, reverse;
        Str = "str", 0..=1;
        Tuple = "tuple", 0..=1;
        Upper = "upper", 1..=1;
        Zip = "zip", 0..=0xffff;
    }
}

names! {
    /// A method; on which values it works is seen when it is called.
    Method {
        All = "all", 0..=0;
        Capitalize = "capitalize", 0..=0;
        Copy = "copy", 0..=0;
        Count = "count", 0..=1;
        EndsWith = "endswith", 1..=1;
        Find = "find", 0..=1, any;
        Get = "get", 1..=2;
        Index = "index", 1..=1;
        IsAlnum = "isalnum", 0..=0;
        IsAlpha = "isalpha", 0..=0;
        IsDigit = "isdigit", 0..=0;
        IsLower = "islower", 0..=0;
        IsSpace = "isspace", 0..=0;
        IsUpper = "isupper", 0..=0;
        Items = "items", 0..=0;
        Join = "join", 1..=1;
        Keys = "keys", 0..=0;
        Lower = "lower", 0..=0;
        LStrip = "lstrip", 0..=1;
        Replace = "replace", 2..=2;
        RStrip = "rstrip", 0..=1;
        Split = "split", 0..=1;
        StartsWith = "startswith", 1..=1;
        Strip = "strip", 0..=1;
        Title = "title", 0..=0;
        Upper = "upper", 0..=0;
        Values = "values", 0..=0;
    }
}

/// A type that `isinstance` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    Bool,
    Dict,
    Float,
    Int,
    List,
    Set,
    Str,
    Tuple,
}

impl Type {
    pub(crate) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "bool" => Self::Bool,
            "dict" => Self::Dict,
            "float" => Self::Float,
            "int" => Self::Int,
            "list" => Self::List,
            "set" => Self::Set,
            "str" => Self::Str,
            "tuple" => Self::Tuple,
            _ => return None,
        })
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Dict => "dict",
            Self::Float => "float",
            Self::Int => "int",
            Self::List => "list",
            Self::Set => "set",
            Self::Str => "str",
            Self::Tuple => "tuple",
        }
    }
}

/// Stands for any number of arguments.
const ANY_NUMBER: usize = 0xffff;

/// What a function or method takes, in words.
pub(crate) fn takes((least, most, named): (usize, usize, Named)) -> String {
    let count = match (least, most) {
        (0, 0) => "no argument".to_owned(),
        (1, 1) => "one argument".to_owned(),
        (0, 1) => "at most one argument".to_owned(),
        (least, ANY_NUMBER..) => format!("at least {least}"),
        (least, most) if least == most => format!("{least} arguments"),
        (least, most) => format!("{least} to {most} arguments"),
    };
    match named {
        Named::None => count,
        Named::One(name) => format!("{count}, and `{name}=`"),
        Named::Any => format!("{count}, and any by name"),
    }
}
