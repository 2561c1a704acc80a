"""Measurements of the project: speed, and how well its scores predict."""
