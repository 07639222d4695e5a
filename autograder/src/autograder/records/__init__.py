"""What is kept: the gradebook, the journal, and what a run can be undone with."""
