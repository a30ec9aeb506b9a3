"""Unions as a tree, posts in them, and the one place that answers what a person may see."""
