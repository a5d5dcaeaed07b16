"""List, record page, form and their kin, made from an Entity. ``listed``: many records; ``single``: one record."""
