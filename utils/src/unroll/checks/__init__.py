"""Checks at the student's desk: public cases frozen at release, marked, with a hint where one fits.

While a submission is graded, the same :func:`check` line answers a judge outside this process instead.
"""

from unroll.checks.comparison import Comparison
from unroll.checks.desk import CheckFailed, check
from unroll.checks.marking import Answer, Question, Raised, Report, ask, examine, mark

__all__ = ["Answer", "CheckFailed", "Comparison", "Question", "Raised", "Report", "ask", "check", "examine", "mark"]
