//! What W-13 asks of a page: that it fits a small screen, can be hit with a thumb, and shows where the focus is.

use super::{Browser, Key};

impl Browser {
    /// Nothing has to be scrolled sideways, and nothing is cut off.
    pub(crate) async fn fits(&self, page: &str) {
        let [page_width, screen]: [u32; 2] =
            self.measure("return [document.documentElement.scrollWidth, innerWidth]").await;
        assert!(page_width <= screen, "{page} is {page_width} wide on a screen of {screen}");
        let cut: Vec<String> = self
        .measure(
            "return [...document.querySelectorAll('main *')].filter(at => \
                 !at.matches('.sf-hidden, input, select, textarea') && getComputedStyle(at).overflow === 'hidden' && \
                 (at.scrollWidth > at.clientWidth + 1 || at.scrollHeight > at.clientHeight + 1)).map(at => at.outerHTML)",
        )
        .await;
        assert_eq!(cut, [""; 0], "{page}");
    }

    /// What can be pressed is large enough, and links in a line of text are left out as the rule does.
    pub(crate) async fn can_be_hit(&self, page: &str) {
        let small: Vec<String> = self
        .measure(
            "const inline = at => at.localName === 'a' && at.closest('p, li, dd'); \
             return [...document.querySelectorAll('button, a[href], select, textarea, input:not([type=hidden])')] \
                 .filter(at => !inline(at) && !at.matches('.sf-skip-link')) \
                 .map(at => [at, at.getBoundingClientRect()]) \
                 .filter(([at, box]) => box.width < 24 || box.height < 24) \
                 .map(([at, box]) => at.outerHTML.slice(0, 120) + ' ' + box.width + ' x ' + box.height)",
        )
        .await;
        assert_eq!(small, [""; 0], "{page}");
    }

    /// Stops of Tab that are covered by something, or do not look different.
    pub(crate) async fn shows_the_focus(&self, page: &str) {
        let stops: usize = self
        .measure(
            "return document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea').length",
        )
        .await;
        for _ in 0..stops {
            self.keys(Key::Tab).await;
            let hidden: Option<String> = self
            .measure(
                "const at = document.activeElement; \
                 if (!at || at === document.body) return null; \
                 const style = getComputedStyle(at); const box = at.getBoundingClientRect(); \
                 const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2; \
                 const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2); \
                 const free = top && (at.contains(top) || top.contains(at) || (at.labels && [...at.labels].includes(top))); \
                 return seen && free ? null : at.outerHTML.slice(0, 160)",
            )
            .await;
            assert_eq!(hidden, None, "{page}");
        }
    }
}
