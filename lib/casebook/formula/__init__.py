"""A formula read a second time: its own source as a live Excel formula."""
