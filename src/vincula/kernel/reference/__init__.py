"""Documentation generated from the declarations."""
