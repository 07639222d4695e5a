"""What is kept: the gradebook, the journal, and backups to undo runs."""
