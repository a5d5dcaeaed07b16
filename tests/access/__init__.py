"""Nobody sees through any door what their roles do not show."""
