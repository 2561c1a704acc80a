"""Reads and edits the CSV files of seeds; what an edit does not touch stays byte for byte.

Seeds are reviewed as differences between two versions. A program that writes a whole file anew
would change quoting, line endings or the order of rows and bury the one cell that matters, so each
row keeps the text it was read from until one of its cells changes.
"""

import codecs
import csv
import io
import os
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

# A cell as it stands in the file: in quotation marks, or up to the next comma.
CELL = re.compile(r'(?:"(?:[^"]|"")*"|[^,\r\n]*)')


class UnreadableSeed(Exception):
    """A seed file that is no table; the text says what to do."""


class SeedEditError(Exception):
    """A change that the file cannot take; the text says why."""


@dataclass
class Row:
    """A row of a seed file.

    Attributes:
        cells: The values; a blank line has none.
        text: The row as it stands in the file, with its line ending.
    """

    cells: list[str]
    text: str


@dataclass
class SeedFile:
    """A seed as header and rows that remember their text.

    Attributes:
        path: The file.
        header: Names of the columns.
        rows: The rows below the header; a blank line is a row without cells, so that row `i` stands
            in row `i + 2` of a spreadsheet.
    """

    path: Path
    header: list[str]
    rows: list[Row]
    _header_text: str = ""
    _mark: bytes = field(default=b"", repr=False)

    @classmethod
    def read(cls, path: Path, place: str | None = None) -> Self:
        """Read a file.

        Args:
            path: The CSV file.
            place: The file as messages name it; default: the path.

        Raises:
            UnreadableSeed: The file is missing, not UTF-8, not CSV or empty.
        """
        try:
            contents = path.read_bytes()
        except OSError as error:
            problem = error.strerror or error
            raise UnreadableSeed(f"{place or path}: cannot be read: {problem}") from error
        return cls.parse(contents, path, place)

    @classmethod
    def parse(cls, contents: bytes, path: Path, place: str | None = None) -> Self:
        """Read the contents of a file.

        Args:
            contents: Bytes of the file.
            path: The file they belong to.
            place: The file as messages name it; default: the path.

        Raises:
            UnreadableSeed: The contents are not UTF-8, not CSV or empty.
        """
        place = place or str(path)
        mark = codecs.BOM_UTF8 if contents.startswith(codecs.BOM_UTF8) else b""
        try:
            text = contents.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            number = contents[: error.start].count(b"\n") + 1
            raise UnreadableSeed(
                f"{place} row {number}: the file is not written in UTF-8; save it as 'CSV UTF-8"
                " (comma delimited)'"
            ) from error
        lines = list(io.StringIO(text, newline=""))
        reader = csv.reader(lines, strict=True)
        rows: list[Row] = []
        start = 0
        try:
            for cells in reader:
                rows.append(Row(cells, "".join(lines[start : reader.line_num])))
                start = reader.line_num
        except csv.Error as error:
            raise UnreadableSeed(
                f"{place} row {len(rows) + 1}: a quotation mark is not closed, or text follows it"
                f' ({error}); write text with commas as "a, b" and a quotation mark in it as ""'
            ) from error
        if not rows:
            raise UnreadableSeed(f"{place}: the file is empty; its first row must name the columns")
        return cls(path, rows[0].cells, rows[1:], rows[0].text, mark)

    def value(self, row: int, column: str) -> str:
        """Return a cell; empty for a blank line or a row that ends before it.

        Args:
            row: Index in `rows`.
            column: Name of the column.

        Raises:
            SeedEditError: There is no such column.
        """
        position, cells = self._position(column), self.rows[row].cells
        return cells[position] if position < len(cells) else ""

    def records(self) -> list[dict[str, str]]:
        """Return the rows as values by column, blank lines left out."""
        return [
            {column: self.value(number, column) for column in self.header} for number in self.find()
        ]

    def find(self, **values: str) -> list[int]:
        """Return the indices of the rows that have these values, outer blanks aside.

        Args:
            values: Value by column, all of which a row must have; none: every row but blank lines.

        Raises:
            SeedEditError: There is no such column.
        """
        return [
            number
            for number, row in enumerate(self.rows)
            if row.cells
            and all(self.value(number, name).strip() == value for name, value in values.items())
        ]

    def change(self, row: int, column: str, value: str) -> None:
        """Write a cell; the other cells of the row keep their text, quotation marks included.

        Args:
            row: Index in `rows`.
            column: Name of the column.
            value: What the cell shall hold.

        Raises:
            SeedEditError: There is no such column, or the row has no such cell.
        """
        position, line = self._position(column), self.rows[row]
        if position >= len(line.cells):
            raise SeedEditError(f"{self.path} row {row + 2}: there is no cell for column {column}")
        if line.cells[position] == value:
            return
        written = _raw_cells(line.text)
        is_quoted = written[position].startswith('"')
        written[position] = _written(value, is_quoted)
        line.text = ",".join(written) + _ending(line.text)
        line.cells = [*line.cells[:position], value, *line.cells[position + 1 :]]

    def append(self, records: Iterable[Mapping[str, object]]) -> None:
        """Add rows at the end, in the line ending of the file.

        Args:
            records: Values by column; a column that is missing or None is left blank.

        Raises:
            SeedEditError: A record names a column that the file does not have.
        """
        ending = _ending(self._header_text) or "\n"
        for record in records:
            for column in record:
                self._position(column)
            values = [record.get(column) for column in self.header]
            cells = ["" if value is None else str(value) for value in values]
            if self.rows:
                self.rows[-1].text = _ended(self.rows[-1].text, ending)
            else:
                self._header_text = _ended(self._header_text, ending)
            self.rows.append(Row(cells, ",".join(map(_written, cells)) + ending))

    def remove(self, **values: str) -> int:
        """Remove the rows that have these values.

        Args:
            values: Value by column, at least one; a row must have all of them.

        Returns:
            How many rows were removed.

        Raises:
            SeedEditError: There is no such column, or no column is named.
        """
        if not values:
            raise SeedEditError(f"{self.path}: say which rows are to be removed")
        gone = set(self.find(**values))
        self.rows = [row for number, row in enumerate(self.rows) if number not in gone]
        return len(gone)

    def contents(self) -> bytes:
        """Return the bytes of the file as edited."""
        text = self._header_text + "".join(row.text for row in self.rows)
        return self._mark + text.encode("utf-8")

    def write(self, path: Path | None = None) -> bool:
        """Write the file, at once or not at all; nothing is written when nothing changed.

        Args:
            path: Where to; default: where it was read from.

        Returns:
            Whether there was something to write.

        Raises:
            OSError: The file cannot be written.
        """
        return bool(_write_together({path or self.path: self.contents()}))

    def _position(self, column: str) -> int:
        try:
            return self.header.index(column)
        except ValueError:
            raise SeedEditError(f"{self.path}: there is no column {column}") from None


