"""One declaration per entity, from which list, page, form, exchange, API and tests follow."""
