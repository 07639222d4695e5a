"""``make demo``: build the class, grade it with the instructor's command, compare, and say where the results are."""

import subprocess
import sys
import time
from pathlib import Path

from autograder.doctor import jail_diagnosis
from autograder.kernels.parent import close_parents
from rich.console import Console

from tests.demo.course import ASSIGNMENT, Demo, build_course, compare

ROOT = Path(__file__).parent.parent.parent
out = Console(highlight=False, soft_wrap=True)


def main() -> int:
    """Run the demo in course/demo; 0 if every score is as expected, 3 if this machine cannot build a jail."""
    diagnosis = jail_diagnosis()
    close_parents()
    if diagnosis.state == "missing":
        out.print(f"This machine cannot grade safely: {diagnosis.detail}", markup=False)
        out.print(f"{Path(sys.executable).with_name('autograder')} doctor says more.", markup=False)
        return 3
    started = time.monotonic()
    folder = ROOT / "course" / "demo"
    demo = run_demo(folder, show=True)
    wrong = [outcome for outcome in demo.outcomes if outcome.wrong]
    for outcome in wrong:
        out.print(f"[red]✗[/red] {outcome.student}: {'; '.join(outcome.wrong)}")
    right = len(demo.outcomes) - len(wrong)
    out.print(f"{right} of {len(demo.outcomes)} students got the expected score, verdict and hints.")
    out.print(f"{time.monotonic() - started:.0f} s. Look at:")
    for what in (f"report/{ASSIGNMENT}.html", f"feedback/no_bias/{ASSIGNMENT}/{ASSIGNMENT}.html", "grades.csv"):
        out.print(f"  {(folder / what).relative_to(ROOT)}")
    return 1 if wrong else 0


def run_demo(folder: Path, show: bool = False) -> Demo:
    """Build the course in `folder`, run the instructor's commands there, and compare."""
    demo = build_course(folder, lambda *words: autograder(folder, show, *words))
    autograder(folder, show, "grade", ASSIGNMENT, expect=1)  # one file is damaged, and is said to be
    autograder(folder, show, "report", ASSIGNMENT)
    autograder(folder, show, "feedback", ASSIGNMENT)
    autograder(folder, show, "export", ASSIGNMENT)
    compare(demo)
    return demo


def autograder(folder: Path, show: bool, *words: str, expect: int = 0) -> None:
    """Run the command as an instructor does, and show it."""
    if show:
        out.print(f"\n[bold]$ autograder {' '.join(words)} --course {folder.relative_to(ROOT)}[/bold]")
    command = [str(Path(sys.executable).with_name("autograder")), *words, "--course", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=not show, text=True)
    if done.returncode != expect:
        raise SystemExit(f"`{' '.join(command)}` ended with {done.returncode}, expected {expect}. {done.stderr or ''}")


if __name__ == "__main__":
    sys.exit(main())
