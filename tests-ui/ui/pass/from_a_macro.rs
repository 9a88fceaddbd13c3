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

macro_rules! agent {
    ($name:ident, $state:ty, $limit:expr, $output:ty, $(#[$attribute:meta])* $first:ident => $second:ident) => {
        struct $name {
            state: $state,
        }

        #[workflow(state = $state, max_visits = $limit, retry(budget = "1m"))]
        impl $name {
            $(#[$attribute])*
            #[step(timeout = "1m", on_failure = $second)]
            async fn $first(&mut self) -> $output {
                std::future::ready(()).await;
                self.state += 1;
                Ok(self.state)
            }

            #[step(routes = { 1 => $first, key = "other", _ => END })]
            fn $second(&mut self) -> $state {
                self.state
            }
        }
    };
}

agent!(Agent, u32, 2, Result<u32, String>, #[allow(dead_code)] ask => judge);

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

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(Agent { state: 0 }.run().await.state, 2);
    let result = stepflow::Run::new(Counter { state: 0 }).on_approval(|_| true).run();
    assert_eq!(result.workflow_name(), "counter");
    assert_eq!(*result.output(Counter::TWO).unwrap(), 2);
    assert!(Whole { state: 0 }.run().is_succeeded());
}
