//! `#[cfg]` on steps and routes reaches every fragment.

use serde::Serialize;
use stepflow::workflow;

#[derive(Serialize)]
enum Verdict {
    Approve,
    #[cfg(any())]
    Hold,
    Deny,
}

struct Refund {
    state: Vec<&'static str>,
}

#[workflow(state = Vec<&'static str>)]
#[cfg(all())]
impl Refund {
    #[cfg(any())]
    #[step]
    fn first(&mut self) -> Missing {
        missing!()
    }

    #[step(routes = { Verdict::Approve => pay, #[cfg(any())] Verdict::Hold => hold, Verdict::Deny => deny })]
    fn decide(&mut self) -> Verdict {
        self.state.push("decide");
        if self.state.len() > 5 { Verdict::Deny } else { Verdict::Approve }
    }

    #[cfg(any())]
    #[step(next = pay)]
    fn hold(&mut self) {}

    #[cfg(all())]
    #[cfg(not(any()))]
    #[step(approval(on_deny = deny), next = close)]
    fn pay(&mut self) {
        self.state.push("pay");
    }

    #[step]
    fn deny(&mut self) {
        self.state.push("deny");
    }

    #[cfg(any())]
    #[step]
    fn close(&mut self) -> Missing {}

    #[cfg(all())]
    #[step]
    fn close(&mut self) {
        self.state.push("close");
    }

    #[cfg(any())]
    fn helper(&self) -> Missing {}
}

#[cfg(any())]
#[workflow(state = Missing)]
impl Missing {
    #[step]
    fn nothing(&mut self) {}
}

struct Below {
    state: u8,
}

#[workflow(state = u8)]
#[cfg(any())]
impl Below {
    #[step]
    fn nothing(&mut self) -> Missing {}
}

fn main() {
    let result = stepflow::Run::new(Refund { state: Vec::new() }).on_approval(|_| true).run();
    assert_eq!(result.state, ["decide", "pay", "close"]);
    let names: Vec<_> = result.steps().iter().map(|step| step.name().to_owned()).collect();
    assert_eq!(names, ["decide", "pay", "deny", "close"]);
    let _ = Below { state: 0 }.state;
}
