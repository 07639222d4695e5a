"""Sphinx's settings for the book. ``python -m tools.book`` gathers its pages and calls Sphinx."""

from typing import Any

from sphinx.application import Sphinx
from unroll import __version__

from tools.book.links import REPOSITORY

project = "Unroll"
author = "the authors of Unroll"
copyright = "the authors of Unroll; lessons under CC BY 4.0, code under the MIT licence"
language = "en"

version = __version__

extensions = [
    "myst_nb",
    "sphinx.ext.mathjax",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "tools.book.epub",
    "tools.book.mathematics",
]

nb_execution_mode = "off"  # the lectures come executed
nb_merge_streams = True
myst_enable_extensions = ["dollarmath"]
myst_dmath_allow_labels = False
myst_heading_anchors = 4
myst_heading_slug_func = "tools.book.links.slug"

default_role = "code"  # `rtol` in a docstring
autodoc_mock_imports = ["keras"]  # takes long to import, and no docstring needs it
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_maximum_signature_line_length = 80

html_math_renderer = "mathjax"
mathjax_path = "mathjax/tex-chtml.js"
mathjax4_config = {
    "loader": {"paths": {"fonts": "[mathjax]/fonts"}},
    "output": {"displayOverflow": "linebreak", "linebreaks": {"inline": True}},
    # MathML for screen readers, instead of a speech engine of 5 MB.
    "options": {"menuOptions": {"settings": {"enrich": False, "speech": False, "braille": False, "assistiveMml": True}}},
}

html_theme = "sphinx_book_theme"
html_title = "Unroll"
html_static_path = ["static", "pictures", "mathjax"]
html_css_files = ["book.css"]
html_favicon = "static/favicon.svg"
html_context = {"default_mode": "auto"}
html_show_sourcelink = False
html_copy_source = False
html_domain_indices = False
html_theme_options = {
    "repository_url": REPOSITORY,
    "repository_branch": "main",
    "use_repository_button": True,
    "use_download_button": False,
    "use_fullscreen_button": False,
    "launch_buttons": {"colab_url": "https://colab.research.google.com"},
    "show_toc_level": 2,
    "navbar_persistent": [],
}

epub_basename = "unroll"
epub_identifier = epub_uid = "unroll-course"
epub_description = "Sequence models, from one step of a recurrent network in NumPy to translation with attention."
epub_publisher = author
epub_show_urls = "no"


def setup(app: Sphinx) -> None:
    app.connect("html-page-context", _name_folds)


def _name_folds(app: Sphinx, page: str, template: str, context: dict[str, Any], document: object) -> None:
    """A screen reader says a fold's own title, which MyST-NB covers with one label for all."""
    if "body" in context:
        context["body"] = context["body"].replace('<summary aria-label="Toggle hidden content">', "<summary>")
