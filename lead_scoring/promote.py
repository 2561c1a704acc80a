"""Makes a challenger the champion: the command `lead-scoring promote`.

A person decides this; nothing else in the project calls it.
"""

import difflib
from pathlib import Path

from lead_scoring.seed_files import SeedEditError, SeedFile, UnreadableSeed, find_seed


class PromoteError(Exception):
    """The scorecard cannot be made champion; the text says why and what to do."""


def promote(new_id: str, seeds_dir: Path) -> str:
    """Make a challenger the champion of its population and segment.

    The champion it takes over from becomes a challenger. Nothing else in scorecards.csv changes.

    Args:
        new_id: Scorecard that shall speak for the leads.
        seeds_dir: Folder of the seeds.

    Returns:
        What was done, in words.

    Raises:
        PromoteError: The scorecard is not there or is no challenger, or the file cannot be read or
            written.
    """
    try:
        path = find_seed(seeds_dir, "scorecards")
        scorecards = SeedFile.read(path)
        numbers = scorecards.find(scorecard_id=new_id)
        if len(numbers) != 1:
            raise PromoteError(_unknown(new_id, scorecards, len(numbers)))
        (number,) = numbers
        _refuse_unless_challenger(new_id, scorecards.value(number, "role").strip().lower())
        place = _place(scorecards, number)
        champions = [
            other
            for other in scorecards.find()
            if scorecards.value(other, "role").strip().lower() == "champion"
            and _place(scorecards, other) == place
        ]
        for other in champions:
            scorecards.change(other, "role", "challenger")
        scorecards.change(number, "role", "champion")
        scorecards.write()
    except (UnreadableSeed, SeedEditError) as error:
        raise PromoteError(str(error)) from error
    except OSError as error:
        raise PromoteError(f"cannot write {error.filename}: {error.strerror or error}") from error
    population, segment = place
    whom = f"{population}{f' in segment {segment}' if segment else ''}"
    old = [scorecards.value(other, "scorecard_id").strip() for other in champions]
    taken = f", {' and '.join(old)} a challenger" if old else "; there was none before"
    return (
        f"{new_id} is now the champion of {whom}{taken}, in {path}.\n"
        "Nothing is scored by it yet: the next `dbt build` makes it speak for its leads."
    )


def _place(scorecards: SeedFile, number: int) -> tuple[str, str]:
    """Population and segment of a scorecard: there can be one champion of each pair."""
    population = scorecards.value(number, "population").strip().lower()
    segment = scorecards.value(number, "segment_id").strip()
    return population, "" if segment.lower() == "null" else segment


def _unknown(new_id: str, scorecards: SeedFile, rows: int) -> str:
    if rows:
        return f"{scorecards.path} has {rows} rows for {new_id}: remove all but one."
    challengers = [
        scorecards.value(number, "scorecard_id").strip()
        for number in scorecards.find()
        if scorecards.value(number, "role").strip().lower() == "challenger"
    ]
    close = difflib.get_close_matches(new_id, challengers, n=1)
    if close:
        hint = f"Did you mean {close[0]}?"
    elif challengers:
        hint = f"Challengers are {', '.join(challengers)}."
    else:
        hint = "There is no challenger; add one as a row with the role challenger."
    return f"There is no scorecard {new_id} in {scorecards.path}. {hint}"


def _refuse_unless_challenger(new_id: str, role: str) -> None:
    if role == "champion":
        raise PromoteError(f"{new_id} is the champion already; there is nothing to do.")
    if role == "retired":
        raise PromoteError(
            f"{new_id} is retired: nobody is scored by it, so nobody knows how it would do. Write"
            " challenger into its role, build, look at `lead-scoring preview`, then promote it."
        )
    if role != "challenger":
        raise PromoteError(
            f"{new_id} has the role {role!r}; only a challenger can be promoted. Run"
            " `lead-scoring check`."
        )
