"""What the tests stand on: the order of ./test, its PostgreSQL, and tests of start, backup and packaging."""
