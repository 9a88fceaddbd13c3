//! What the tests stand on: browsers, servers, and what is measured on a page.

mod axe;
mod browser;
mod driver;
mod npm;
mod page;
mod picture;
mod programs;
mod screen;
mod site;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

pub(crate) use self::browser::Browser;
use self::browser::Scripts;
pub(crate) use self::page::Key;
pub(crate) use self::site::Site;

use self::driver::Driver;
use self::programs::Programs;

/// How long a test may take, on a machine that is busy with others.
const PATIENCE: Duration = Duration::from_secs(90);

/// Runs a test that needs browsers; where the machine has none, says so and passes.
#[track_caller]
pub(crate) fn with_browsers(test: impl AsyncFnOnce(&Lab)) {
    let programs = match Programs::find() {
        Ok(programs) => programs,
        Err(missing) => return stepflow_tests::skip("no browser can be driven", missing),
    };
    let lab = Lab { driver: Driver::start(&programs.chromedriver), programs, open: Rc::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let over = runtime.block_on(async { tokio::time::timeout(PATIENCE, test(&lab)).await });
    over.expect("the test ends in time");
}

/// Browsers for one test. They end with it, however it ends.
pub(crate) struct Lab {
    // The first to go: it ends the browsers, whose folders are then removed.
    driver: Driver,
    programs: Programs,
    open: Rc<RefCell<Vec<tempfile::TempDir>>>,
}

impl Lab {
    /// A new browser, as after its installation: no cookies, nothing cached.
    pub(crate) async fn browser(&self) -> Browser {
        self.open(Scripts::On).await
    }

    /// The same for somebody who has switched JavaScript off.
    pub(crate) async fn browser_without_scripts(&self) -> Browser {
        self.open(Scripts::Off).await
    }

    async fn open(&self, scripts: Scripts) -> Browser {
        let profile = tempfile::tempdir().unwrap();
        let browser =
            Browser::open(&self.driver.url(), &self.programs.chromium, profile.path(), scripts).await;
        self.open.borrow_mut().push(profile);
        browser
    }
}
