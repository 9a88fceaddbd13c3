//! Wizards in odd places and of odd shapes: generic, within a function, written by a macro, with raw names.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use stepflow_wizard::{Env, Timestamp, advance, wizard};

type Checked<T> = Result<T, String>;

trait Tariff: Default + Serialize + DeserializeOwned + JsonSchema + Clone + 'static {
    fn is_cheap(&self) -> bool;
}

#[derive(Default, Clone, Serialize, Deserialize, JsonSchema)]
struct Flat {
    price: u32,
}

impl Tariff for Flat {
    fn is_cheap(&self) -> bool {
        self.price < 10
    }
}

struct Booking<T, const N: usize> {
    state: Option<T>,
    names: [&'static str; N],
}

#[wizard(state = Option<T>)]
impl<T, const N: usize> Booking<T, N>
where
    T: Tariff,
{
    #[step(routes = { true => END, false => why })]
    fn tariff(&mut self, tariff: T) -> Result<bool, String> {
        let cheap = tariff.is_cheap();
        self.state = Some(tariff);
        Ok(cheap)
    }

    #[step(fallible)]
    fn why(&mut self, why: String) -> Checked<()> {
        if self.names.contains(&why.as_str()) { Err("no names".to_owned()) } else { Ok(()) }
    }
}

macro_rules! form {
    ($name:ident, $state:ty, $title:literal, $answer:ty, $default:expr, $yes:pat, $first:ident => $second:ident) => {
        struct $name {
            state: $state,
        }

        #[wizard(state = $state, name = $title)]
        impl $name {
            #[step(title = $title, can_skip, skip_default = $default, suggestions = [$title],
                   routes = { key = "yes", $yes => $second, key = "no", _ => END })]
            fn $first(&mut self, answer: $answer) -> $answer {
                self.state = answer;
                answer
            }

            #[step]
            fn $second(&mut self, _: $answer) {}
        }
    };
}

form!(Form, u32, "form", u32, 7, 1 | 2, one => two);

struct Raw {
    state: u8,
}

#[wizard(state = u8)]
impl Raw {
    /// What is it?
    #[step(next = r#match)]
    #[allow(clippy::needless_pass_by_value)]
    pub(crate) fn r#type(&mut self, r#in: u8) {
        self.state = r#in;
    }

    #[step]
    fn r#match(&self) {}

    /// Ours is not generated.
    fn graph() -> u8 {
        5
    }
}

fn main() {
    struct Inner {
        state: (),
    }

    #[wizard(state = ())]
    impl Inner {
        #[step]
        fn only(&mut self) {}
    }

    let env = Env::at(Timestamp::UNIX_EPOCH);
    assert!(Inner::definition(|state| Inner { state }).is_ok());
    assert_eq!((Raw::graph(), Raw::TYPE.field(), Raw::TYPE.name()), (5, "in", "type"));
    assert!(Raw::definition(|state| Raw { state }).is_ok());
    assert_eq!(Form::definition(|state| Form { state }).unwrap().name(), "form");

    let booking = Booking::<Flat, 1>::definition(|state| Booking { state, names: ["Ada"] }).unwrap();
    let begun = booking.begin(&env).unwrap().state;
    let answer = Booking::<Flat, 1>::TARIFF.submit(&Flat { price: 5 }).unwrap();
    assert!(advance(&booking, begun, answer, &env).unwrap().state.is_completed());
}
