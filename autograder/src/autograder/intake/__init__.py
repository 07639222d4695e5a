"""What students hand in: collected, read and rebuilt, without believing any of it."""
