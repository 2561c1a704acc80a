"""Prints what was measured, on the terminal and as Markdown."""

import math

from rich.console import Console
from rich.table import Table

STEPS = {
    "floor": "floor",
    "direct": "direct program",
    "build": "build",
    "next_day": "next day",
    "small_file": "small file",
    "history": "build with history",
    "history_next_day": "next day with history",
    "little_memory": "build",
}
# Compared with the build that has as many days.
FULL_BUILD = {"history": "history", "history_next_day": "history"}
HEADER = (
    "leads",
    "activities",
    "step",
    "seconds",
    "of direct",
    "of build",
    "peak",
    "spilled",
    "rows/s",
)
# Wider than a terminal that cannot tell how wide it is.
MIN_WIDTH = 110


def print_table(results: list[dict]) -> None:
    """Print all results."""
    console = Console()
    console = Console(width=max(console.width, MIN_WIDTH))
    table = Table(*HEADER)
    for row in _rows(results):
        table.add_row(*row)
    console.print(table)
    for sentence in _sentences(results):
        console.print(sentence)


def as_markdown(facts: dict) -> str:
    """The same as Markdown, with the machine it was measured on."""
    lines = [
        "| " + " | ".join(HEADER) + " |",
        "| ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += ["| " + " | ".join(row) + " |" for row in _rows(facts["results"])]
    lines += ["", *(f"- {sentence}" for sentence in _sentences(facts["results"]))]
    machine = facts["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    lines += [
        f"- {machine['date']}, {machine['cores']} cores, {machine['memory_gib']} GiB,"
        f" {machine['system']}; {versions}"
    ]
    return "\n".join(lines) + "\n"


def _rows(results: list[dict]) -> list[tuple[str, ...]]:
    """A row per size and step."""
    rows = []
    for result in results:
        steps, size = result["steps"], result["size"]
        named = {name: (title, steps[name]) for name, title in STEPS.items() if name in steps}
        named |= {name: (name, took) for name, took in result.get("peers", {}).items()}
        for name, (title, took) in named.items():
            is_peer = name in result.get("peers", {})
            rows.append(
                (
                    f"{size['leads']:,}",
                    f"{size['activities']:,}",
                    f"{title}, {result['memory']}" if name == "little_memory" else title,
                    f"{took['seconds']:.1f}",
                    f"{took['seconds'] / steps['direct']['seconds']:.2f}",
                    f"{took['seconds'] / steps[FULL_BUILD.get(name, 'build')]['seconds']:.2f}",
                    f"{took['peak_bytes'] / 1e9:.1f} GB",
                    f"{took['spilled_bytes'] / 1e9:.1f} GB",
                    "" if is_peer else f"{size['activities'] / took['seconds']:,.0f}",
                )
            )
    return rows


def _sentences(results: list[dict]) -> list[str]:
    """What the table does not say."""
    sentences = [
        f"The first build of a hundred people takes {results[0]['dbt_seconds']:.0f} s, nearly all"
        " of it dbt's own; later runs save what reading the project takes."
    ]
    for result in results:
        leads = result["size"]["leads"]
        same = "the same scores as" if result["same_scores"] else "OTHER SCORES THAN"
        sentences.append(
            f"{leads:,} leads: the direct program found {same} the build; the database is"
            f" {result['database_bytes'] / 1e9:.1f} GB."
        )
        for name, took in result.get("peers", {}).items():
            steps = ", ".join(f"{step} {value:.1f}" for step, value in took["by_step"].items())
            sentences.append(f"{leads:,} leads, {name}: {took['leads']:,} scored; seconds {steps}.")
    by_size = sorted(results, key=lambda result: result["size"]["leads"])
    first, last = by_size[0], by_size[-1]
    if first["size"]["leads"] < last["size"]["leads"]:
        grown = math.log(last["size"]["leads"] / first["size"]["leads"])
        exponents = []
        for name in ("direct", "build", "next_day"):
            ratio = last["steps"][name]["seconds"] / first["steps"][name]["seconds"]
            exponents.append(f"{name.replace('_', ' ')} {math.log(ratio) / grown:.2f}")
        sentences.append(
            f"Seconds grow as leads to the power of: {', '.join(exponents)} (1 is linear)."
        )
    return sentences
