"""Who signs in: users of three kinds, their preferences, tokens and sessions."""
