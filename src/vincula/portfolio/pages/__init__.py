"""The pages that people of the portfolio live in: the board, a service, a board meeting, the guide, the catalogue."""
