"""What pages say, as plain values, and their written form: Markdown and YAML, out and back."""
