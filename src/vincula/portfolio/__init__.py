"""What we offer and its life: needs, services, offerings, subscriptions, phases, boards, gates and decisions."""
