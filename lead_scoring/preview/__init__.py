"""Shows what an edit of the weights would change, before it goes live: `lead-scoring preview`.

`run` goes through the steps: `seeds` tells which rows were edited, `build` scores by them beside
the live tables, `compare` puts before and after side by side with the `measures` of ranking, and
`render` writes it down.
"""

from lead_scoring.preview.render import render
from lead_scoring.preview.run import PreviewError, SeedMistakes, preview

__all__ = ["PreviewError", "SeedMistakes", "preview", "render"]
