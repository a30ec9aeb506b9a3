"""The commands behind the Makefile. Standard library only, but for the pictures: they run before anything is installed."""
