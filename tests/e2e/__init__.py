"""End to end: the real processes, as `make up` starts them."""
