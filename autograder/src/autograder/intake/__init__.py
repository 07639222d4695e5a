"""What students hand in: collected, read and rebuilt, without trusting any of it."""
