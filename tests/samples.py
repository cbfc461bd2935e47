"""The sample cases of the repository."""

from pathlib import Path

PARAMS = Path(__file__).parents[1] / "params"
SAMPLES = sorted(PARAMS.glob("*.yaml"))
