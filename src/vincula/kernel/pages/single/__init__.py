"""Pages of one record: page, form, conflict, history, quick view."""
