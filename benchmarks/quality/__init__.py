"""How well fitted scorecards predict, on sets of data that are described in YAML files."""
