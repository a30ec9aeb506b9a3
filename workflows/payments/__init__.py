"""Runs, bank files and returns."""
