"""Settings of the installation, for administrators: roles and the organisation's own fields."""
