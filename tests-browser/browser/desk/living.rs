//! A run's page while the run goes on.

use stepflow::ApprovalDecision;

use super::Desk;
use crate::lab::with_browsers;

/// What the picture says of a step.
fn says(step: &str, state: &str) -> String {
    format!("return document.querySelector('#sf-live svg').textContent.includes('{step}: {state}')")
}

#[test]
fn the_picture_follows_the_run_and_the_page_stays() {
    with_browsers(async |lab| {
        let (desk, browser) = (Desk::new().await, lab.browser().await);
        desk.refund("order-7", 700).await;
        desk.show(&browser, "ana", "/run?id=order-7").await;
        browser.arrives("Run order-7").await;
        assert!(browser.measure::<bool>("window.stillTheSamePage = true; return true").await);
        browser.until("the step waits", &says("pay", "waits")).await;
        browser.picture("run-follows-waiting").await;
        browser.click("#initial-state summary").await;

        // Somebody else decides, and the bank takes its time.
        let decision = ApprovalDecision::approve().by("ben");
        desk.runner.runs().decide(&"order-7/pay/1/1".parse().unwrap(), decision).await.unwrap();
        browser.until("the step runs", &says("pay", "running")).await;
        browser
            .until(
                "the facts say so",
                "return document.querySelector('#run-status').innerText.includes('running')",
            )
            .await;
        browser.picture("run-running").await;

        desk.bank.add_permits(1);
        browser.until("the step is done", &says("pay", "done")).await;
        browser.until("so is the last", &says("write", "done")).await;
        let status = "return document.querySelector('#run-status').innerText.includes('succeeded')";
        browser.until("the facts say so", status).await;
        browser.picture("run-done").await;
        assert!(
            browser.measure::<bool>("return window.stillTheSamePage === true").await,
            "nothing was loaded anew"
        );
        let open = "return document.querySelector('#initial-state').open && document.activeElement.matches('#initial-state summary')";
        assert!(browser.measure::<bool>(open).await, "what was open is open, and the focus where it was");
        let said = "return document.querySelector('#sf-live-status').textContent";
        assert!(browser.measure::<String>(said).await.contains("succeeded"));
        assert_eq!(browser.complaints().await, [""; 0]);
    });
}

#[test]
fn two_people_see_the_same_change() {
    with_browsers(async |lab| {
        let desk = Desk::new().await;
        let (ana, ben) = (lab.browser().await, lab.browser().await);
        desk.refund("order-7", 700).await;
        desk.show(&ana, "ana", "/run?id=order-7").await;
        desk.show(&ben, "ben", "/inbox").await;
        ana.until("the step waits", &says("pay", "waits")).await;
        ben.arrives("Inbox").await;
        ben.click("button[value=deny]").await;
        ben.arrives("Run order-7").await;
        for browser in [&ana, &ben] {
            browser.until("the refund is denied", &says("regret", "done")).await;
        }
    });
}
