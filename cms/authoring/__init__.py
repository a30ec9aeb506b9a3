"""The authoring desk: start, copy, import, compare, measure and preview programmes; nothing here publishes."""
