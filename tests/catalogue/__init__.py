"""English as second language: every text has it, and a page shows it to whoever chose it."""
