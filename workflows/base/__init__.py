"""What knows no field word: the business day, outbox and worker, sealing, private files, append-only tables."""
