"""Pages of privacy: what we hold on a person, erasing, and the overview for whoever answers for it."""
