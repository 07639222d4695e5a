"""A class of thirty, graded with ``make demo``. Every score is checked against the expected one."""
