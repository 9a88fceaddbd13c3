//! Runs the examples as their users do, and reads what they print.

#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of a test fail as a test does")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use serde_json::Value;
use tempfile::{TempDir, tempdir};

/// The folder of the compiled examples.
///
/// Cargo compiles examples for `cargo test` as programs, as test harnesses or not at all, depending on
/// how it is called. So it is asked for the programs here; where they exist it has nothing to do.
static PROGRAMS: LazyLock<PathBuf> = LazyLock::new(|| {
    let here = std::env::current_exe().unwrap();
    let profile = here.ancestors().nth(2).and_then(Path::file_name).unwrap().to_str().unwrap();
    let profile = if profile == "debug" { "dev" } else { profile };
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--quiet", "--workspace", "--all-features", "--examples", "--profile", profile]);
    cargo.args(["--message-format", "json"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = cargo.stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "the examples do not compile");
    let messages = serde_json::Deserializer::from_slice(&output.stdout).into_iter::<Value>();
    let programs =
        messages.filter_map(|message| Some(PathBuf::from(message.unwrap()["executable"].as_str()?)));
    programs.last().unwrap().parent().unwrap().to_owned()
});

/// What a program printed, and how it ended.
struct Told {
    code: Option<i32>,
    out: String,
    err: String,
}

fn run(example: &str, arguments: &[&str]) -> Told {
    run_with_input(example, arguments, "")
}

fn run_with_input(example: &str, arguments: &[&str], input: &str) -> Told {
    let mut command = Command::new(PROGRAMS.join(example));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = command.spawn().unwrap();
    // A program that does not read its input closes it, and that is fine.
    process.stdin.take().unwrap().write_all(input.as_bytes()).ok();
    let output = process.wait_with_output().unwrap();
    Told {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs an example that must succeed, and looks for lines in what it prints, in this order.
#[track_caller]
fn check(example: &str, arguments: &[&str], lines: &[&str]) -> Told {
    let told = run(example, arguments);
    assert_eq!(told.code, Some(0), "{example}: {}", told.err);
    let mut rest = told.out.as_str();
    for line in lines {
        let Some(at) = rest.find(line) else { panic!("{example} does not print `{line}` here:\n{rest}") };
        rest = &rest[at + line.len()..];
    }
    told
}

#[test]
fn refund_workflow_reads_its_sample() {
    let paid = "Ana Lind            49.90  refunded  Dear Ana, 49.90 is on its way back to you.";
    let late = "check_policy: bought 61 days ago, and refunds end after 30";
    let told = check("refund_workflow", &[], &[paid, late, "\n8 done, 4 refused, 0 bad\n"]);
    assert_eq!(told.err, "");
}

#[test]
fn support_triage_reads_its_sample() {
    let lines = [
        "T-201  Nobody can log in",
        "score_urgency  succeeded  8",
        r#"choose_queue   succeeded  "Access, now (choose_queue of SupportTriage)""#,
        "detect_topic   failed     the ticket has no message",
        "score_urgency  skipped    not reached because workflow failed",
        "\n11 done, 1 refused, 0 bad\n",
    ];
    assert_eq!(check("support_triage", &[], &lines).err, "");
}

#[test]
fn content_review_shows_its_attempts() {
    let lines = [
        "attempt 1: the moderation service did not answer in time",
        "attempt 2: the moderation service did not answer in time",
        "attempt 3: allowed",
        "moderate succeeded after 3 attempts, in ",
        "published: true",
        "attempt 1: the text is not allowed",
        "publish skipped: not reached because workflow failed",
        "published: false",
    ];
    let told = check("content_review", &[], &lines);
    assert_eq!(told.out.matches("attempt 2").count(), 1, "a refusal is not tried again:\n{}", told.out);
}

#[test]
fn branching_refund_workflow_shows_its_routes() {
    let lines = [
        "decide returned Approve, which leads to pay",
        "ask_colleague  skipped: not reached because workflow ended",
        "decide returned Review, which leads to ask_colleague",
        "decide returned Duplicate, which leads to END",
        "Nothing is left to refund.",
    ];
    check("branching_refund_workflow", &[], &lines);
}

#[test]
fn approval_refund_workflow_asks_twice() {
    let lines = [
        "asked     Pay this refund? (pay)",
        "limit: 500",
        "answered  yes, by noor: the receipt is fine",
        "reply     Dear Ana, 120.00 is on its way back to you.",
        "answered  no, by noor: over the limit",
        "pay       failed, attempts: 0",
        "error     approval denied for step `pay` by noor: over the limit",
    ];
    check("approval_refund_workflow", &[], &lines);
}

#[test]
fn workflow_hooks_logs_events() {
    let lines = [
        "1  WorkflowStarted",
        "5  StepFinished      print_label  2.4 kg  succeeded, attempts: 2",
        "6  WorkflowFinished  ShipParcel   2.4 kg  succeeded",
        "counted 1 retry",
        "succeeded, \"PARCEL 2.4 kg\"",
    ];
    check("workflow_hooks", &[], &lines);
}

#[test]
fn workflow_composition_draws_the_tree() {
    let lines = [
        "OpenAccount succeeded\n├─ check_identity succeeded\n│  └─ CheckIdentity succeeded\n",
        "│        └─ SearchLists succeeded",
        "   └─ CheckCredit failed\n      ├─ ask_bureau failed: the bureau has no record",
        "verified: true, credit limit: 0.00",
    ];
    check("workflow_composition", &[], &lines);
}

#[test]
fn graph_export_draws_each_format() {
    let told = check("graph_export", &[], &["flowchart TD", "-->|Duplicate| end_0"]);
    assert_eq!(told.err, "This is Mermaid; give `dot` or `json` for the other formats.\n\n");
    assert_eq!(check("graph_export", &["mermaid"], &[]).out, told.out);
    check("graph_export", &["dot"], &["digraph workflow {", "shape=octagon", "style=dashed"]);
    let json: Value = serde_json::from_str(&check("graph_export", &["json"], &[]).out).unwrap();
    assert_eq!(json["nodes"][2]["requires_approval"], true);
    assert_eq!(run("graph_export", &["pdf"]).code, Some(2));
}

#[test]
fn hello_by_hand_takes_both_routes() {
    check(
        "hello_by_hand",
        &[],
        &["Hello, Ana, and welcome", "route short", "Hello, everybody\n", "route long"],
    );
}

const GOOD_REFUND: &str =
    r#"{"order_id": "B-1", "customer": "Ada", "paid": 5, "asked": 5, "days_since_purchase": 1}"#;

#[test]
fn a_bad_record_is_reported_with_its_line_and_the_rest_go_on() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("mine.jsonl");
    let no_customer = r#"{"order_id": "B-2"}"#;
    fs::write(&file, format!("{GOOD_REFUND}\n\n{no_customer}\nnonsense\r\n   \n{GOOD_REFUND}")).unwrap();

    let told = run("refund_workflow", &[file.to_str().unwrap()]);
    assert_eq!(told.code, Some(0));
    let complaints = "line 3, column 19: missing field `customer`\nline 4, column 2: expected ident\n";
    assert_eq!(told.err, complaints);
    assert_eq!(told.out.matches("Dear Ada").count(), 2);
    assert!(told.out.ends_with("\n2 done, 0 refused, 2 bad\n"), "{}", told.out);
}

#[test]
fn a_dash_is_standard_input() {
    let told = run_with_input("refund_workflow", &["-"], GOOD_REFUND);
    assert_eq!((told.code, told.err.as_str()), (Some(0), ""));
    assert!(told.out.ends_with("\n1 done, 0 refused, 0 bad\n"), "{}", told.out);

    let ticket = r#"{"id": "1", "business_plan": true, "subject": "s", "message": "An error!"}"#;
    let told = run_with_input("support_triage", &["-"], &format!("{ticket}\n[]\n"));
    assert_eq!(told.code, Some(0));
    assert!(told.out.contains("Defect, today"), "{}", told.out);
    assert!(told.err.starts_with("line 2, column "), "{}", told.err);
}

#[test]
fn async_agent_gets_by_without_one_of_its_tools() {
    let lines = [
        "find_order, attempt 2",
        "read_policy, attempt 3",
        "track_parcel, attempt 3",
        r#"find_order   visit 1, attempts 2: "order A-1041 left on Monday""#,
        "track_parcel visit 1, attempts 3: timed out after 20ms",
        r#"assume       visit 1, attempts 1: "the carrier is silent""#,
        r#"review       visit 1, attempts 1: "TooLong""#,
        r#"draft        visit 2, attempts 1: "Dear Ana, order A-1041 left on Monday, parcels take up to five days.""#,
        r#"review       visit 2, attempts 1: "Good""#,
    ];
    let told = check("async_agent", &[], &lines);
    assert!(!told.out.contains("attempt 4") && !told.out.contains("visit 3"), "{}", told.out);
}

#[test]
fn parallel_review_collects_and_fails_fast() {
    let lines = [
        "First round:\n  Ana begins\n  Bashir begins\n  Chiara begins\n  Bashir has read it\n  Dan begins\n",
        "Second round:\n  Ana begins\n  Bashir begins\n  Chiara begins\n  Bashir has read it\n\n",
        "the first round: Ana says 7, Bashir says no, Chiara says 9, Dan says 8.",
        "first_round succeeded:",
        "Bashir failed: the figures are missing",
        "Dan succeeded",
        "second_round failed:",
        "Ana cancelled: the run was cancelled",
        "Bashir failed: the figures are missing",
        "Chiara cancelled: the run was cancelled",
        "The run failed: child workflow `Review` failed",
    ];
    check("parallel_review", &[], &lines);
}

#[test]
fn progress_prints_lines_where_there_is_no_terminal() {
    let told = check("progress", &[], &[]);
    let lines = [
        "[1/5] download succeeded, retries: 1",
        "[2/5] compare succeeded, retries: 0",
        "[3/5] convert succeeded, retries: 0",
        "[4/5] store succeeded, retries: 0",
        "[5/5] report succeeded, retries: 0",
        "NightlyImport succeeded, skipped: 0",
        "[1/5] download succeeded, retries: 1",
        "[2/5] compare succeeded, retries: 0",
        "[5/5] report succeeded, retries: 0",
        "NightlyImport succeeded, skipped: 2",
    ];
    assert_eq!(told.out.lines().collect::<Vec<_>>(), lines);
}

#[test]
fn registration_wizard_is_rehearsed_where_there_is_no_terminal() {
    let lines = [
        "There is no terminal, so a rehearsed visitor answers.",
        "[..........] step 1 of 5\nYour account\nWho are you?\n",
        "  ! email: is not an address like `ada@example.org`\nname [Ada]: ",
        "Alone or together, Ada?\nplan (Free, Team): team",
        "  ! seats: ",
        "How often may we write to ada@example.org?\nletter (Weekly, Monthly, Never): :back",
        "seats [12]: 24",
        ":skip",
        "Ada <ada@example.org>, plan Team for Analytical Engines, 24 seats, letter Never.",
        "Registered: {",
        r#""seats": 24"#,
    ];
    let told = check("registration_wizard", &[], &lines);
    assert_eq!(told.err, "");
}

#[test]
fn registration_wizard_takes_its_answers_from_a_pipe() {
    let told = run_with_input("registration_wizard", &[], "Bo\nbo@example.org\nfree\nweekly\n\n");
    assert_eq!((told.code, told.err.as_str()), (Some(0), ""));
    assert!(told.out.contains("step 3 of 4") && told.out.contains(r#""letter": "Weekly""#), "{}", told.out);

    let told = run_with_input("registration_wizard", &[], "Bo\n:quit\n");
    assert_eq!(told.code, Some(0));
    assert!(told.out.ends_with("\nGoodbye. Nothing was kept.\n"), "{}", told.out);
}

#[test]
fn support_intake_is_rehearsed_without_an_address() {
    let lines = [
        "No address was given, so a rehearsed customer talks, and a script reads.",
        "What can we help you with?\n> Hello.",
        r#"  topic: "defect" (Extracted)"#,
        "Thank you. I still need: order, urgent.\n> It is order A-1042",
        "  urgent: true (Recovered)",
        "Who are you, and where can we reach you?",
        r#"  language: "en" (Default)"#,
        "Is this right?",
        "> Yes, that's right.",
        "Thank you, Grace. We look into order A-1042 today.",
    ];
    let told = check("support_intake", &[], &lines);
    assert_eq!(told.err, "");
}

#[test]
fn support_intake_says_why_a_text_was_not_read_and_goes_on() {
    // Nobody listens on the discard port of this machine.
    let told = run_with_input("support_intake", &["--url", "http://127.0.0.1:9/v1"], "Hello.\n\n");
    assert_eq!((told.code, told.err.as_str()), (Some(0), ""));
    assert!(
        told.out
            .contains("  ! the text was not read\n    because the service for extraction cannot be reached")
    );
    assert!(told.out.ends_with("\nGoodbye. Nothing was sent.\n"), "{}", told.out);
}

#[test]
fn saved_wizard_is_kept_between_two_calls() {
    let lines = [
        "$ saved_wizard \n[  0 %] Which tea? {}\n",
        "$ saved_wizard kind=green\n[ 50 %] How many cups? {}\n",
        "$ saved_wizard back\n[  0 %] Which tea? {\"kind\":\"green\"}\n",
        "$ saved_wizard submit\nYour order ",
        "$ saved_wizard submit\nYour order ",
        r#" is succeeded: {"kind":"black","cups":"2"}"#,
    ];
    let told = check("saved_wizard", &[], &lines);
    assert_eq!(told.err, "");
    let orders: Vec<_> = told.out.lines().filter(|line| line.starts_with("Your order ")).collect();
    assert!(orders.len() == 2 && orders[0] == orders[1], "it was ordered once: {orders:?}");

    let folder = tempdir().unwrap();
    let database = folder.path().join("tea.db");
    let call = |line: &str| run("saved_wizard", &["--database", database.to_str().unwrap(), line]).out;
    assert!(call("kind=green").contains("How many cups?"));
    // Nothing is missing, and nothing was submitted: the next start finds it where it was.
    assert!(call("submit").contains("How many cups?"));
    assert!(call("cups=1").contains("That is all."));
    assert!(call("submit").contains("is succeeded"));
}

#[test]
fn otel_export_prints_what_its_collector_received() {
    let told = check("otel_export", &[], &["has succeeded", "The collector received 9 spans:\n\n"]);
    let run_id = told.out.split(' ').nth(2).unwrap();
    // Without the durations, which come last, and without the child's run id.
    let tree = told.out.lines().skip(3).map(|line| match line.trim_start().starts_with('!') {
        true => line,
        false => line.rsplit_once("  ").unwrap().0,
    });
    let tree =
        tree.map(|line| if line.contains("FraudCheck") { line.rsplit_once('=').unwrap().0 } else { line });
    let lines = [
        &*format!("workflow name=Refund run_id={run_id}"),
        "    step name=assess visit=1",
        "        attempt n=1",
        "            workflow name=FraudCheck run_id",
        "                step name=score visit=1",
        "                    attempt n=1",
        "    step name=pay visit=1",
        "      ! waiting: level=DEBUG duration=20ms",
        "        attempt n=1",
        "          ! attempt failed: level=WARN error=the bank is busy",
        "        attempt n=2",
    ];
    assert_eq!(tree.collect::<Vec<_>>(), lines);
}

#[test]
fn a_file_that_cannot_be_read_is_an_error() {
    let folder = tempdir().unwrap();
    let missing = folder.path().join("missing.jsonl");
    for example in ["refund_workflow", "support_triage"] {
        let told = run(example, &[missing.to_str().unwrap()]);
        assert_eq!((told.code, told.out.as_str()), (Some(1), ""));
        assert!(
            told.err.starts_with("error: cannot read `") && told.err.contains("missing.jsonl"),
            "{}",
            told.err
        );
    }
}

/// A folder with the file of a refund that waits.
fn started() -> (TempDir, String) {
    let folder = tempdir().unwrap();
    let file = folder.path().join("refund.json").to_str().unwrap().to_owned();
    check("persistent_approval_workflow", &["start", &file], &["check_order runs", "paused"]);
    (folder, file)
}

#[test]
fn persistent_approval_workflow_plays_its_story() {
    let lines = ["start", "paused", "approve", "pay sends 120.00", "deny", "We are sorry", "approve"];
    let told = check("persistent_approval_workflow", &[], &lines);
    assert_eq!(told.err, "error: this refund was denied already (late)\n");
}

#[test]
fn a_waiting_refund_is_approved_in_another_process_and_once() {
    let (_folder, file) = started();
    let told = check("persistent_approval_workflow", &["approve", &file], &["pay sends", "on its way"]);
    assert!(!told.out.contains("check_order"), "a step that is done runs again:\n{}", told.out);

    let finished = fs::read(&file).unwrap();
    for again in [&["approve", file.as_str()][..], &["deny", &file, "no"]] {
        let told = run("persistent_approval_workflow", again);
        assert_eq!((told.code, told.out.as_str()), (Some(1), ""));
        assert_eq!(told.err, "error: this refund was approved already (no reason given)\n");
    }
    assert_eq!(fs::read(&file).unwrap(), finished);
}

#[test]
fn a_waiting_refund_is_denied_in_another_process() {
    for reason in [&[][..], &["no receipt"]] {
        let (_folder, file) = started();
        let arguments = [&["deny", file.as_str()], reason].concat();
        let told = check("persistent_approval_workflow", &arguments, &["succeeded. We are sorry"]);
        assert!(!told.out.contains("pay sends"), "{}", told.out);
        let result: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        let decision = &result["record"]["steps"][1]["approval_decision"];
        assert_eq!(decision["approved"], false);
        assert_eq!(decision["reason"].as_str(), reason.first().copied());
    }
}

#[test]
fn of_two_who_approve_at_once_one_does() {
    let (_folder, file) = started();
    let approve = || {
        let mut command = Command::new(PROGRAMS.join("persistent_approval_workflow"));
        command.args(["approve", &file]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let both = [approve(), approve()].map(|process| process.wait_with_output().unwrap());
    let paid = both.iter().filter(|output| String::from_utf8_lossy(&output.stdout).contains("pay sends"));
    assert_eq!(paid.count(), 1);
    assert_eq!(both.iter().filter(|output| output.status.success()).count(), 1);
}

#[test]
fn a_waiting_refund_is_not_overwritten() {
    let (_folder, file) = started();
    let waiting = fs::read(&file).unwrap();
    let told = run("persistent_approval_workflow", &["start", &file]);
    assert_eq!(told.code, Some(1));
    assert!(told.err.starts_with("error: another refund waits in `"), "{}", told.err);
    assert_eq!(fs::read(&file).unwrap(), waiting);
}

#[test]
fn a_damaged_checkpoint_is_refused_and_left_alone() {
    let (_folder, file) = started();
    let whole = fs::read_to_string(&file).unwrap();
    let another_status = whole.replacen(r#""status":"paused""#, r#""status":"succeeded""#, 1);
    let another_state = whole.replacen(r#""amount":120.0"#, r#""amount":"much""#, 1);
    for (damaged, complaint) in [
        (&whole[..whole.len() / 2], "error: this is no checkpoint of a workflow: EOF while parsing"),
        ("", "error: this is no checkpoint of a workflow: EOF while parsing"),
        (&another_status, "cannot be resumed: it is not paused, it has succeeded"),
        (&another_state, "error: the saved state no longer fits its type at `amount`"),
    ] {
        fs::write(&file, damaged).unwrap();
        let told = run("persistent_approval_workflow", &["approve", &file]);
        assert_eq!((told.code, told.out.as_str()), (Some(1), ""), "{}", told.err);
        assert!(told.err.contains(complaint), "{}", told.err);
        assert_eq!(fs::read_to_string(&file).unwrap(), damaged);
    }
}

#[test]
fn a_decision_about_nothing_is_an_error() {
    let folder = tempdir().unwrap();
    let missing = folder.path().join("missing.json");
    let told = run("persistent_approval_workflow", &["approve", missing.to_str().unwrap()]);
    assert_eq!(told.code, Some(1));
    assert!(told.err.starts_with("error: cannot take `"), "{}", told.err);
}

#[test]
fn wrong_usage_says_how_it_is_used() {
    for arguments in [&["approve"][..], &["start"], &["burn", "a"], &["deny", "a", "b", "c"]] {
        let told = run("persistent_approval_workflow", arguments);
        assert_eq!((told.code, told.out.as_str()), (Some(2), ""));
        assert!(told.err.starts_with("usage: persistent_approval_workflow "), "{}", told.err);
    }
}
