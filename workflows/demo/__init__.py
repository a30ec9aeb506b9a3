"""The demonstration: a living city, story cards, the demo day. Absent in production."""
