"""Questions across rows of this room, batched: one or two statements for a page of records."""

from vincula.portfolio.queries.demand import Demand, demand_of, theme_demand, themes_across
from vincula.portfolio.queries.reach import Reach, customers, reach_of

__all__ = ["Demand", "Reach", "customers", "demand_of", "reach_of", "theme_demand", "themes_across"]
