"""A client's edits come back into the case file, all or none, and the report built from it carries them."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from casebook import workbook
from casebook.analysis.binding import bind
from casebook.analysis.reader import Reader
from casebook.batch.faults import InputError
from casebook.batch.pulling import propose, save
from casebook.case import load
from casebook.cli import main
from casebook.workbook.layout import listed_inputs
from tests.samples import PARAMS, SAMPLES
from tests.unit.test_case_rewrite import changed_lines
from tests.workbook.returning import PRICED, LibreOffice, edited, repacked

ACME = PRICED.replace("workload:", "# Acme's own words\nworkload:")


@pytest.fixture
def params(tmp_path):
    """A folder of cases with acme.yaml."""
    folder = tmp_path / "params"
    folder.mkdir()
    (folder / "acme.yaml").write_text(ACME)
    return folder


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The workbook of acme."""
    folder = tmp_path_factory.mktemp("built")
    (folder / "acme.yaml").write_text(ACME)
    workbook.write(load(folder / "acme.yaml"), folder / "decision.xlsx")
    return folder / "decision.xlsx"


@pytest.fixture
def pulled(book, params, tmp_path):
    """Edits the workbook, pulls it, and gives the lines of acme.yaml that changed."""

    def pull(changes: dict[str, object], source: str | None = None) -> list[str]:
        proposal = propose(edited(book, tmp_path / "back.xlsx", changes), None, params, source)
        save(proposal)
        return changed_lines(ACME, (params / "acme.yaml").read_text())

    return pull


def values(case) -> dict[str, object]:
    return {each.path: (each.low, each.value, each.high) for each in case.all_inputs()}


def other(source) -> object:
    """Another value that the input may have."""
    if source.type == "flag":
        return not source.value
    if source.integer:
        return source.value + 1
    high = source.high if source.high is not None else source.maximum
    return min(source.value * 1.0625, high or 1e15)


