"""Hand-made pages of the room, and what it puts onto the pages that are made from entities."""
