"""Pages of many records: list, board, calendar, saved views, bulk edit, search."""
