"""One application from draft to decision."""
