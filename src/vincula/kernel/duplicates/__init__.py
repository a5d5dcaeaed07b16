"""One thing, one record: finding records of the same thing, merging them without loss, and taking that back (X4)."""
