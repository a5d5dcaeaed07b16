"""The one door to data: roles as rows, scopes, visible_to and may."""
