"""Tags of the editors' templates."""
