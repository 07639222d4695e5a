"""What authors of the course use, and neither students nor graders."""
