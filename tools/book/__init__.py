"""The course as a web book: ``python -m tools.book`` writes it into site/build/html."""
