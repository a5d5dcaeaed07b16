"""Charts: one declaration → SVG and PNG for documents, and a table of the same numbers for whoever reads by ear."""
