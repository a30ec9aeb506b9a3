"""Search of the public site: the index that belongs to a release, and what is found in it. Knows no database but that."""
