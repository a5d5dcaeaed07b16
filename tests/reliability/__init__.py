"""What holds when several do the same at the same moment."""
