"""Writes the evaluation results of the sample cases: synthetic, from a fixed seed, the same bytes every time.

    python params/evaluations/generate.py

Nobody ran these models. How many items each option passes is chosen so that the sample cases show what an evaluation
of their size can show; which items those are, and how single runs stray from the vote, is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random

HEADER = "item_id,option,run,passed,latency_s,format_ok"
RUNS = 3
# A run that strays from the vote of its item: more often where the item is failed, as hard items waver.
STRAYS_PASSED, STRAYS_FAILED = 0.08, 0.3
SLOW, SLOWER_BY = 0.03, 2.5


@dataclass(frozen=True)
class Contender:
    """An option: its usual response time, and the share of its failed runs that come in the wrong format."""

    name: str
    seconds: float
    wrong_format: float


@dataclass(frozen=True)
class Sample:
    """An evaluation of two options, by the items both pass, one alone passes, or neither."""

    item: str
    seed: int
    baseline: Contender
    candidate: Contender
    both: int
    only_baseline: int
    only_candidate: int
    neither: int


SAMPLES = {
    # 180 and 186 of 200 pass: three points, with 26 items on which the two disagree.
    "support": Sample(
        "msg-{:03}", 20260115, Contender("few_shot", 1.1, 0.05), Contender("tuned", 0.45, 0.02), 170, 10, 16, 4
    ),
    # 36 and 47 of 50 pass: 22 points, with 13 items on which the two disagree.
    "dsl": Sample(
        "task-{:02}", 20260215, Contender("cached_prompt", 9.5, 0.12), Contender("tuned_32b", 6.0, 0.03), 35, 1, 12, 2
    ),
}


def text_of(sample: Sample) -> str:
    """The CSV of a sample."""
    # Only Random.random() is used, and no function of the platform's: the bytes depend on nothing but the seed.
    random = Random(sample.seed).random
    outcomes = (
        [(True, True)] * sample.both
        + [(True, False)] * sample.only_baseline
        + [(False, True)] * sample.only_candidate
        + [(False, False)] * sample.neither
    )
    shuffled = [outcome for _, _, outcome in sorted((random(), at, each) for at, each in enumerate(outcomes))]
    rows = [HEADER]
    for number, outcome in enumerate(shuffled, 1):
        item = sample.item.format(number)
        # A long item is slow with every option and in every run.
        length = 0.7 + 0.6 * random()
        for option, passes in zip((sample.baseline, sample.candidate), outcome, strict=True):
            stray = int(random() * RUNS) if random() < (STRAYS_PASSED if passes else STRAYS_FAILED) else None
            for run in range(RUNS):
                passed = passes if run != stray else not passes
                seconds = option.seconds * length * (0.8 + 0.2 * (random() + random()))
                if random() < SLOW:
                    seconds *= SLOWER_BY
                format_ok = random() >= option.wrong_format or passed
                rows.append(f"{item},{option.name},{run + 1},{passed:d},{seconds:.2f},{format_ok:d}")
    return "\n".join(rows) + "\n"


def main() -> None:
    """Write every sample beside this file."""
    for name, sample in SAMPLES.items():
        path = Path(__file__).with_name(f"{name}.csv")
        path.write_text(text_of(sample), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
