"""Opening a workbook that came from outside: looked through before anything of it is parsed.

An .xlsx file is a zip archive of XML parts, and a hostile one can grow without end. So its size, the sizes that it
declares and those that it has, its parts and the beginning of every XML part are checked first.
"""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.parsers import expat

LARGEST_FILE = 20_000_000
LARGEST_PART = 60_000_000
LARGEST_WHOLE = 120_000_000
MOST_PARTS = 2_000
HIGHEST_RATIO = 200
"""Uncompressed over compressed bytes of a part of any size: sheets of formulas reach about 30."""

RATIO_FROM = 5_000_000
_BLOCK = 1 << 20
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_FLAG = 1
_WORKBOOK, _TYPES = "xl/workbook.xml", "[Content_Types].xml"

# What a workbook of figures has no use for, by what its parts' names or types contain; and what to do.
_UNWANTED = (
    ("vbaproject", "macros", "save it as .xlsx, without macros"),
    ("macroenabled", "macros", "save it as .xlsx, without macros"),
    ("macrosheet", "macros", "save it as .xlsx, without macros"),
    ("activex", "ActiveX controls", "remove them and save"),
    ("externallink", "links to other files", "break the links (Data, Edit Links) and save"),
    ("xl/connections", "connections to outside data", "remove them (Data, Queries & Connections) and save"),
)

# openpyxl has no error of its own for a file that is no sound workbook: these are what it raises on one.
_BROKEN = (
    *(AttributeError, AssertionError, EOFError, IndexError, KeyError, NotImplementedError, OSError, OverflowError),
    *(RecursionError, SyntaxError, TypeError, ValueError, zipfile.BadZipFile, zlib.error),
)


class WorkbookError(ValueError):
    """A workbook that is not read: which file, what was wanted, what it is, what to do."""


@contextmanager
def opened(path: Path) -> Iterator[tuple[Any, Any]]:
    """A workbook from outside, with openpyxl: once with its formulas, once with the values stored beside them.

    Inside it cells are read and nothing else, for whatever openpyxl raises on a damaged part becomes a WorkbookError.
    Raises WorkbookError for a file that is no plain .xlsx workbook, or none that is safe to parse.
    """
    data = _checked(path)
    try:
        with warnings.catch_warnings():
            # openpyxl warns of what it leaves out when it saves; nothing is saved here.
            warnings.simplefilter("ignore")
            yield _read(data, values=False), _read(data, values=True)
    except WorkbookError:
        raise
    except _BROKEN as error:
        raise WorkbookError(
            f"{path}: wanted an .xlsx workbook; it is damaged ({type(error).__name__}: {str(error)[:120]!a}); "
            "open it in a spreadsheet program and save it anew"
        ) from error


def _read(data: bytes, values: bool) -> Any:
    import openpyxl

    # Read-only: one sheet's XML is streamed at a time, and no cell's style is ever resolved.
    return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=values, keep_links=False)


def _checked(path: Path) -> bytes:
    """The bytes of a file that is safe to parse."""

    def refuse(got: str, advice: str) -> WorkbookError:
        return WorkbookError(f"{path}: wanted an .xlsx workbook; {got}; {advice}")

    if not path.is_file():
        raise WorkbookError(f"{path}: wanted an .xlsx workbook; there is no such file")
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise refuse(f"it cannot be read ({error.strerror})", "check its permissions") from error
    if len(data) > LARGEST_FILE:
        raise refuse(f"it has more than {LARGEST_FILE // 1_000_000} MB", "remove what was pasted into it")
    if data.startswith(_OLE):
        raise refuse("it is password-protected, or of the old format .xls", "save it as .xlsx without a password")
    if not data.startswith(_ZIP):
        raise refuse("it is none (a workbook is a zip archive)", "save it as .xlsx in a spreadsheet program")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            fault = _fault(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise refuse(f"it is damaged ({str(error)[:120]!a})", "ask for it again, or save it anew") from error
    if fault:
        raise refuse(*fault)
    return data


def _fault(archive: zipfile.ZipFile) -> tuple[str, str] | None:
    """What is wrong with an archive, and what to do; None when nothing is."""
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if len(parts) > MOST_PARTS or len(set(names)) < len(names):
        return f"it has {len(parts)} parts, some of them twice or far too many", "save it anew"
    if any(part.flag_bits & _ENCRYPTED_FLAG for part in parts):
        return "it is encrypted", "save it without a password"
    declared = sum(part.file_size for part in parts)
    if declared > LARGEST_WHOLE or any(_swollen(part.file_size, part.compress_size) for part in parts):
        return f"it unpacks to {declared / 1e6:,.0f} MB, as only a zip bomb does", "do not open it"
    if _WORKBOOK not in names or _TYPES not in names:
        return f"it has no part {_WORKBOOK}", "save it as .xlsx in a spreadsheet program"
    for part in parts:
        fault = _unwanted(part.filename) or _fault_inside(archive, part)
        if fault:
            return fault
    # Without its zeros a text in UTF-16 reads like one in UTF-8.
    return _unwanted(archive.read(_TYPES).replace(b"\0", b"").decode("utf-8", "replace"))


def _swollen(size: int, compressed: int) -> bool:
    return size > LARGEST_PART or (size > RATIO_FROM and size > HIGHEST_RATIO * compressed)


def _unwanted(text: str) -> tuple[str, str] | None:
    found = next((each for each in _UNWANTED if each[0] in text.lower()), None)
    return (f"it has {found[1]}", found[2]) if found else None


def _fault_inside(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> tuple[str, str] | None:
    """What is wrong inside a part: more in it than it declares, or an XML document type, which could hold entities."""
    parser: Any = None
    doctype: list[str] = []
    size = 0
    with archive.open(part) as stream:
        # zipfile reads no more than the part declares, and raises where that is not all or not what was packed.
        while block := stream.read(_BLOCK):
            if size == 0 and _looks_like_xml(block):
                parser = expat.ParserCreate()
                parser.StartDoctypeDeclHandler = lambda *_: doctype.append(part.filename)
            size += len(block)
            if parser is not None:
                try:
                    parser.Parse(block, False)
                except expat.ExpatError as error:
                    return f"its part {part.filename!a} is damaged ({error})", "save it anew in a spreadsheet program"
            if doctype:
                return f"its part {part.filename!a} declares an XML document type (entities)", "do not open it"
    return None


def _looks_like_xml(block: bytes) -> bool:
    """Whether a parser might take a part for XML, whatever its name: in UTF-8, or in UTF-16 with and without a mark."""
    marks = (b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00<")
    return block.lstrip().startswith(marks)
