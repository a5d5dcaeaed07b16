"""What was done, by whom, when: one append-only table, sealed into a chain."""
