//! What happens to a request.

use serde::{Deserialize, Serialize};
use stepflow::{RunContext, workflow};

use crate::bank::{Bank, BankError};
use crate::request::Request;

/// What is known of a refund: all that a run needs to go on after a crash.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Refund {
    order: String,
    customer: String,
    cents: u64,
    receipt: Option<u64>,
    answer: Option<String>,
}

impl From<Request> for Refund {
    fn from(Request { order, customer, cents }: Request) -> Self {
        Self { order, customer, cents, receipt: None, answer: None }
    }
}

#[derive(Debug, Serialize)]
enum Size {
    Large,
    Small,
}

pub(crate) struct Refunding {
    pub(crate) state: Refund,
    pub(crate) bank: Bank,
}

#[workflow(state = Refund, retry(times = 4, delay = "50ms", backoff = exponential))]
impl Refunding {
    /// Looks at how much it is.
    #[step(routes = { Size::Small => pay, Size::Large => approve })]
    fn check(&mut self) -> Size {
        if self.state.cents <= 10_000 { Size::Small } else { Size::Large }
    }

    /// Above a hundred somebody decides.
    #[step(approval(message = "Pay back more than 100?", on_deny = refuse))]
    fn approve(&mut self) {}

    /// The bank may be busy, and the program may be killed while it pays. The key is the same at every
    /// attempt, so that it pays once.
    #[step(next = confirm)]
    async fn pay(&mut self, ctx: &mut RunContext<'_>) -> Result<u64, BankError> {
        let receipt = self.bank.pay(&ctx.idempotency_key(), &self.state.customer, self.state.cents).await?;
        self.state.receipt = Some(receipt);
        Ok(receipt)
    }

    #[step(next = END)]
    fn confirm(&mut self) {
        let Refund { order, customer, cents, .. } = &self.state;
        let amount = format!("{}.{:02}", cents / 100, cents % 100);
        self.state.answer = Some(format!("Dear {customer}, {amount} for {order} is on its way back to you."));
    }

    #[step]
    fn refuse(&mut self) {
        self.state.answer =
            Some(format!("Dear {}, we cannot refund {}.", self.state.customer, self.state.order));
    }
}
