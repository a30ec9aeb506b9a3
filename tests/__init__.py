"""The tests mirror the rooms; walks/ holds whole journeys, browser/ what only a browser can show."""
