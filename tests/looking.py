"""A browser, and what it finds wrong with a page: parts that stick out, letters that are too faint, pictures without a text."""

import contextlib
import os

import pytest

from tools.chromium import chromium

# Elements that reach beyond the page to the right, unless a box around them that does not scrolls.
_STICKING_OUT = """these => {
  const held = element => {
    for (let box = element.parentElement; box && box !== document.body; box = box.parentElement)
      if (['auto', 'scroll'].includes(getComputedStyle(box).overflowX)) return box.getBoundingClientRect().right <= innerWidth + 1;
    return false;
  };
  return [...document.querySelectorAll(these)]
    .filter(element => element.getClientRects().length && element.getBoundingClientRect().right > innerWidth + 1 && !held(element))
    .map(element => `${element.tagName} ${element.className}: ${element.textContent.trim().slice(0, 60)}`);
}"""

# Text of elements whose contrast with the first opaque ground behind it is less than 4.5 (WCAG 2.1, 1.4.3).
_FAINT = """these => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = colour => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([r, g, b]) => {
    const linear = [r, g, b].map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const ground = element => {
    for (let box = element; box; box = box.parentElement) {
      const colour = rgba(getComputedStyle(box).backgroundColor);
      if (colour[3] > 250) return colour;
    }
    return [255, 255, 255, 255];
  };
  const found = new Set();
  for (const element of document.querySelectorAll(these)) {
    const own = [...element.childNodes].filter(node => node.nodeType === Node.TEXT_NODE);
    const words = own.map(node => node.textContent).join('').trim();
    if (!words || !element.getClientRects().length) continue;
    const [dark, light] = [rgba(getComputedStyle(element).color), ground(element)].map(luminance).sort((a, b) => a - b);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < 4.5) found.add(`${contrast.toFixed(1)} ${element.tagName} ${element.className}: ${words.slice(0, 60)}`);
  }
  return [...found];
}"""

_WITHOUT_TEXT = "() => [...document.images].filter(image => !image.alt.trim()).map(image => image.outerHTML.slice(0, 80))"


def sticking_out(page, these: str = "body *") -> list[str]:
    """Those of the elements that a CSS selector finds that reach beyond the page, or are cut off there."""
    return page.evaluate(_STICKING_OUT, these)


def faint(page, these: str = "body, body *") -> list[str]:
    """Those of the elements that a CSS selector finds whose own text has a contrast below 4.5, each with its contrast."""
    return page.evaluate(_FAINT, these)


def without_text(page) -> list[str]:
    """The pictures without alternative text."""
    return page.evaluate(_WITHOUT_TEXT)


@contextlib.contextmanager
def chromium_open():
    """The system's Chromium, without a window. Its event loop runs in this thread, so close it before anything is graded."""
    from playwright.sync_api import sync_playwright

    if chromium() is None and not os.environ.get("CI"):
        pytest.skip("needs Chromium: on Debian, apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()
