"""A formula's other readings: its own source as an Excel formula and as an equation."""
