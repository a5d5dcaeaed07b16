"""The numbers and shapes that architecture.md promises, asked of the source. Exceptions: ``exceptions.toml``."""
