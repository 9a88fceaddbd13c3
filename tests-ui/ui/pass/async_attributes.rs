//! Attributes of others on async steps.

use stepflow::workflow;

struct Agent {
    state: u32,
}

#[workflow(state = u32)]
impl Agent {
    #[step(timeout = "1m")]
    #[tracing::instrument(skip(self), ret)]
    async fn fetch(&mut self) -> Result<u32, String> {
        self.read().await;
        Ok(self.state)
    }

    #[tracing::instrument(skip_all)]
    #[step]
    #[deprecated = "still called by the workflow"]
    async fn store(&self, ctx: &mut stepflow::RunContext<'_>) -> u32 {
        ctx.attempt()
    }

    #[tracing::instrument(skip(self))]
    async fn read(&mut self) {
        tokio::task::yield_now().await;
        self.state += 1;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let result = tokio::spawn(Agent { state: 0 }.run()).await.unwrap();
    assert_eq!(result.into_state(), 1);
}
