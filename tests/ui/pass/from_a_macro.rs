//! A `macro_rules!` may write the block.

use stepflow::workflow;

macro_rules! counter {
    ($name:ident, $state:ty, $times:expr, $text:literal, $yes:pat, $(#[$attribute:meta])* $first:ident => $second:ident) => {
        struct $name {
            state: $state,
        }

        #[workflow(state = $state, name = $text, retry = $times)]
        impl $name {
            $(#[$attribute])*
            #[step(routes = { key = "yes", $yes => $second, key = "no", _ => END }, description = $text)]
            fn $first(&mut self) -> Result<$state, String> {
                self.state += 1;
                Ok(self.state)
            }

            $(#[$attribute])*
            #[step(approval(message = $text, metadata = { text: $text, times: $times }))]
            fn $second(&mut self) -> $state {
                self.state += 1;
                self.state
            }
        }
    };
}

counter!(Counter, u32, 2, "counter", 1 | 2, #[allow(dead_code)] one => two);

macro_rules! whole {
    ($block:item) => {
        $block
    };
}

struct Whole {
    state: u8,
}

whole! {
    #[workflow(state = u8)]
    impl Whole {
        #[step]
        fn only(&mut self) {}
    }
}

fn main() {
    let result = stepflow::Run::new(Counter { state: 0 }).on_approval(|_| true).run();
    assert_eq!(result.workflow_name(), "counter");
    assert_eq!(*result.output(Counter::TWO).unwrap(), 2);
    assert!(Whole { state: 0 }.run().is_succeeded());
}
