//! What happens to a refund.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use stepflow::{RunContext, workflow};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Refund {
    pub(crate) order: String,
    customer: String,
    iban: String,
    cents: u64,
    letter: Option<String>,
}

impl Refund {
    pub(crate) fn sample() -> Vec<Self> {
        let refund = |order: &str, customer: &str, cents| Self {
            order: order.to_owned(),
            customer: customer.to_owned(),
            iban: "DE02 1203 0000 0000 2020 51".to_owned(),
            cents,
            letter: None,
        };
        vec![
            refund("order-1001", "Ana", 2_900),
            refund("order-1002", "Ben", 18_500),
            refund("order-1003", "Zoë", 49_900),
            refund("order-1004", "Dan", 1_200),
        ]
    }

    fn amount(&self) -> String {
        format!("{}.{:02}", self.cents / 100, self.cents % 100)
    }
}

#[derive(Debug, Serialize)]
enum Size {
    Large,
    Small,
}

pub(crate) struct Refunding {
    pub(crate) state: Refund,
}

#[workflow(state = Refund, retry(times = 3, delay = "1s", backoff = exponential))]
impl Refunding {
    /// Looks at how much it is.
    #[step(routes = { Size::Small => pay, Size::Large => approve })]
    fn check(&mut self) -> Size {
        if self.state.cents <= 10_000 { Size::Small } else { Size::Large }
    }

    /// Above a hundred somebody decides.
    #[step(approval(message = "Pay back more than 100?", metadata = { team: "billing" }, on_deny = refuse))]
    fn approve(&mut self) {}

    /// The bank is slow, and busy at the first call.
    #[step(next = confirm)]
    async fn pay(&mut self, ctx: &mut RunContext<'_>) -> Result<String, &'static str> {
        ctx.sleep(Duration::from_millis(300)).await;
        if ctx.attempt() == 1 { Err("the bank is busy") } else { Ok(ctx.idempotency_key()) }
    }

    #[step(next = END)]
    fn confirm(&mut self) {
        let amount = self.state.amount();
        self.state.letter = Some(format!("Dear {}, {amount} are on their way to you.", self.state.customer));
    }

    #[step]
    fn refuse(&mut self) {
        self.state.letter = Some(format!("Dear {}, we cannot do that.", self.state.customer));
    }
}
