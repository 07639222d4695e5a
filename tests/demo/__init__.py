"""A class of thirty, graded from two commands: ``make demo``. Every score is checked against what its student was made for."""
