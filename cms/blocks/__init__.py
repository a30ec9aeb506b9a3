"""The typed blocks that editors fill in; no free Markdown."""
