"""Notebooks that run in the browser, with JupyterLite: ``python -m tools.lite`` writes them into site/build/html/lite."""
