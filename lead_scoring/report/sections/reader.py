"""The rows about one scorecard, and the words that many sections share."""

from lead_scoring.report.queries import Evidence, Row
from lead_scoring.report.sections.parts import Section
from lead_scoring.report.sections.words import day


class Reader:
    """Rows about one scorecard, with the words that many sections share."""

    def __init__(self, evidence: Evidence, scorecard: Row):
        """Read for a scorecard: a row of its seed."""
        self.evidence = evidence
        self.scorecard = scorecard
        self.id = scorecard["scorecard_id"]
        self.settings = evidence.settings
        self.confidence = f"{evidence.settings.confidence:.0%}"
        horizon = evidence.horizon_days
        self.horizon = f"{horizon} days" if horizon else "the horizon"
        self.known = (self.rows("known_rows") or [None])[0]
        test = evidence.test_days
        self.test_days = (
            f"the test days ({day(test['starts_on'])} to {day(test['ends_on'])})"
            if test
            else "the test days"
        )
        self.who = "customers" if scorecard.get("population") == "customers" else "leads"

    def rows(self, table: str, **wanted) -> list[Row]:
        """Rows of a table about this scorecard."""
        return self.evidence.rows(table, self.id, **wanted)

    @property
    def average(self) -> float | None:
        """Share of known rows that converted."""
        if not self.known or not self.known["scored_rows"]:
            return None
        return self.known["conversions"] / self.known["scored_rows"]

    def why_empty(self, table: str, otherwise: str) -> str:
        """Why a section has nothing to show."""
        if not self.evidence.is_built(table):
            return f"Nothing to show yet, because the table {table} has not been built."
        if not self.known:
            return (
                f"Nothing to show yet, because no scored {self.who[:-1]} is old enough: an outcome "
                f"is known {self.horizon} after the day that was scored."
            )
        return f"Nothing to show yet, because {otherwise}."

    def empty(self, name: str, title: str, table: str, otherwise: str) -> Section:
        """A section that says why it is empty."""
        return Section(name, title, self.why_empty(table, otherwise), is_empty=True)


def total_bands(reader: Reader) -> list[Row]:
    """Bands of the score over all known rows, best first."""
    rows = reader.rows("band_performance", dimension="total", slice="all")
    return sorted(rows, key=lambda row: row["band_rank"])
