"""The judge: trusted code that asks a submission questions from outside its jail and marks the answers."""
