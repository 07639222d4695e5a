"""The subcommands of ``autograder``, a function each."""
