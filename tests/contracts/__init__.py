"""What every entity inherits."""
