"""Running submissions: jailed kernels, here or on the workers of a cluster."""
