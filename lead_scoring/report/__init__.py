"""One page, in one file, that shows how the scores compare with what really happened."""

from lead_scoring.report.page import write_report

__all__ = ["write_report"]
