"""Finding records of the same thing, merging them, taking that back: on the models of the house."""