def five_edits(sample: Path, folder: Path) -> tuple[Path, dict[str, object]]:
    """A sample case in a folder of its own with its workbook, edited in five inputs; the case file and the edits."""
    shutil.copytree(PARAMS / "evaluations", folder / "evaluations")
    file = Path(shutil.copy(sample, folder))
    case = load(file)
    workbook.write(case, folder / "decision.xlsx")
    sources = [each for _, listed in listed_inputs(bind(case)) for each in listed if each.origin == "case"]
    # A cache's lifetime chooses which catalogue price of writing it applies: that would be a sixth difference.
    usable = [each for each in sources if each.type in ("number", "flag") and each.line != "cache_ttl_minutes"]
    usable = [each for each in usable if each.value and not each.measured and other(each) != each.value]
    changes = {each.path: other(each) for each in usable[:: len(usable) // 5][:5]}
    edited(folder / "decision.xlsx", folder / f"{file.stem}.xlsx", changes)
    return file, changes


def assert_they_come_back(file: Path, back: Path, changes: dict[str, object]) -> None:
    """Asserts that pulling changes these inputs and no other, and that the results are the model's for them."""
    before, old = load(file), file.read_text(encoding="utf-8")
    save(propose(back, None, file.parent))
    after, new = load(file), file.read_text(encoding="utf-8")
    was, now = values(before), values(after)
    assert {key for key in was | now if was.get(key) != now.get(key)} == set(changes)
    assert {key: now[key][1] for key in changes} == pytest.approx(changes)
    assert len(changed_lines(old, new)) == 2 * len(changes)
    assert [line.split("#")[1:] for line in old.splitlines()] == [line.split("#")[1:] for line in new.splitlines()]
    wanted, found = bind(before), bind(after)
    reader = Reader(wanted, wanted.evaluation(changes=changes))
    assert Reader(found, found.evaluation()).scopes() == reader.scopes()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_five_edits_come_back_as_five_and_the_results_carry_them(sample, tmp_path):
    file, changes = five_edits(sample, tmp_path)
    assert len(changes) == 5
    assert_they_come_back(file, file.with_suffix(".xlsx"), changes)
    workbook.write(load(file), tmp_path / "rebuilt.xlsx")
    assert propose(tmp_path / "rebuilt.xlsx", None, tmp_path).edits == ()


def test_five_edits_come_back_as_five_when_libreoffice_has_saved_the_workbook(soffice, tmp_path):
    folders = [tmp_path / sample.stem for sample in SAMPLES]
    for folder in folders:
        folder.mkdir()
    cases = [five_edits(sample, folder) for sample, folder in zip(SAMPLES, folders, strict=True)]
    office = LibreOffice(soffice, tmp_path / "profile")
    saved = office.saved(tmp_path / "saved", *(file.with_suffix(".xlsx") for file, _ in cases))
    for (file, changes), back in zip(cases, saved, strict=True):
        assert_they_come_back(file, back, changes)


EDITS = {
    "a value": ({"economics.labour_rate": 120}, ["- economics: {labour_rate: 100}", "+ economics: {labour_rate: 120}"]),
    "a text that is a number": (
        {"options.one.tokens.user": "1,250"},
        [
            "-     tokens: {prefix: 3000, user: 1000, output: 200}   # measured",
            "+     tokens: {prefix: 3000, user: 1250, output: 200}   # measured",
        ],
    ),
    "a sourced value": (
        {"workload.growth_per_month": "2%"},
        [
            '-   growth_per_month: {value: 0.01, source: "plan", status: stated}',
            '+   growth_per_month: {value: 0.02, source: "plan", status: stated}',
        ],
    ),
    "a default": (
        {"economics.discount_rate": 0.1},
        ["- economics: {labour_rate: 100}", "+ economics: {labour_rate: 100, discount_rate: 0.1}"],
    ),
    "a default of a block that is not written": ({"latency.target_s": 5}, ["+ ", "+ latency:", "+   target_s: 5"]),
    "a range and its ends": (
        {"workload.calls_per_month": 1300, "high:workload.calls_per_month": 1500},
        [
            "-   calls_per_month: [800, 1000, 1200]   # a guess",
            "+   calls_per_month: [800, 1300, 1500]   # a guess",
        ],
    ),
    "a range cleared": (
        {"low:workload.calls_per_month": None, "high:workload.calls_per_month": ""},
        [
            "-   calls_per_month: [800, 1000, 1200]   # a guess",
            "+   calls_per_month: 1000                # a guess",
        ],
    ),
    "the unknown": ({"options.one.accuracy": None}, ["-     accuracy: 0.9", "+     accuracy: null"]),
    "a date": ({"as_of": date(2026, 2, 1)}, ["- as_of: 2026-01-15", "+ as_of: 2026-02-01"]),
    "a word and a flag": (
        {"options.two.cache.arrivals": "fixed", "options.two.cache.enabled": "no"},
        [
            "-     cache: {enabled: true, arrivals: sliding}",
            "+     cache: {enabled: false, arrivals: fixed}",
        ],
    ),
    "a catalogue price": (
        {"prices.anthropic/claude-sonnet-4-5.input": 2.5},
        ["+     price:", "+       input: 2.5"],
    ),
}


@pytest.mark.parametrize(("changes", "lines"), EDITS.values(), ids=EDITS)
def test_an_edit_changes_its_own_lines_of_the_case_file(pulled, changes, lines):
    assert [line.rstrip() for line in pulled(changes)] == [line.rstrip() for line in lines]


def test_a_source_is_written_with_every_edit_when_one_is_given(pulled):
    assert pulled({"economics.labour_rate": 120}, "client's finance, 2 March")[1:] == [
        '+ economics: {labour_rate: {value: 120, source: "client\'s finance, 2 March", status: stated}}'
    ]


def test_a_source_that_spoke_for_the_value_before_is_pointed_out(book, params, tmp_path):
    changes = {"workload.growth_per_month": 0.02, "economics.labour_rate": 120}
    back, file = edited(book, tmp_path / "back.xlsx", changes), params / "acme.yaml"
    told = [
        CliRunner().invoke(main, ["pull", "--dry-run", str(back), "--case", str(file), *more]).output
        for more in ([], ["--source", "the client"])
    ]
    assert "with --source: workload.growth_per_month\n" in told[0]
    assert "--source" not in told[1]


def test_a_catalogue_price_that_is_edited_becomes_that_of_every_option_that_shares_it(pulled, params):
    pulled({"prices.anthropic/claude-sonnet-4-5.input": 2.5, "prices.anthropic/claude-sonnet-4-5.output": "$12"})
    case = load(params / "acme.yaml")
    assert {option.inputs["input_price"].value for option in case.options} == {2.5}
    assert {option.inputs["output_price"].path for option in case.options} == {"options.one.price.output"}


def test_catalogue_figures_that_follow_from_an_edit_are_told(book, params, tmp_path):
    back = edited(book, tmp_path / "back.xlsx", {"options.two.cache.ttl_minutes": 60})
    found = CliRunner().invoke(main, ["diff", str(back), "--case", str(params / "acme.yaml")])
    assert found.exit_code == 0
    assert "cache_write_multiplier_60m: follows from the edits, in the case file: 1.25 → 2" in found.output


FAULTS = {
    "a value out of range": ({"options.one.accuracy": 1.5}, ["(options.one.accuracy): wanted a number from 0 to 1"]),
    "a blank that must not be": (
        {"economics.labour_rate": None},
        ["(economics.labour_rate): wanted a value; got a bl"],
    ),
    "a value outside its range": (
        {"workload.calls_per_month": 1300},
        ["rising order; got 800 – 1,300 – 1,200 (change its Low and High too, or clear both)"],
    ),
    "half a range": ({"low:workload.calls_per_month": None}, ["got blank – 1,000 – 1,200"]),
    "a word that is none": ({"evidence.knowledge": "statik"}, ["did you mean 'static'?"]),
    "a fault between two inputs": (
        {"quality.cost_per_error": 0.1, "options.one.accuracy": None},
        ["(options.one.accuracy): wanted an accuracy, since quality.cost_per_error is above 0"],
    ),
    "several at once": (
        {"economics.labour_rate": "about 100", "evidence.evals_done": 2, "options.one.tokens.user": -1},
        [
            "the text 'about 100'",
            "wanted 1 or 0 (yes or no); got 2",
            "wanted a number of at least 0; got -1",
            "3 faults",
        ],
    ),
    "a price nobody pays": (
        {"options.two.cache.enabled": True, "prices.anthropic/claude-sonnet-4-5.input": "free"},
        ["(prices.anthropic/claude-sonnet-4-5.input): wanted a number; got the text 'free'"],
    ),
}


@pytest.mark.parametrize(("changes", "told"), FAULTS.values(), ids=FAULTS)
def test_what_is_wrong_is_told_by_cell_and_nothing_is_written(book, params, tmp_path, changes, told):
    back = edited(book, tmp_path / "back.xlsx", changes)
    file = params / "acme.yaml"
    found = CliRunner().invoke(main, ["pull", str(back), "--case", str(file)])
    assert found.exit_code == 2
    for text in told:
        assert text in found.output
    assert found.output.startswith(f"casebook: {back}: Inputs!")
    assert file.read_text() == ACME
    assert [each.name for each in params.iterdir()] == ["acme.yaml"]


# The case file has moved on


def test_edits_go_into_a_case_file_that_has_moved_on(book, params, tmp_path):
    file = params / "acme.yaml"
    moved = ACME.replace("prefix: 3000", "prefix: 2800").replace("client: Acme", "client: Acme Ltd")
    file.write_text(moved)
    back = edited(book, tmp_path / "back.xlsx", {"economics.labour_rate": 120})
    found = CliRunner().invoke(main, ["pull", str(back), "--case", str(file)])
    assert found.exit_code == 0, found.output
    assert "was changed since the workbook was built" in found.output
    assert file.read_text() == moved.replace("labour_rate: 100", "labour_rate: 120")


def test_an_input_changed_on_both_sides_is_refused(book, params, tmp_path):
    file = params / "acme.yaml"
    file.write_text(ACME.replace("labour_rate: 100", "labour_rate: 110"))
    back = edited(book, tmp_path / "back.xlsx", {"economics.labour_rate": 120, "options.one.accuracy": 0.8})
    with pytest.raises(InputError, match="100 as built, 110 in the case file now, 120 in the workbook"):
        propose(back, file, params)


def test_an_edit_that_the_case_file_has_already_is_no_edit(book, params, tmp_path):
    (params / "acme.yaml").write_text(ACME.replace("labour_rate: 100", "labour_rate: 120"))
    back = edited(book, tmp_path / "back.xlsx", {"economics.labour_rate": 120})
    proposal = propose(back, None, params)
    assert (proposal.edits, proposal.already, proposal.new) == ((), ("economics.labour_rate",), proposal.old)


def test_an_edit_of_an_option_that_is_gone_is_refused(book, params, tmp_path):
    (params / "acme.yaml").write_text(ACME[: ACME.index("  two:")])
    back = edited(book, tmp_path / "back.xlsx", {"options.two.cache.ttl_minutes": 60})
    with pytest.raises(InputError, match="one that its file no longer has"):
        propose(back, None, params)


def test_a_case_file_that_changes_under_the_pull_is_left_as_it_is(book, params, tmp_path):
    file = params / "acme.yaml"
    proposal = propose(edited(book, tmp_path / "back.xlsx", {"economics.labour_rate": 120}), None, params)
    file.write_text(ACME + "# later\n")
    with pytest.raises(InputError, match="was changed while"):
        save(proposal)
    assert file.read_text() == ACME + "# later\n"
    assert [each.name for each in params.iterdir()] == ["acme.yaml"]


def test_a_case_file_that_cannot_be_written_is_told(book, params, tmp_path):
    proposal = propose(edited(book, tmp_path / "back.xlsx", {"economics.labour_rate": 120}), None, params)
    shutil.rmtree(params)
    with pytest.raises(InputError, match="cannot be written"):
        save(proposal)


def test_a_value_shared_by_a_yaml_anchor_is_refused(params, tmp_path):
    file = params / "acme.yaml"
    text = ACME.replace("labour_rate: 100", "labour_rate: &n 100").replace("user: 1000", "user: *n")
    file.write_text(text)
    workbook.write(load(file), tmp_path / "built.xlsx")
    with pytest.raises(InputError, match="YAML a"):
        propose(edited(tmp_path / "built.xlsx", tmp_path / "back.xlsx", {"economics.labour_rate": 120}), None, params)
    assert file.read_text() == text


# The command line, and files from elsewhere


def test_diff_shows_the_edits_and_the_answer_before_and_after(book, params, tmp_path):
    busy = {"workload.calls_per_month": 1e5, "high:workload.calls_per_month": 2e5, "economics.labour_rate": 120}
    back = edited(book, tmp_path / "back.xlsx", busy)
    found = CliRunner().invoke(main, ["diff", str(back), "--case", str(params / "acme.yaml")])
    assert found.exit_code == 0
    lines = [line.split() for line in found.output.splitlines()]
    assert "800 – 1,000 – 1,200  800 – 100,000 – 200,000  calls/month" in found.output
    assert ["economics.labour_rate", "Labour", "rate", "100", "120", "$/hour"] in lines
    assert [line[:4] for line in lines if line[1:2] == ["verdict"]] == [
        [scope, "verdict", "One", "Two"] for scope in ("invoice", "full")
    ]
    assert (params / "acme.yaml").read_text() == ACME


def test_a_case_that_was_renamed_is_named_with_its_file(book, params, tmp_path):
    file = (params / "acme.yaml").rename(params / "apex.yaml")
    back = edited(book, tmp_path / "back.xlsx", {"economics.labour_rate": 120})
    found = CliRunner().invoke(main, ["pull", str(back), "--case", str(file)])
    assert "built from a case of another name, 'acme'" in found.output
    assert changed_lines(ACME, file.read_text()) == EDITS["a value"][1]


def test_an_unedited_workbook_changes_nothing(book, params):
    found = CliRunner().invoke(main, ["pull", str(book), "--case", str(params / "acme.yaml")])
    assert (found.exit_code, found.output) == (0, f"{book}: no input was edited\n")


def test_a_dry_run_shows_the_lines_and_writes_nothing(book, params, tmp_path):
    back = edited(book, tmp_path / "back.xlsx", {"economics.labour_rate": 120})
    found = CliRunner().invoke(main, ["pull", "--dry-run", str(back), "--case", str(params / "acme.yaml")])
    assert "\n-economics: {labour_rate: 100}\n+economics: {labour_rate: 120}\n" in found.output
    assert (params / "acme.yaml").read_text() == ACME


def test_the_file_keeps_its_mode_and_a_link_to_it_stays_a_link(book, params, tmp_path):
    file, link = params / "acme.yaml", tmp_path / "acme.yaml"
    file.chmod(0o640)
    link.symlink_to(file)
    back = edited(book, tmp_path / "back.xlsx", {"economics.labour_rate": 120})
    assert CliRunner().invoke(main, ["pull", str(back), "--case", str(link)]).exit_code == 0
    assert link.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o640
    assert "labour_rate: 120" in file.read_text()


def test_a_workbook_cannot_name_a_file_outside_the_folder_of_cases(book, params, tmp_path):
    def renamed(parts):
        name, text = "xl/sharedStrings.xml", parts["xl/sharedStrings.xml"]
        assert b"<t>acme</t>" in text
        parts[name] = text.replace(b"<t>acme</t>", b"<t>../params/acme</t>")

    with pytest.raises(InputError, match="wanted a case's id"):
        propose(repacked(book, tmp_path / "back.xlsx", renamed), None, params)


def test_a_workbook_of_a_case_that_is_not_there_is_refused(book, tmp_path):
    with pytest.raises(
        InputError, match=r"acme\.yaml: wanted the case file of .*; No such file or directory; name it with --case"
    ):
        propose(book, None, tmp_path)


def test_a_case_file_with_faults_is_to_be_mended_first(book, params):
    (params / "acme.yaml").write_text(ACME.replace("kind: rag", "kind: rug"))
    with pytest.raises(InputError, match="mend the case file first"):
        propose(book, None, params)


@pytest.mark.parametrize(("failures", "trials"), [(30, 300), (30, None)])
def test_measured_format_failures_give_way_to_a_clients_own(tmp_path, failures, trials):
    shutil.copytree(PARAMS / "evaluations", tmp_path / "evaluations")
    file = Path(shutil.copy(PARAMS / "support.yaml", tmp_path))
    built = tmp_path / "decision.xlsx"
    workbook.write(load(file), built)
    changes = {"evidence.format_failures.failures": failures}
    changes |= {"evidence.format_failures.trials": trials} if trials else {}
    save(propose(edited(built, tmp_path / "back.xlsx", changes), None, tmp_path))
    found = bind(load(file)).case.inputs
    assert (found["format_failures"].value, found["format_trials"].value) == (30, trials or 200)
    assert found["format_failures"].source == "the client, back.xlsx"


def test_format_failures_that_are_cleared_take_their_block_away(tmp_path):
    file = Path(shutil.copy(PARAMS / "hybrid.yaml", tmp_path))
    built = tmp_path / "decision.xlsx"
    workbook.write(load(file), built)
    blank = dict.fromkeys(("evidence.format_failures.failures", "evidence.format_failures.trials"))
    save(propose(edited(built, tmp_path / "back.xlsx", blank), None, tmp_path))
    assert load(file).inputs["format_failures"].value is None
    assert "format_failures: null" in file.read_text()
