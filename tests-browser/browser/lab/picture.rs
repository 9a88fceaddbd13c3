//! Pictures of pages.

use std::path::{Path, PathBuf};
use std::{env, fs};

use super::Browser;

impl Browser {
    /// Leaves a picture of the page in `target/screenshots`, as long as the page is.
    pub(crate) async fn picture(&self, name: &str) {
        let png = self.png().await;
        let folder = target().join("screenshots");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{name}.png")), png).unwrap();
    }

    /// The same, which is also kept for the guides where `UPDATE_PICTURES` is set in the environment.
    pub(crate) async fn picture_for_the_guide(&self, name: &str) {
        self.picture(name).await;
        if env::var_os("UPDATE_PICTURES").is_some() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guide/images");
            fs::create_dir_all(&folder).unwrap();
            fs::copy(target().join(format!("screenshots/{name}.png")), folder.join(format!("{name}.png")))
                .unwrap();
        }
    }

    async fn png(&self) -> Vec<u8> {
        let [width, height]: [u32; 2] = self
            .measure("return [document.documentElement.clientWidth, document.documentElement.scrollHeight]")
            .await;
        let before: [u32; 2] = self.measure("return [innerWidth, innerHeight]").await;
        self.screen(width, height.clamp(200, 3000)).await;
        let png = self.tab.screenshot_as_png().await.unwrap();
        self.screen(before[0], before[1]).await;
        png
    }
}

/// The folder of everything that is built.
pub(super) fn target() -> PathBuf {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    temporary.parent().unwrap_or(temporary).to_path_buf()
}
