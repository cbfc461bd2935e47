"""The workbook: every line of the model as a live formula that already shows its value."""

from casebook.workbook.write import write

__all__ = ["write"]
