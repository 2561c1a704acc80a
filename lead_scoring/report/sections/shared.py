"""Sections about all scorecards together: sales and marketing work leads, not scorecards."""

from lead_scoring.report.queries import Evidence
from lead_scoring.report.sections.experiments import experiments
from lead_scoring.report.sections.lift import content, sources
from lead_scoring.report.sections.parts import Section
from lead_scoring.report.sections.queue import queue
from lead_scoring.report.sections.service import service


def shared(evidence: Evidence) -> list[Section]:
    """Sections in the order in which they are shown; that of experiments only with its table."""
    found = [
        queue(evidence),
        service(evidence),
        sources(evidence),
        content(evidence),
        experiments(evidence),
    ]
    return [section for section in found if section]
