"""REST resources made from entities."""
