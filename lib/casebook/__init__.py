"""The business case between prompting, retrieval and fine-tuning, computed."""

__version__ = "0.1.0"
