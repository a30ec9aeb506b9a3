"""What the test runner needs before any test: its own installation, and a database that is put back."""
