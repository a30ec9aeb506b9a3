"""Who somebody is: persons, sign-ins, consents, and who looked at what."""
