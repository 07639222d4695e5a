"""Tools for authors of the course, not for students or graders."""
