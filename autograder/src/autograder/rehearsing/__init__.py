"""What a rehearsal tries on a check: mutants of its reference, and wrong answers made of others."""
