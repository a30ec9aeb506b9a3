"""What goes out beside the pages, each as files by path: data for other programmes, feeds, calendars, sheets."""
