"""What people look at: feedback, the class report, and notebooks made harmless."""
