"""What a client does to a workbook before it comes back."""

from __future__ import annotations

import subprocess
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl

from casebook.workbook.inputs import defined_name
from casebook.workbook.readback import ENDS

PRICED = """
client: Acme
as_of: 2026-01-15
workload:
  calls_per_month: [800, 1000, 1200]   # a guess
  growth_per_month: {value: 0.01, source: "plan", status: stated}
economics: {labour_rate: 100}
evidence: {knowledge: static, evals_done: yes}
options:
  one:
    kind: rag
    model: anthropic/claude-sonnet-4-5
    accuracy: 0.9
    tokens: {prefix: 3000, user: 1000, output: 200}   # measured
  two:
    kind: cached_rag
    like: one
    cache: {enabled: true, arrivals: sliding}
"""
"""A small case with a range, a catalogue price and an option that is like another."""


def edited(path: Path, target: Path, changes: Mapping[str, object]) -> Path:
    """Save a workbook with openpyxl, with other values in inputs' cells; a key may be `low:` or `high:` and a path."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path)
        for key, value in changes.items():
            end, _, name = key.rpartition(":") if key.startswith(("low:", "high:")) else ("value", "", key)
            ((sheet, cell),) = book.defined_names[defined_name(name, ENDS[end])].destinations
            book[sheet][cell].value = value
        book.save(target)
    return target


def repacked(path: Path, target: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    """Pack a workbook's parts anew after `change` has had its way with them."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target


class LibreOffice:
    """LibreOffice with a profile of its own, whose macro inserts rows and a column and renames sheets."""

    def __init__(self, soffice: Path, profile: Path):
        self._command = [soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
        profile.mkdir(exist_ok=True)
        first = profile / "first.csv"
        first.write_text("1\n")
        self.saved(profile, first)  # the first start writes the profile's own library of macros
        basic = profile / "user" / "basic" / "Standard"
        (basic / "script.xlb").write_text(LIBRARY)
        (basic / "Client.xba").write_text(MACRO)

    def saved(self, folder: Path, *sources: Path) -> list[Path]:
        """Open workbooks and save them in another folder."""
        self._run("--convert-to", "xlsx", "--outdir", folder, *sources)
        return [folder / f"{source.stem}.xlsx" for source in sources]

    def rearranged(self, source: Path, target: Path) -> Path:
        """Insert rows and a column into Inputs and Changes, rename both, and save."""
        self._run(f'macro:///Standard.Client.Rearrange("{source.as_uri()}","{target.as_uri()}")')
        return target

    def _run(self, *arguments: object) -> None:
        subprocess.run([*self._command, *arguments], check=True, capture_output=True, timeout=240)


LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"
 library:readonly="false" library:passwordprotected="false"><library:element library:name="Client"/></library:library>
"""

MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Client" script:language="StarBasic">
Sub Rearrange(source As String, target As String)
  Dim opening(0) As New com.sun.star.beans.PropertyValue
  opening(0).Name = "Hidden"
  opening(0).Value = True
  book = StarDesktop.loadComponentFromURL(source, "_blank", 0, opening())
  For Each name In Array("Inputs", "Changes")
    sheet = book.Sheets.getByName(name)
    sheet.unprotect("")
    sheet.Rows.insertByIndex(3, 2)
    sheet.Rows.insertByIndex(14, 1)
    sheet.Columns.insertByIndex(0, 1)
    sheet.Name = "Our " &amp; name
  Next
  Dim saving(0) As New com.sun.star.beans.PropertyValue
  saving(0).Name = "FilterName"
  saving(0).Value = "Calc MS Excel 2007 XML"
  book.storeToURL(target, saving())
  book.close(True)
End Sub
</script:module>
"""
