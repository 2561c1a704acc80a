"""Numbers, dates and lists as people write them."""


def count(value) -> str:
    """A whole number, `not known` when missing."""
    return "not known" if value is None else f"{value:,.0f}"


def percent(value, digits: int = 1) -> str:
    """A share of 0..1 in percent."""
    return "not known" if value is None else f"{value:.{digits}%}"


def signed(value, digits: int = 1) -> str:
    """A number with its sign, with a real minus."""
    if value is None:
        return "not known"
    text = f"{value:+.{digits}f}"
    return text.replace("-", "\N{MINUS SIGN}") if float(text) else f"{0:.{digits}f}"


def day(value) -> str:
    """A date for people."""
    return "not known" if value is None else f"{value.day} {value:%b %Y}"


def moment(value) -> str:
    """A point in time (UTC) for people."""
    return "not known" if value is None else f"{day(value)}, {value:%H:%M}"


def hours(value) -> str:
    """A length in hours for people: long ones in days."""
    if value is None:
        return "not known"
    if value < 48:
        return many(round(value), "hour", "hours")
    return many(round(value / 24), "day", "days")


def month(value) -> str:
    """A month for people."""
    return "not known" if value is None else f"{value:%b %Y}"


def many(number: int, one: str, more: str) -> str:
    """A count with its noun."""
    return f"{number:,} {one if number == 1 else more}"


def listed(items: list[str], last: str = "and") -> str:
    """Items as a person lists them, with a word before the last."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def sentence(text: str) -> str:
    """Text that begins with a capital."""
    return text[:1].upper() + text[1:]


def plain(name: object) -> str:
    """A name of the data in words."""
    return str(name).replace("_", " ")
