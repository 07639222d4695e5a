"""What the notebooks of the Unroll course import."""
