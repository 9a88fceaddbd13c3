//! Pictures of pages.

use std::path::{Path, PathBuf};
use std::{env, fs};

use super::Browser;

/// Pictures that the guides show. `UPDATE_PICTURES=1` in the environment takes them anew.
const IN_GUIDES: [&str; 2] = ["registration-errors-light", "run-running"];

impl Browser {
    /// Leaves a picture of the page in `target/screenshots`, as long as the page is.
    pub(crate) async fn picture(&self, name: &str) {
        let png = self.png().await;
        let folder = target().join("screenshots");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{name}.png")), &png).unwrap();
        if IN_GUIDES.contains(&name) && env::var_os("UPDATE_PICTURES").is_some() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guide/images");
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(format!("{name}.png")), &png).unwrap();
        }
    }

    async fn png(&self) -> Vec<u8> {
        let [width, height]: [u32; 2] = self.measure("return [innerWidth, innerHeight]").await;
        let page = "return Math.ceil(document.body.getBoundingClientRect().bottom + scrollY)";
        let page: u32 = self.measure(page).await;
        self.screen(width, page.clamp(100, 4000)).await;
        let png = self.tab.screenshot_as_png().await.unwrap();
        self.screen(width, height).await;
        png
    }
}

/// The folder of everything that is built.
pub(super) fn target() -> PathBuf {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    temporary.parent().unwrap_or(temporary).to_path_buf()
}
