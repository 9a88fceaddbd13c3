//! Times `cargo check` of a `#[workflow]` block over the same block without the macro.
//!
//! Small crates are written next to the build's other output: for 1, 10 and 100 steps, one with the
//! macro and one without. Their dependencies are built first; then each crate is touched and checked, in
//! turns, and the medians are compared. Both crates of a pair depend on the same things. Nothing is
//! fetched.
//!
//! `cargo bench -p stepflow-benches --bench macro_cost [-- --check --rounds N]`; with `--check` it
//! fails when the target is missed, which is for people and never for CI.

use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

const STEPS: [usize; 3] = [1, 10, 100];
const ROUNDS: usize = 9;
/// The most that 100 steps may cost over the plain block.
const TARGET: Duration = Duration::from_secs(1);

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    // `cargo test --benches` starts benchmarks too, without this argument. This one takes too long for
    // a look.
    if !arguments.iter().any(|argument| argument == "--bench") {
        println!("to be run by `cargo bench`");
        return Ok(ExitCode::SUCCESS);
    }
    let check = arguments.iter().any(|argument| argument == "--check");
    let asked = arguments.iter().skip_while(|argument| *argument != "--rounds").nth(1);
    let rounds = asked.and_then(|rounds| rounds.parse().ok()).unwrap_or(ROUNDS).max(1);

    let workspace = Workspace::write()?;
    let mut held = true;
    println!("median of {rounds} rounds; seconds of `cargo check` of one crate after a change\n");
    for (title, incremental) in [("from scratch (CARGO_INCREMENTAL=0)", "0"), ("incremental", "1")] {
        println!("{title:<36} {:>7} {:>9} {:>11}", "plain", "workflow", "difference");
        for steps in STEPS {
            let [plain, workflow] = workspace.compare(steps, incremental, rounds)?;
            let [plain, workflow] = [plain.as_secs_f64(), workflow.as_secs_f64()];
            let cost = workflow - plain;
            held &= cost <= TARGET.as_secs_f64();
            let noun = if steps == 1 { "step" } else { "steps" };
            println!("  {:<34} {plain:>7.3} {workflow:>9.3} {cost:>11.3}", format!("{steps} {noun}"));
        }
        println!();
    }
    println!("target: a difference of at most {} s for 100 steps", TARGET.as_secs());
    if check && !held {
        println!("the target was missed");
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// The workspace of the written crates.
struct Workspace {
    folder: PathBuf,
}

impl Workspace {
    fn write() -> Result<Self, Box<dyn Error>> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("macro-cost");
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("the workspace has a root")?;
        let members: Vec<String> = STEPS.iter().flat_map(|steps| [plain(*steps), workflow(*steps)]).collect();
        fs::create_dir_all(&folder)?;
        fs::write(
            folder.join("Cargo.toml"),
            format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n"),
        )?;
        // The same versions as everywhere else, so that nothing has to be fetched.
        fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        for steps in STEPS {
            write_crate(&folder, &plain(steps), root, &source(steps, false))?;
            write_crate(&folder, &workflow(steps), root, &source(steps, true))?;
        }
        Ok(Self { folder })
    }

    /// The medians of the plain block and of the workflow.
    fn compare(
        &self,
        steps: usize,
        incremental: &str,
        rounds: usize,
    ) -> Result<[Duration; 2], Box<dyn Error>> {
        let crates = [plain(steps), workflow(steps)];
        let mut times = [Vec::new(), Vec::new()];
        // Round 0 builds the dependencies, and is not counted.
        for round in 0..=rounds {
            for (name, times) in crates.iter().zip(&mut times) {
                let took = self.check(name, incremental)?;
                if round > 0 {
                    times.push(took);
                }
            }
        }
        Ok(times.map(|mut times| {
            times.sort();
            times[times.len() / 2]
        }))
    }

    #[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock itself")]
    fn check(&self, name: &str, incremental: &str) -> Result<Duration, Box<dyn Error>> {
        // Written anew: the change that makes the check necessary.
        let file = self.folder.join(name).join("src/lib.rs");
        let source = fs::read(&file)?;
        fs::write(&file, source)?;
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args(["check", "--offline", "--quiet", "--package", name])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .env("CARGO_INCREMENTAL", incremental);
        let start = Instant::now();
        let output = cargo.output()?;
        let took = start.elapsed();
        if output.status.success() {
            Ok(took)
        } else {
            Err(format!("`{name}` does not compile: {}", String::from_utf8_lossy(&output.stderr)).into())
        }
    }
}

fn plain(steps: usize) -> String {
    format!("plain-{steps}")
}

fn workflow(steps: usize) -> String {
    format!("workflow-{steps}")
}

fn write_crate(folder: &Path, name: &str, root: &Path, source: &str) -> Result<(), Box<dyn Error>> {
    let folder = folder.join(name);
    fs::create_dir_all(folder.join("src"))?;
    let stepflow = root.join("stepflow");
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         serde = {{ version = \"1\", features = [\"derive\"] }}\nstepflow = {{ path = {stepflow:?} }}\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::write(folder.join("src/lib.rs"), source)?;
    Ok(())
}

/// The block: mostly steps without an output; two in ten can fail and are retried, one in ten returns a
/// text, one in ten is routed. What is not the macro's is in both.
fn source(steps: usize, macros: bool) -> String {
    let mut text = String::from("//! Written by a benchmark.\n\n");
    if macros {
        text.push_str("use stepflow::workflow;\n\n");
    }
    text.push_str(
        "#[derive(Debug, serde::Serialize)]\npub enum Verdict { Ahead, Onward }\n\n\
         pub struct Measured { pub state: u64 }\n\n",
    );
    if macros {
        text.push_str("#[workflow(state = u64)]\n");
    }
    text.push_str("impl Measured {\n");
    for step in 0..steps {
        let (attribute, returns, body) = match step % 10 {
            2 | 7 => ("#[step(retry = 2)]".to_owned(), " -> Result<(), String>", "\n        Ok(())"),
            4 => ("#[step]".to_owned(), " -> String", "\n        self.state.to_string()"),
            6 if step + 2 < steps => (
                format!(
                    "#[step(routes = {{ Verdict::Ahead => step_{}, Verdict::Onward => step_{} }})]",
                    step + 1,
                    step + 2
                ),
                " -> Verdict",
                "\n        if self.state > 7 { Verdict::Ahead } else { Verdict::Onward }",
            ),
            _ => ("#[step]".to_owned(), "", ""),
        };
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "    /// Step number {step}.");
        if macros {
            let _ = writeln!(text, "    {attribute}");
        }
        let _ = writeln!(text, "    pub fn step_{step}(&mut self){returns} {{");
        let _ = writeln!(text, "        self.state += {step};{body}\n    }}\n");
    }
    text.push_str("}\n");
    text
}
