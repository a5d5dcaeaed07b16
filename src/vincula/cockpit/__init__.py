"""Everything at a glance: my day, the expert sought, who does what, and the demonstration."""
