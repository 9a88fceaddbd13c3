//! Texts that mean harm stay texts, wherever they are shown.

use super::world::{World, id};

const HARM: &str = "</pre></textarea><script>alert(1)</script><img src=x onerror=alert(2)>\"'&\u{202e}";

#[tokio::test]
async fn hostile_texts_are_shown_and_never_obeyed() {
    let world = World::new().await;
    // In a state, an output, an error, an id, a reason, a name.
    world.refund_with("order-7", 7, HARM).await;
    world.refund_with("order-0", 0, HARM).await;
    let id_of_harm = "<script>alert(3)</script>";
    world.refund(id_of_harm, 9).await;
    let ana = world.somebody("<b>ana</b>", "approver, operator");
    let page = ana.get("/desk/inbox/question?id=order-7").await;
    let form = page.form("main form").set("reason", HARM).press("decision", "deny");
    ana.submit(&form).await.location();
    world.runner.run(id("order-7")).wait_until_over().await.unwrap();
    let lost = ana.submit(&form).await;
    let mut pages = vec![lost];
    for path in [
        "inbox",
        "runs",
        "run?id=order-7",
        "run?id=order-7&visit=1",
        "run?id=order-0",
        "run?id=%3Cscript%3Ealert(3)%3C%2Fscript%3E",
        "run/cancel?id=%3Cscript%3Ealert(3)%3C%2Fscript%3E",
        "run/fork?id=order-0",
        "runs?workflow=%22%3E%3Cscript%3E",
        "runs?since=%3Cscript%3E",
        "inbox?workflow=%22%3E%3Cscript%3E",
    ] {
        pages.push(ana.get(&format!("/desk/{path}")).await);
    }
    for page in pages {
        assert!(!page.has("script:not([src]), img, b, i, [onerror]"), "{}", page.path());
        assert!(!page.body.contains("<script>alert"), "{}", page.path());
        assert!(!page.body.contains('\u{202e}'), "{}: what turns writing round is spelled out", page.path());
        assert!(page.body.contains("</html>"), "{}", page.path());
    }
    let shown = ana.get("/desk/run?id=order-7").await;
    let timeline = shown.text(".sf-timeline");
    assert!(timeline.contains("<script>alert(1)</script>") && timeline.contains("<b>ana</b>"), "{timeline}");
    assert!(ana.get("/desk/run?id=order-0").await.text(".sf-facts").contains("onerror=alert(2)"));
}
