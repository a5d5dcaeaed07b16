"""Demonstration data of the room: a believable research network, alive on any day, the same at each load."""

from vincula.parties.demo.ground import Ground
from vincula.parties.demo.load import is_there, load

__all__ = ["Ground", "is_there", "load"]
