"""The judge: trusted code that questions a submission from outside its jail and marks the answers."""