def write_all(files: Iterable[SeedFile]) -> None:
    """Write several files where they were read from: all of them, or none when one cannot be.

    Raises:
        OSError: A file cannot be written.
    """
    _write_together({file.path: file.contents() for file in files})


def _write_together(contents: Mapping[Path, bytes]) -> list[Path]:
    """Write files beside those that they replace; only when all are there, they take their place.

    Args:
        contents: Bytes by path.

    Returns:
        The files that were replaced: those that had other contents.
    """
    written: dict[Path, Path] = {}
    try:
        for path, content in contents.items():
            if path.is_file() and path.read_bytes() == content:
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            target = path.resolve()
            mode = target.stat().st_mode if target.exists() else None
            handle, name = tempfile.mkstemp(
                dir=target.parent, prefix=f".{target.stem}.", suffix=".tmp"
            )
            written[target] = Path(name)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.chmod(name, 0o644 if mode is None else mode & 0o7777)
        for target, path in written.items():
            os.replace(path, target)
        return list(written)
    finally:
        for path in written.values():
            path.unlink(missing_ok=True)


def seed_paths(folder: Path, name: str = "*") -> dict[str, list[Path]]:
    """Find the files of seeds below the folder of the seeds.

    Args:
        folder: The folder of the seeds.
        name: Name of a seed; default: all of them.

    Returns:
        Paths by name of the seed. There should be one of each.
    """
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.rglob(f"{name}.csv")):
        found.setdefault(path.stem, []).append(path)
    return found


def find_seed(folder: Path, name: str) -> Path:
    """Find the file of a seed below the folder of the seeds.

    Args:
        folder: The folder of the seeds.
        name: Name of the seed.

    Raises:
        UnreadableSeed: There is no such file, or more than one.
    """
    paths = seed_paths(folder, name).get(name, [])
    if not paths:
        raise UnreadableSeed(f"There is no {name}.csv in the folder of seeds {folder}.")
    refuse_several(paths, f"{name}.csv")
    return paths[0]


def refuse_several(paths: Sequence[Path], place: str) -> None:
    """Refuse a seed that stands in several files: nobody could tell which one counts.

    Args:
        paths: Its files.
        place: The file as messages name it.

    Raises:
        UnreadableSeed: There is more than one.
    """
    if len(paths) > 1:
        folders = " and ".join(str(path.parent) for path in paths)
        raise UnreadableSeed(
            f"{place}: there are {len(paths)} files of this name, in {folders}; keep one and move"
            " the others out of the folder of seeds"
        )


def _raw_cells(text: str) -> Sequence[str]:
    """Cells of a row as they are written."""
    body = text.removesuffix(_ending(text))
    cells, start = [], 0
    while True:
        match = CELL.match(body, start)
        cells.append(match.group())
        if match.end() >= len(body):
            return cells
        start = match.end() + 1


def _written(value: str, is_quoted: bool = False) -> str:
    """A value as it is written in a file, in quotation marks where it needs or had them."""
    needs_marks = any(character in value for character in ',"\r\n')
    return '"' + value.replace('"', '""') + '"' if is_quoted or needs_marks else value


def _ending(text: str) -> str:
    return text[len(text.rstrip("\r\n")) :]


def _ended(text: str, ending: str) -> str:
    return text if _ending(text) else text + ending
