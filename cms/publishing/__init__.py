"""From live pages to public files: what should be public, as Markdown, built, switched to, served."""
