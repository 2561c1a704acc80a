"""What the page says: for each scorecard its sections, and those about all scorecards together,
each a finding with its charts and tables.

Every sentence is computed from the rows it stands beside. Where there are no rows, a section says
why.
"""

from lead_scoring.report.sections.cards import cards
from lead_scoring.report.sections.shared import shared

__all__ = ["cards", "shared"]
