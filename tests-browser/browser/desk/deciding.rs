//! People answer in the inbox.

use stepflow_store::RunStatus;

use super::Desk;
use crate::lab::{Browser, Key, with_browsers};

async fn approve_and_deny(desk: &Desk, browser: &Browser) {
    desk.refund("order-7", 700).await;
    desk.refund("order-8", 800).await;
    desk.show(browser, "ana", "/inbox").await;
    browser.arrives("Inbox").await;
    let text = browser.text("main").await;
    assert!(text.contains("order-7") && text.contains("order-8") && text.contains("billing"), "{text}");

    browser.fill_in("article:has(a[href*='order-7']) textarea", "a regular").await;
    browser.click("article:has(a[href*='order-7']) button[value=approve]").await;
    browser.arrives("Run order-7").await;
    desk.bank.add_permits(1);
    let outcome = desk.runner.run("order-7".parse().unwrap()).wait_until_over().await.unwrap();
    assert_eq!(outcome.status(), RunStatus::Succeeded);
    browser.reload().await;
    let timeline = browser.text(".sf-timeline").await;
    assert!(timeline.contains("ana approved") && timeline.contains("a regular"), "{timeline}");

    desk.show(browser, "ana", "/inbox").await;
    browser.click("article:has(a[href*='order-8']) button[value=deny]").await;
    browser.arrives("Run order-8").await;
    desk.runner.run("order-8".parse().unwrap()).wait_until_over().await.unwrap();
    browser.reload().await;
    let timeline = browser.text(".sf-timeline").await;
    assert!(timeline.contains("denied by ana") && timeline.contains("regret: succeeded"), "{timeline}");
    desk.show(browser, "ana", "/inbox").await;
    assert!(browser.text("main").await.contains("Nobody waits for an answer."));
}

#[test]
fn approving_and_denying() {
    with_browsers(async |lab| {
        let (desk, browser) = (Desk::new().await, lab.browser().await);
        approve_and_deny(&desk, &browser).await;
        assert_eq!(browser.complaints().await, [""; 0]);
    });
}

#[test]
fn approving_and_denying_without_scripts() {
    with_browsers(async |lab| {
        let (desk, browser) = (Desk::new().await, lab.browser_without_scripts().await);
        approve_and_deny(&desk, &browser).await;
    });
}

#[test]
fn approving_by_keyboard() {
    with_browsers(async |lab| {
        let (desk, browser) = (Desk::new().await, lab.browser().await);
        desk.refund("order-7", 700).await;
        desk.show(&browser, "ana", "/inbox").await;
        browser.tab_to("Reason (optional)").await;
        browser.keys("a regular").await;
        // A text of several lines: this is a line of it, and no decision.
        browser.keys(Key::Enter).await;
        assert_eq!(browser.heading().await, "Inbox");
        browser.tab_to("Approve order-7").await;
        browser.keys(Key::Enter).await;
        browser.arrives("Run order-7").await;
        assert!(browser.text(".sf-timeline").await.contains("ana approved"));
    });
}

#[test]
fn of_two_browsers_one_decides_and_the_other_is_told() {
    with_browsers(async |lab| {
        let desk = Desk::new().await;
        let (ana, ben) = (lab.browser().await, lab.browser().await);
        desk.refund("order-7", 700).await;
        desk.show(&ana, "ana", "/inbox").await;
        desk.show(&ben, "ben", "/inbox").await;
        ana.arrives("Inbox").await;
        ben.arrives("Inbox").await;
        tokio::join!(ana.click("button[value=approve]"), ben.click("button[value=deny]"));
        let arrived = "return document.querySelector('h1').innerText !== 'Inbox'";
        ana.until("ana's answer", arrived).await;
        ben.until("ben's answer", arrived).await;

        let (of_ana, of_ben) = (ana.heading().await, ben.heading().await);
        let (loser, told) =
            if of_ana == "Run order-7" { (&ben, "ana has approved") } else { (&ana, "ben has denied") };
        let told_one = [of_ana.as_str(), of_ben.as_str()];
        assert!(
            told_one.contains(&"Run order-7") && told_one.contains(&"Somebody else was quicker"),
            "{told_one:?}"
        );
        let text = loser.text("main").await;
        assert!(text.to_lowercase().contains(told), "{text}");
        loser.picture("inbox-too-late").await;
        loser.follow("See the run").await;
        loser.arrives("Run order-7").await;
        let run = desk.runner.runs().get(&"order-7".parse().unwrap()).await.unwrap();
        assert_eq!(run.log.iter().filter(|entry| entry.kind == "decided").count(), 1);
    });
}
