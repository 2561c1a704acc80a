"""Seed files are edited cell by cell: whatever an edit does not name stays byte for byte."""

import csv
import errno
import io
import tempfile

import pytest
from conftest import SEEDS
from hypothesis import given
from hypothesis import strategies as st

from lead_scoring.seed_files import (
    SeedEditError,
    SeedFile,
    UnreadableSeed,
    find_seed,
    write_all,
)

SMALL = b'id,points,reason\na,1,"Leads, owns"\nb,02,"x"\n\nc,3,Say ""hm""\n'


@pytest.fixture
def seed(tmp_path):
    """Factory of a seed file with these bytes."""

    def make(contents: bytes = SMALL) -> SeedFile:
        path = tmp_path / "small.csv"
        path.write_bytes(contents)
        return SeedFile.read(path)

    return make


@pytest.mark.parametrize("path", sorted(SEEDS.rglob("*.csv")), ids=lambda path: path.stem)
def test_reading_and_writing_changes_no_byte(path):
    assert SeedFile.read(path).contents() == path.read_bytes()


def test_rows_keep_the_numbers_of_a_spreadsheet(seed):
    small = seed()
    assert small.header == ["id", "points", "reason"]
    assert [row.cells for row in small.rows][2] == []
    assert small.find(id="c") == [3]
    assert [record["id"] for record in small.records()] == ["a", "b", "c"]


def test_a_changed_cell_leaves_the_rest_of_its_row(seed):
    small = seed()
    small.change(0, "points", "7")
    assert small.contents() == SMALL.replace(b"a,1,", b"a,7,")


def test_a_changed_cell_stays_in_the_quotation_marks_it_had(seed):
    small = seed()
    small.change(1, "reason", "y")
    assert small.contents() == SMALL.replace(b'"x"', b'"y"')


def test_a_value_that_needs_quotation_marks_gets_them(seed):
    small = seed()
    small.change(1, "points", 'a "b", c')
    assert small.rows[1].text == 'b,"a ""b"", c","x"\n'
    assert next(csv.reader([small.rows[1].text]))[1] == 'a "b", c'


def test_a_row_over_two_lines_is_one_row(seed):
    small = seed(b'id,reason\na,"two\nlines"\nb,one\n')
    small.change(0, "id", "z")
    assert small.contents() == b'id,reason\nz,"two\nlines"\nb,one\n'


def test_endings_and_byte_order_mark_of_a_spreadsheet_stay(seed):
    before = b"\xef\xbb\xbfid,points\r\na,1\r\n"
    small = seed(before)
    assert small.header[0] == "id"
    small.change(0, "points", "2")
    small.append([{"id": "b", "points": 3}])
    assert small.contents() == b"\xef\xbb\xbfid,points\r\na,2\r\nb,3\r\n"


def test_rows_can_follow_a_last_line_without_an_ending(seed):
    small = seed(b"id,points\na,1")
    small.append([{"id": "b"}, {"points": 3}])
    assert small.contents() == b"id,points\na,1\nb,\n,3\n"
    header_only = seed(b"id,points")
    header_only.append([{"id": "b"}])
    assert header_only.contents() == b"id,points\nb,\n"


def test_rows_are_removed_by_their_values(seed):
    small = seed()
    assert small.remove(id="b", points="02") == 1
    assert small.contents() == SMALL.replace(b'b,02,"x"\n', b"")
    assert small.remove(id="nobody") == 0
    with pytest.raises(SeedEditError, match="which rows"):
        small.remove()


def test_an_unchanged_file_is_not_written(seed):
    small = seed()
    small.change(0, "points", "1")
    before = small.path.stat().st_mtime_ns
    assert small.write() is False
    assert small.path.stat().st_mtime_ns == before


def test_a_changed_file_is_written_and_leaves_nothing_beside_it(seed):
    small = seed()
    small.path.chmod(0o640)
    small.change(0, "points", "9")
    assert small.write() is True
    assert small.path.read_bytes() == SMALL.replace(b"a,1,", b"a,9,")
    assert small.path.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in small.path.parent.iterdir()] == ["small.csv"]


def test_columns_that_are_not_there_are_named(seed):
    small = seed()
    for act in (
        lambda: small.change(0, "weight", "1"),
        lambda: small.find(weight="1"),
        lambda: small.append([{"weight": "1"}]),
    ):
        with pytest.raises(SeedEditError, match="no column weight"):
            act()
    short = seed(b"id,points\na\n")
    with pytest.raises(SeedEditError, match="row 2: there is no cell for column points"):
        short.change(0, "points", "1")


@pytest.mark.parametrize(
    ("contents", "message"),
    [
        (b"", "is empty"),
        (b"id\n\xff\n", "row 2: the file is not written in UTF-8"),
        (b'id,points\n"a,1\n', "row 2: a quotation mark is not closed"),
    ],
)
def test_a_file_that_is_no_table_says_what_to_do(seed, contents, message):
    with pytest.raises(UnreadableSeed, match=message):
        seed(contents)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UnreadableSeed, match=r"gone\.csv: cannot be read"):
        SeedFile.read(tmp_path / "gone.csv")
    with pytest.raises(UnreadableSeed, match=r"no scorecards\.csv"):
        find_seed(tmp_path, "scorecards")
    assert find_seed(SEEDS, "scorecards").name == "scorecards.csv"


def test_a_seed_in_two_folders_is_refused(tmp_path):
    for folder in ("backup", "scorecards"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "scorecards.csv").write_text("scorecard_id\n", encoding="utf-8")
    with pytest.raises(UnreadableSeed, match=r"there are 2 files .*backup and .*keep one"):
        find_seed(tmp_path, "scorecards")


def test_files_are_written_all_or_none(tmp_path, monkeypatch):
    files = []
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text("id\n1\n", encoding="utf-8")
        files.append(SeedFile.read(tmp_path / f"{name}.csv"))
        files[-1].append([{"id": 2}])
    make = tempfile.mkstemp

    def full_disk(prefix, **options):
        if prefix == ".b.":
            raise OSError(errno.ENOSPC, "No space left on device", "b.csv")
        return make(prefix=prefix, **options)

    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "mkstemp", full_disk)
        with pytest.raises(OSError, match="No space left"):
            write_all(files)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.csv"]
    assert {path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {"id\n1\n"}
    write_all(files)
    assert {path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {"id\n1\n2\n"}


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6),
            min_size=2,
            max_size=2,
        ),
        min_size=1,
        max_size=5,
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_any_edit_reads_back_as_it_was_meant(rows, value, quoting):
    text = io.StringIO(newline="")
    csv.writer(text, quoting=quoting).writerows([["a", "b"], *rows])
    seed = SeedFile.parse(text.getvalue().encode(), None)
    assert [row.cells for row in seed.rows] == rows
    untouched = [row.text for row in seed.rows[1:]]
    seed.change(0, "b", value)
    seed.append([{"a": value}])
    again = SeedFile.parse(seed.contents(), None)
    assert [row.cells for row in again.rows] == [[rows[0][0], value], *rows[1:], [value, ""]]
    assert [row.text for row in again.rows[1:-1]] == untouched
