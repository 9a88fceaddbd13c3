//! Every pattern that names a case can be a route.

use serde::Serialize;
use stepflow::workflow;

#[derive(Clone, Serialize)]
enum Case {
    Unit,
    Tuple(u8, String),
    Struct { name: String },
    Nested(Option<Inner>),
}

#[derive(Clone, Serialize)]
enum Inner {
    Left,
    Right,
}

use Inner::Right;

struct Sorter {
    state: Case,
}

const SEVEN: i64 = 7;

#[workflow(state = Case)]
impl Sorter {
    const NINE: i64 = 9;

    #[step(routes = {
        Case::Unit => numbers,
        key = "tuple of nothing", Case::Tuple(0, _) => numbers,
        Case::Tuple(..) => numbers,
        Case::Struct { name: _, .. } => numbers,
        key = "left", Case::Nested(Some(Inner::Left)) => numbers,
        key = "right", Case::Nested(Some(Right)) => numbers,
        Case::Nested(None) => numbers
    })]
    fn cases(&mut self) -> Case {
        self.state.clone()
    }

    #[step(routes = { -1 => truth, 2 => truth, key = "few", 3..=5 => truth, key = "either", 6 | 8 => truth,
        crate::SEVEN => truth, Self::NINE => truth, key = "other", _ => truth, })]
    fn numbers(&mut self) -> i64 {
        -1
    }

    #[step(routes = { true => maybe, false => END })]
    fn truth(&mut self) -> bool {
        true
    }

    #[step(routes = { None => pair, Some(_) => END })]
    fn maybe(&mut self) -> Option<u8> {
        None
    }

    #[step(routes = { key = "both", (true, true) => texts, key = "not both", (_, _) => END })]
    fn pair(&mut self) -> (bool, bool) {
        (true, true)
    }

    #[step(routes = { "b" => last, key = "many words", "a" | "the" => END })]
    fn texts(&mut self) -> Result<std::borrow::Cow<'static, str>, String> {
        Ok("the".into())
    }

    #[step]
    fn last(&mut self) {}
}

fn main() {
    let result = Sorter { state: Case::Nested(Some(Inner::Right)) }.run();
    let keys: Vec<_> = result.route_trace().iter().map(|route| route.route_key().to_owned()).collect();
    assert_eq!(keys, ["right", "-1", "true", "None", "both", "many words"]);
    for state in [Case::Unit, Case::Tuple(1, String::new()), Case::Struct { name: String::new() }] {
        assert!(Sorter { state }.run().is_succeeded());
    }
    assert!(Sorter { state: Case::Nested(Some(Inner::Left)) }.run().is_succeeded());
}
