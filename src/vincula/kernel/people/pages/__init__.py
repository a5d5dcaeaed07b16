"""Pages about the person who is signed in, and the administrators' pages about all users."""
