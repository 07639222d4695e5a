"""The lectures on paper: ``python -m tools.book.printed`` prints the pages of the book with Chromium, into site/build/html/pdf."""

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from pypdf import PdfWriter

from tools.book.downloads import link_downloads
from tools.chromium import chromium
from tools.npm import SITE

# Answers are unfolded, for paper cannot be; pictures are loaded, though no one scrolls to them.
_READY = """async () => {
  document.documentElement.dataset.theme = 'light';
  document.querySelectorAll('details:not(.hide)').forEach(answer => { answer.open = true });
  document.querySelectorAll('img').forEach(image => { image.loading = 'eager' });
  await window.MathJax?.startup?.promise;
  await Promise.all([...document.images].map(image => image.decode().catch(() => {})));
}"""


def printed(page: Page) -> bytes:
    """The page of the book that is open, as a PDF of sheets in A4."""
    page.evaluate(_READY)
    margin = dict.fromkeys(("top", "right", "bottom", "left"), "15mm")
    return page.pdf(format="A4", print_background=True, tagged=True, outline=True, margin=margin)


def main() -> int:
    html = SITE / "build" / "html"
    pages = sorted((html / "lectures").glob("*.html"))
    if not pages:
        sys.exit("There is no book yet: run make site first.")
    if chromium() is None:
        sys.exit("Chromium prints the lectures. Install it (on Debian, apt install chromium), then run this again.")
    into = html / "pdf"
    into.mkdir(exist_ok=True)
    with sync_playwright() as playwright, PdfWriter() as all_of_them:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        for path in pages:
            page = browser.new_page()
            page.goto(path.as_uri())
            file = into / f"{path.stem}.pdf"
            file.write_bytes(printed(page))
            all_of_them.append(file, outline_item=page.title().partition(" — ")[0])
            page.close()
        browser.close()
        all_of_them.write(into / "unroll.pdf")
    link_downloads(html)
    print(f"{into.relative_to(Path.cwd())}/unroll.pdf")
    return 0


if __name__ == "__main__":
    sys.exit(main())
