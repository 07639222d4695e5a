"""Pages for people: feedback, the class report, and harmless notebooks."""
