"""Tokens, components, frame: how everything looks."""
