"""A lecture as a page: without the cell that installs, with named folds, and with pictures and sounds in files of their own."""

import base64
import hashlib
import io
import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from PIL import Image

from tools.address import address as repository
from tools.book.downloads import OF_A_LECTURE
from tools.lite.notebooks import NOTEBOOKS
from tools.lite.notebooks import address as in_the_browser

_TITLE = re.compile(r"# @title (.+)\n")
_IMAGE = re.compile(r'<img src="data:image/png;base64,([^"]+)"([^>]*?) width="(\d+)"([^>]*)>')
_CLAIMED = ("✓", "✗", "▤")  # how claims, and the conditions of stored results, begin
_SOUND = re.compile(r'src="data:audio/wav;base64,([^"]+)"')
_WIDE = 700  # CSS pixels; the letters of a wider picture are too small when a telephone shows all of it
_CAPTION = re.compile(r"(?<=>)[^<>]*\$[^<>]*(?=</(?:figcaption|div)>)")


def lecture_page(notebook: NotebookNode, figures: Path, address: str) -> NotebookNode:
    """An executed lecture, ready for MyST-NB.

    Parameters
    ----------
    notebook
        With its outputs; it is left as it is.
    figures
        The folder for its pictures and sounds, which are named after their contents. Pictures that are there already are not written again.
    address
        Where the page finds that folder.
    """
    cells = []
    for cell in nbformat.from_dict(notebook).cells:
        if cell.cell_type == "code":
            if "google.colab" in cell.source:
                continue
            cell = _folded(cell)
            cell.outputs = [_without_data(output, figures, address) for output in cell.outputs]
            if "".join(output.get("text", "") for output in cell.outputs).startswith(_CLAIMED):
                cell.metadata["tags"] = [*cell.metadata.get("tags", ()), "claims"]
        cells.append(cell)
    metadata = {key: notebook.metadata[key] for key in ("kernelspec", "language_info") if key in notebook.metadata}
    return nbformat.from_dict({**notebook, "cells": cells, "metadata": metadata})


def ways_to_run(notebook: str) -> NotebookNode:
    """A cell with links that open a lecture where it runs: in the browser, if it does, and on Colab.

    Parameters
    ----------
    notebook
        Its file, such as ``lectures/05_gru.ipynb``.
    """
    colab = repository().replace("https://github.com/", "https://colab.research.google.com/github/")
    links = [f'<a href="{colab}/blob/main/{notebook}">Open in Colab</a>']
    said = "Keras does not run in the browser, so this lecture needs Colab or your own computer."
    if notebook in NOTEBOOKS:
        links.insert(0, f'<a href="../{in_the_browser(notebook)}">Run in the browser</a>')
        said = "In the browser, cells that need Keras are left out."
    return new_markdown_cell(f'<div class="ways"><p>{" ".join(links)}{OF_A_LECTURE}</p></div>\n\n<p class="aside">{said}</p>')


def _folded(cell: NotebookNode) -> NotebookNode:
    """Plumbing is folded, under its own title."""
    title = _TITLE.match(cell.source)
    if title:
        cell.source = cell.source[title.end() :]
        cell.metadata["mystnb"] = {"code_prompt_show": title[1], "code_prompt_hide": title[1]}
    return cell


def _without_data(output: NotebookNode, figures: Path, address: str) -> NotebookNode:
    page = output.get("data", {}).get("text/html")
    if not page:
        return output

    def replace(image: re.Match[str]) -> str:
        png, width = base64.b64decode(image[1]), int(image[3])
        picture = Image.open(io.BytesIO(png))
        file = figures / f"{hashlib.sha256(png).hexdigest()[:20]}.webp"
        if not file.exists():
            picture.save(file, lossless=True, method=2)
        height = round(width * picture.height / picture.width)
        shown = f'<img src="{address}/{file.name}"{image[2]} width="{width}" height="{height}" loading="lazy"{image[4]}>'
        return f'<div class="wide">{shown}</div>' if width > _WIDE else shown

    def replace_sound(sound: re.Match[str]) -> str:
        wave = base64.b64decode(sound[1])
        file = figures / f"{hashlib.sha256(wave).hexdigest()[:20]}.wav"
        file.write_bytes(wave)
        return f'src="{address}/{file.name}"'

    page = _SOUND.sub(replace_sound, _IMAGE.sub(replace, page))
    output.data = {"text/html": _CAPTION.sub(_with_mathematics, page)}
    return output


def _with_mathematics(caption: re.Match[str]) -> str:
    """TeX between dollars as Sphinx marks it for MathJax, which leaves all else alone."""
    return re.sub(r"\$([^$]+)\$", r'<span class="math notranslate nohighlight">\\(\1\\)</span>', caption[0])
