"""A large portfolio beside the organisations: services with their papers, who takes them, five years of a board (issue 4)."""
