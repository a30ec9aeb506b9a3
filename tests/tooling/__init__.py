"""The tools are tested as a newcomer meets them: as real processes on a small project of their own."""
