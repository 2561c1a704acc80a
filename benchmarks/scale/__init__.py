"""What builds of many leads take, beside programs that do less: see `make bench`."""
