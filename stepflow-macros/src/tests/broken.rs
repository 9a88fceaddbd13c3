//! Unfinished and wrong input: it never panics, and the user's block survives.

use super::expand;
use crate::dialect::{Dialect, Wizard, Workflow};
use crate::expand as expansion;
use proc_macro2::{Group, TokenStream, TokenTree};

const BLOCK: &str = r#"
    impl<T: Clone> Refund<T> where T: Send {
        const LIMIT: [u8; { 1 + 1 }] = { [0; { 1 + 1 }] };

        /// Looks the order up.
        #[step(name = "check", description = "Looks.", effect = once, retry(times = 3, delay = "5s", on = Error::Busy))]
        #[tracing::instrument(skip(self))]
        fn check_order(&mut self) -> Result<Verdict, Error> { self.state. }

        #[step(routes = { #[cfg(a)] Verdict::Deny(_) => deny, key = "other", _ => pay }, retry = 2)]
        fn decide(&mut self, ctx: &mut RunContext<'_>) -> Verdict { let x = ; }

        #[step(timeout = "1s", after = LATER, on_failure = check_order, retry(budget = "1m", timeouts = true))]
        async fn fetch(&self) -> Result<u8, Error> { self.tool.await. }

        #[step(approval(message = "Pay?", metadata = { a: [1, -2.5], b: { c: null } }, on_deny = deny), next = END)]
        fn pay(&self) { if }

        log! { anything }
        helpers!(here);

        #[step]
        fn deny(&mut self) {}

        fn helper(&self) -> Foo<{ 1 }> { todo!() }
    }
"#;

const ARGS: &str = r#"
    state = State<T, Vec<T>>, name = "refund", version = 3, max_visits = 4,
    retry(times = TIMES, delay = "1h 30m", backoff = exponential, factor = 2.0, max_delay = MAX, jitter = true,
          when = Error::is_busy),
    crate = ::stepflow
"#;

const WIZARD: &str = r#"
    /// Signs up.
    impl<T: Clone> Registration<T> where T: Send {
        /// Who are you?
        #[step(name = "who", title = "You", prompt = "Who?", help = "No.", suggestions = ["a", "b"], sensitive = ["c"])]
        fn account(&mut self, answer: Account<T>) -> Result<(), Error> { self.state. }

        #[step(can_skip, skip_default = Plan::Free { a: 1 }, otherwise = stay, routes = { #[cfg(a)] Plan::Free => stay, key = "o", _ => END })]
        fn plan(&mut self, _plan: Plan) -> Plan { let x = ; }

        #[cfg(feature = "stay")]
        #[step(subflow(wizard = Stay<T>, with = |state| Stay { state }, data = { a: b, "c": d }, results = { e: f }))]
        fn stay(&mut self, Bed { f }: Bed) { if }

        #[step(when = T::pays, on_enter = enter, on_leave = leave, auto_advance = false, can_go_back = false)]
        fn end(&self) {}

        fn helper(&self) -> Foo<{ 1 }> { todo!() }
    }
"#;

const WIZARD_ARGS: &str = r#"state = State<T, Vec<T>>, name = "r", version = 3, description = "Signs up.", loops, crate = ::stepflow_wizard"#;

const METHODS: [&str; 6] = ["check_order", "decide", "fetch", "pay", "deny", "helper"];

fn tokens(source: &str) -> TokenStream {
    source.parse().expect("the source is made of tokens")
}

/// The stream cut off behind each of its tokens, inside of groups too.
fn cut(tokens: &TokenStream) -> Vec<TokenStream> {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut cuts = vec![TokenStream::new()];
    for (index, tree) in trees.iter().enumerate() {
        let before = || trees[..index].iter().cloned();
        if let TokenTree::Group(group) = tree {
            for inner in cut(&group.stream()) {
                let group = TokenTree::Group(Group::new(group.delimiter(), inner));
                cuts.push(before().chain([group]).collect());
            }
        } else {
            cuts.push(before().chain([tree.clone()]).collect());
        }
    }
    cuts
}

/// The stream without each of its tokens, one at a time.
fn gaps(tokens: &TokenStream) -> Vec<TokenStream> {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut gaps = Vec::new();
    for (index, tree) in trees.iter().enumerate() {
        let around = |middle: Vec<TokenTree>| {
            let (before, after) = (&trees[..index], &trees[index + 1..]);
            before.iter().cloned().chain(middle).chain(after.iter().cloned()).collect()
        };
        gaps.push(around(Vec::new()));
        if let TokenTree::Group(group) = tree {
            gaps.extend(
                self::gaps(&group.stream())
                    .into_iter()
                    .map(|inner| around(vec![TokenTree::Group(Group::new(group.delimiter(), inner))])),
            );
        }
    }
    gaps
}

fn keeps_the_block<D: Dialect>(args: &str, block: &str, methods: &[&str]) {
    let (args, block) = (tokens(args), tokens(block));
    for args in cut(&args).into_iter().chain(gaps(&args)) {
        let expansion = expansion::block::<D>(args.clone(), &block).to_string();
        for method in methods {
            assert!(expansion.contains(&format!("fn {method}")), "`{method}` is lost with {args}");
        }
        assert!(!expansion.contains("# [step"), "a `#[step]` is left with {args}");
    }
}

fn does_not_panic<D: Dialect>(args: &str, block: &str) {
    let (args, block) = (tokens(args), tokens(block));
    for block in cut(&block).into_iter().chain(gaps(&block)) {
        expansion::block::<D>(args.clone(), &block);
        expansion::step_outside_block::<D>(&block);
    }
}

#[test]
fn half_typed_arguments_keep_the_block() {
    keeps_the_block::<Workflow>(ARGS, BLOCK, &METHODS);
    keeps_the_block::<Wizard>(WIZARD_ARGS, WIZARD, &["account", "plan", "stay", "end", "helper"]);
}

#[test]
fn half_typed_blocks_do_not_panic() {
    does_not_panic::<Workflow>(ARGS, BLOCK);
    does_not_panic::<Wizard>(WIZARD_ARGS, WIZARD);
}

#[test]
fn wrong_blocks_come_out_whole() {
    let expansion = expand(
        "#[workflow(nmae = 3)]
        impl Refund {
            #[step(next = nowhere)] fn one(self) -> impl Sized { first. }
            #[step(routes = {})] unsafe fn two(&mut self) {}
            #[step] #[step] async fn three<T>(&mut self, a: u8) -> &str { third( ) }
            fn helper(&self) { fourth! {} }
        }",
    )
    .to_string();
    for part in ["first .", "unsafe fn two", "third ()", "fn helper (& self) { fourth ! { } }"] {
        assert!(expansion.contains(part), "`{part}` is lost: {expansion}");
    }
    assert!(!expansion.contains("# [step"), "{expansion}");
}

#[test]
fn every_mistake_is_reported() {
    let expansion = expand(
        "#[workflow(state = State)]
        impl Refund {
            #[step(next = nowhere)] fn one(&mut self) {}
            #[step] fn two(self) {}
            #[step(retry = -1)] fn three(&mut self) {}
        }",
    )
    .to_string();
    assert_eq!(expansion.matches("compile_error !").count(), 3, "{expansion}");
}

#[test]
fn other_items_come_out_whole() {
    for item in ["struct Refund { state: u8 }", "fn refund() {}", "trait Refund { fn x(&self); }", "impl", ""]
    {
        let item = tokens(item);
        let expansion = expansion::block::<Workflow>(TokenStream::new(), &item).to_string();
        assert!(expansion.starts_with(&item.to_string()), "{expansion}");
        assert!(expansion.contains("compile_error"), "{expansion}");
    }
}
