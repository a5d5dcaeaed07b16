"""States, moves and gates as data; a gate answers with every sentence that is missing."""
