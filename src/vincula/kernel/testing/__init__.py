"""What tests share: contract tests every entity inherits, the cast, factories."""
