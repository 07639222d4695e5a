"""Start the command; Ctrl-C while its modules are still being imported ends it with a sentence too."""

import sys


def main() -> None:
    """Run the command."""
    try:
        from autograder.cli import main as run

        run()
    except KeyboardInterrupt:
        print("Stopped before it began.", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
